"""Who the hosts are and how their conversations went, as columns in the order of their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fleetscan.model import Absent, Failure, HostRecord, Known, Outcome, Reason, Status
from fleetscan.report.desk import Desk
from fleetscan.report.interning import Interned
from fleetscan.report.readings import NO_REASON, REASON
from fleetscan.report.text import DETAIL_LIMIT, value_text, visible

NO_RECORD: Final = Failure(reason=Reason.NOT_ASKED, detail="No record of this host was kept: its turn did not come.")
"""Why a host of the run is in the report although nothing was kept of it."""

NO_MOMENT: Final = -1

_STATUS: Final = {status: number for number, status in enumerate(Status)}
_NONE: Final = "none"


def failure_of(record: HostRecord | None) -> Failure | None:
    """Give why the conversation ended; a host that was not scanned always has a reason."""
    if record is None or (record.failure is None and record.status is Status.NOT_SCANNED):
        return NO_RECORD
    return record.failure


def host_columns(
    desk: Desk,
    strings: Interned[str],
    records: Mapping[str, HostRecord],
    topologies: Mapping[str, Mapping[str, Outcome]],
    at: Mapping[str, datetime],
    epoch: int,
) -> Mapping[str, object]:
    """Make all columns about hosts; one without a record has none of what a record tells."""
    text = strings.number
    columns: dict[str, list[object]] = {name: [] for name in _COLUMNS}
    for name, host in desk.hosts.items():
        record = records.get(name)
        topology, failure = topologies.get(name, {}), failure_of(record)
        row = (
            host.name,
            text(host.site),
            text(known(topology, "dag")),
            text(product(topology)),
            text(scanmail(topology)),
            _STATUS[record.status if record else Status.NOT_SCANNED],
            REASON[failure.reason] if failure else NO_REASON,
            text(visible(failure.detail, DETAIL_LIMIT)) if failure else 0,
            *(_conversation(strings, record, at[name], epoch) if record else _SILENCE),
        )
        for column, cell in zip(columns.values(), row, strict=True):
            column.append(cell)
    return columns


_COLUMNS: Final = (
    *("name", "site", "dag", "product", "scanmail", "status", "failure", "detail"),
    *("address", "groups", "transport", "credential", "started", "took", "attempts", "round_trips", "received"),
    *("notes", "at"),
)

_SILENCE: Final = (0, (), 0, 0, NO_MOMENT, 0, 0, 0, 0, (), NO_MOMENT)


def _conversation(strings: Interned[str], record: HostRecord, at: datetime, epoch: int) -> tuple[object, ...]:
    text = strings.number
    return (
        text(visible(record.address)),
        [text(visible(group)) for group in record.groups],
        text(visible(record.transport)),
        text(visible(record.credential)),
        _seconds(record.started, epoch),
        round(record.seconds * 1000),
        record.attempts,
        record.round_trips,
        record.bytes_received,
        [text(visible(note)) for note in record.notes],
        _seconds(at, epoch),
    )


def _seconds(moment: datetime, epoch: int) -> int:
    """Count from the start of the run; what is said to be before it is told as its start."""
    return max(int(moment.timestamp()) - epoch, 0)


def known(topology: Mapping[str, Outcome], name: str) -> str:
    """Give the value of a field of the topology, empty when there is none or it is not known."""
    match topology.get(name):
        case Known(value=value):
            return value_text(value)
        case _:
            return ""


def product(topology: Mapping[str, Outcome]) -> str:
    """Name Exchange and its cumulative update; the update alone may be unknown."""
    if isinstance(topology.get("exchange_product"), Absent):
        return _NONE
    shown = known(topology, "exchange_product")
    return f"{shown} {known(topology, 'exchange_cumulative_update')}".rstrip() if shown else ""


def scanmail(topology: Mapping[str, Outcome]) -> str:
    """Name the version of ScanMail; it may be installed in a version that is not known."""
    match topology.get("scanmail_installed"):
        case Known(value=False):
            return _NONE
        case Known(value=True):
            return known(topology, "scanmail_version") or "installed"
        case _:
            return known(topology, "scanmail_version")
