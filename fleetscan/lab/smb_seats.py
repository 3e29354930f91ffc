"""The seats of the fleet that are reached over SMB: alone, beside WinRM, and with the faults that matter.

Law: like every expectation of the lab, these are written from the documentation, never taken from a run. Over SMB no
CIM class can be asked: such a host is partial at best, and rules that need the number of processors are unknown.
"""

from __future__ import annotations

import os

from fleetscan.lab.fault import Fault
from fleetscan.lab.host import Way
from fleetscan.lab.seats import Blinded, Expected, Lost, Seat, Seen
from fleetscan.lab.smb.fault import SmbFault
from fleetscan.lab.traits import NO_PRODUCT, NONE, NOTHING_SEEN, Trait

_SMB: tuple[Way, ...] = ("smb",)
_BOTH: tuple[Way, ...] = ("winrm", "smb")
_NO_PROCESSORS = {"vsapi-scanning-threads-low": "unknown"}

_ALONE = (
    # Exchange 2003 ends at PowerShell 2.0, which the collector does not do with: this is its real way.
    Seat(
        persona="legacy-scanning-twice",
        ways=_SMB,
        transport="remote_registry",
        expected=Seen(status="partial", but=_NO_PROCESSORS),
    ),
    Seat(
        persona="legacy-temp-full",
        ways=_SMB,
        transport="auto",
        expected=Seen(status="partial", reason="unreachable", but=_NO_PROCESSORS),  # of WinRM, which has CIM alone
    ),
    Seat(
        persona="exchange-2010-untuned",
        ways=_SMB,
        transport="auto",
        expected=Seen(status="partial", reason="unreachable", but=_NO_PROCESSORS),
    ),
    Seat(
        persona="exchange-2019-cu15",
        ways=_SMB,
        transport="auto",
        expected=Seen(status="partial", reason="unreachable"),  # no rule for it reads CIM
    ),
    Seat(persona="edge-without-scanmail", ways=_SMB, transport="remote_registry", expected=Seen(status="partial")),
)
"""Hosts without a WinRM listener."""

_BESIDE = (
    Seat(persona="exchange-2016", ways=_BOTH, transport="auto"),  # WinRM answers everything
    Seat(
        persona="wmi-broken",
        ways=_BOTH,
        transport="auto",
        expected=Seen(
            status="partial",  # CIM stays unknown
            but={  # the service manager does not ask WMI: the services are those of exchange-2019-cu15
                "scanmail-processes-twice": "not_applicable",
                "scanmail-master-stopped": "pass",
                "scanmail-folders-not-excluded-defender": "pass",
                "scanmail-folders-not-excluded-officescan": "not_applicable",
                "scanmail-folders-not-excluded-symantec": "not_applicable",
                "scanmail-folders-not-excluded-mcafee": "not_applicable",
                "scanmail-folders-not-excluded-other": "not_applicable",
                "scanmail-further-folders-not-excluded": "pass",
                "exchange-folders-not-excluded": "pass",
                "exchange-obsolete-exclusions": "pass",
                "exchange-services-stopped": "pass",
                "exchange-mitigation-stopped": "pass",
                "environment-without-file-scanner": "pass",
                "two-file-scanners": "pass",
            },
            traits={Trait.DAG: NONE, Trait.PRODUCTS: "Microsoft Defender"},
        ),
    ),
    Seat(
        persona="slow-collector",
        ways=_BOTH,
        transport="auto",
        expected=Seen(
            status="partial",  # CIM comes after the files, and no other way has it
            but={  # the files are read over the share, and are those of exchange-2016
                "scanmail-pattern-old": "pass",
                "scanmail-vulnerable-build": "pass",
                "scanmail-agent-missing": "pass",
                "scanmail-folders-not-excluded-defender": "pass",
                "scanmail-further-folders-not-excluded": "pass",
                "scanmail-scheduled-updates-off": "pass",
                "exchange-folders-not-excluded": "pass",
                "exchange-update-behind": "pass",
                "transport-scanned-twice": "pass",
            },
            traits={Trait.VERSION: "12.0", Trait.PATTERN: "20.457.00", Trait.LEVEL: "15.1.2507.66"},
        ),
    ),
    Seat(
        persona="exchange-se",
        ways=_BOTH,
        transport="auto",
        fault=Fault.ACCESS_DENIED,  # no shell for this account, and the registry all the same
        expected=Seen(status="partial", reason="denied"),
    ),
    Seat(
        persona="exchange-2019-cu14",
        ways=_BOTH,
        transport="auto",
        fault=Fault.NOT_WINRM,
        expected=Seen(status="partial", reason="unsupported"),
    ),
    Seat(
        persona="exchange-2016",
        ways=_BOTH,
        transport="auto",
        fault=Fault.WRONG_PASSWORD,
        expected=Lost(reason="auth_failed"),  # a rejected password is not tried a second time
    ),
)
"""Hosts that offer both ways."""


def _faulty(persona: str, fault: SmbFault, expected: Expected) -> Seat:
    return Seat(persona=persona, ways=_SMB, transport="remote_registry", smb_fault=fault, expected=expected)


_NO_SERVICE = dict.fromkeys(
    (
        "scanmail-processes-twice",
        "scanmail-query-sender",
        "scanmail-wildcard-search",
        "scanmail-folders-not-excluded-officescan",
        "scanmail-7-folders-not-excluded-officescan",
        "scanmail-folders-not-excluded-symantec",
        "scanmail-folders-not-excluded-mcafee",
    ),
    "not_applicable",
)
"""The rules that are settled by a service that is not installed."""
_NO_GROUP = {**NOTHING_SEEN, Trait.DAG: NONE}
"""Without a cluster service there is no availability group."""

# Without the registry nobody knows what is installed, nor where; even the names of services come from there.
_SERVICES_ALONE = Blinded(  # what is left is known of single services
    seen={
        **_NO_SERVICE,
        "scanmail-master-stopped": "pass",
        "scanmail-folders-not-excluded-other": "not_applicable",
    },
    traits=_NO_GROUP,
)
_ABSENCE_ALONE = Blinded(  # what is left is known by its absence: services, the value TempDir, keys of old products
    seen={
        **_NO_SERVICE,
        "scanmail-temp-folder-missing": "not_applicable",
        "etrust-exclusions-missing": "not_applicable",
        "groupshield-transport-on-back-end": "not_applicable",
        "antigen-scans-replication": "not_applicable",
        "antigen-kaspersky-no-execute": "not_applicable",
        "vsapi-stamp-ignored": "not_applicable",
    },
    traits=_NO_GROUP,
)
_VALUES_HANG = Blinded(  # the lists of keys come, and over another pipe the services; no value does before the deadline
    reason="timed_out",
    seen={**_SERVICES_ALONE.seen, "environment-without-file-scanner": "pass"},
    traits=_NO_GROUP,
)

_FAULTY = (
    _faulty("exchange-2019-cu15", SmbFault.WINREG_DENIED, _SERVICES_ALONE),
    _faulty("exchange-2019-cu15", SmbFault.MORE_DATA, _ABSENCE_ALONE),
    _faulty("exchange-2019-cu15", SmbFault.ABSURD_LENGTH, _ABSENCE_ALONE),
    _faulty("exchange-se", SmbFault.CONFIG_DENIED, Seen(status="partial")),  # the registry has the start type, too
    _faulty(
        "exchange-se",
        SmbFault.PENDING,
        Seen(
            status="partial",
            but={  # what is about to start does not run
                "scanmail-master-stopped": "finding",
                "scanmail-folders-not-excluded-defender": "not_applicable",
                "scanmail-further-folders-not-excluded": "not_applicable",
                "exchange-folders-not-excluded": "not_applicable",
                "exchange-databases-not-excluded": "not_applicable",
                "exchange-obsolete-exclusions": "not_applicable",
                "exchange-services-stopped": "finding",
                "exchange-mitigation-stopped": "finding",
                "environment-without-file-scanner": "finding",
            },
            traits={Trait.PRODUCTS: NO_PRODUCT},
        ),
    ),
    _faulty("exchange-2016", SmbFault.HANG_QUERY_VALUE, _VALUES_HANG),
    _faulty("exchange-2016", SmbFault.NTLM_DISABLED, Lost(reason="unsupported")),
    _faulty("exchange-2016", SmbFault.ENCRYPTION_REQUIRED, Seen(status="partial")),
)
"""Hosts that misbehave; SMB is their only way."""

_AS_ROOT = (
    _faulty("exchange-2019-cu15", SmbFault.PIPE_LATE, Seen(status="partial")),  # opening it starts the service
    _faulty("exchange-2019-cu15", SmbFault.PIPE_MISSING, _SERVICES_ALONE),
)
"""Hosts on which a pipe is not there. Only root's smbd says so: that of another user says that it is denied.

Samba 4.17, seen here: leaving root's rights fails for who never had them, and covers the error of the connection.
"""


def smb_seats() -> tuple[Seat, ...]:
    """Give what a whole fleet has in addition where this user can run Samba."""
    seats = (*_ALONE, *_BESIDE, *_FAULTY)
    return (*seats, *_AS_ROOT) if os.geteuid() == 0 else seats
