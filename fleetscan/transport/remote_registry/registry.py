"""Registry questions -> flows that answer them, over the pipe ``winreg``. Pure.

Law: every question gets an outcome, whatever the host does, unless the conversation ends before.
"""

from __future__ import annotations

from collections.abc import Sequence

from fleetscan.model import Outcome, Question, Reason, Unknown
from fleetscan.transport.remote_registry.flow import Flow
from fleetscan.transport.remote_registry.keyread import KeyQuestion, KeyWork, key_flows
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.place import Place
from fleetscan.transport.remote_registry.wow64 import Location, locate
from fleetscan.transport.words import plain


def registry_flows(
    questions: Sequence[KeyQuestion], outcomes: dict[Question, Outcome], place: Place, pipes: int, rack: Rack
) -> list[Flow[None]]:
    """Make at most ``pipes`` flows that share the keys and write each outcome as soon as it is known.

    What can be answered without asking (no such hive, a machine that could not be asked before) is written at once.
    """
    keys: dict[str, KeyWork] = {}
    for question in dict.fromkeys(questions):
        found = place.trouble or _location(question, place)
        if isinstance(found, Unknown):
            outcomes[question] = found
        else:
            name = f"{found.hive.name}\\{found.path.casefold()}"
            keys.setdefault(name, KeyWork(found, [])).questions.append(question)
    return key_flows(list(keys.values()), outcomes, pipes, rack)


def _location(question: KeyQuestion, place: Place) -> Location | Unknown:
    """Find the key of a question; how many bits the machine has matters only where its views differ."""
    narrow, wide = (locate(question.key, question.view, bits) for bits in (32, 64))
    if narrow is None or wide is None:
        hive = plain(question.key.partition("\\")[0], 80)
        return Unknown(reason=Reason.UNSUPPORTED, detail=f"'{hive}' is not a registry hive.")
    if narrow == wide:
        return wide
    match place.bits:
        case Unknown() as unknown:
            return unknown
        case 32:
            return narrow
        case 64:
            return wide
