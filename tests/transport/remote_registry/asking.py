"""All kinds of questions over a session that is there already, with so many pipes of a kind as one likes."""

from __future__ import annotations

from collections.abc import Sequence

from fleetscan.model import File, Outcome, Question, RegistryList, RegistryValue, Service, Services
from fleetscan.transport.remote_registry.channel import Channel
from fleetscan.transport.remote_registry.files import file_flows
from fleetscan.transport.remote_registry.flow import Returned
from fleetscan.transport.remote_registry.keys import DIALECT_311
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.place import Place, place_flow
from fleetscan.transport.remote_registry.registry import registry_flows
from fleetscan.transport.remote_registry.services import service_flows
from fleetscan.transport.remote_registry.validate import validated


def put(channel: Channel, questions: Sequence[Question], outcomes: dict[Question, Outcome], pipes: int) -> None:
    """Ask in the rounds of a conversation, the 64-bit view only; the directories of files become outcomes, too."""
    if channel.session.terms.dialect != DIALECT_311:
        channel.run_one(validated(channel.session))
    services = [each for each in questions if isinstance(each, Service | Services)]
    files = [each for each in questions if isinstance(each, File)]
    bases = [each.base for each in files]
    registry = [each for each in dict.fromkeys((*questions, *bases)) if isinstance(each, RegistryValue | RegistryList)]
    rack = Rack()
    place = Returned(place_flow([*questions, *registry], rack))
    flows = [*registry_flows(registry, outcomes, Place(), pipes, rack), *service_flows(services, outcomes, pipes, rack)]
    channel.run([place.flow(), *flows])
    found = {each: outcomes[each] for each in registry if isinstance(each, RegistryValue)}
    channel.run(file_flows(files, found, place.value, outcomes, pipes))
