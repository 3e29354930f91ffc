"""How a pretend host misbehaves over SMB. What it *holds* (denied keys, hostile text) is its machine's business."""

from __future__ import annotations

from enum import StrEnum


class SmbFault(StrEnum):
    """One misbehaviour per host. A hang keeps the connection open and says nothing more on that pipe."""

    NONE = "none"
    REFUSED = "refused"  # nobody listens at the address
    BLACK_HOLE = "black-hole"  # the connection is never accepted: a full backlog
    HANG_ACCEPT = "hang-accept"  # accepted, then silence
    GARBAGE = "garbage"  # not even SMB
    WRONG_PASSWORD = "wrong-password"  # nobody here knows the account # noqa: S105
    NTLM_DISABLED = "ntlm-disabled"  # STATUS_NTLM_BLOCKED
    ENCRYPTION_REQUIRED = "encryption-required"
    PIPE_MISSING = "pipe-missing"  # no \winreg, as where the service is disabled
    PIPES_MISSING = "pipes-missing"  # neither of the two
    PIPE_LATE = "pipe-late"  # no \winreg for the first two opens, as where the open starts the service
    ONE_PIPE = "one-pipe"  # a second instance of a pipe is refused while there is one
    DROP = "drop"  # the TCP connection ends when \winreg is opened
    WINREG_REFUSED = "winreg-refused"  # the bind is turned down
    WINREG_DENIED = "winreg-denied"  # no predefined key can be opened: ERROR_ACCESS_DENIED
    WINREG_FAULT = "winreg-fault"  # the same as an RPC fault
    SVCCTL_DENIED = "svcctl-denied"  # the service manager cannot be opened
    STATUS_DENIED = "status-denied"  # no service can be opened, with whatever access
    CONFIG_DENIED = "config-denied"  # no service can be opened for its configuration; for its state it can
    HANG_PIPE = "hang-pipe"  # smbd waits for the pipe and for nothing else: the whole connection hangs
    HANG_BIND = "hang-bind"
    HANG_OPEN_ROOT = "hang-open-root"
    HANG_OPEN_KEY = "hang-open-key"
    HANG_QUERY_VALUE = "hang-query-value"
    HANG_ENUM_KEY = "hang-enum-key"
    HANG_ENUM_VALUE = "hang-enum-value"
    HANG_OPEN_SCM = "hang-open-scm"
    HANG_OPEN_SERVICE = "hang-open-service"
    HANG_QUERY_STATUS = "hang-query-status"
    HANG_QUERY_CONFIG = "hang-query-config"
    DROP_PIPE = "drop-pipe"
    DROP_BIND = "drop-bind"
    DROP_OPEN_ROOT = "drop-open-root"
    DROP_OPEN_KEY = "drop-open-key"
    DROP_QUERY_VALUE = "drop-query-value"
    DROP_ENUM_KEY = "drop-enum-key"
    DROP_ENUM_VALUE = "drop-enum-value"
    DROP_OPEN_SCM = "drop-open-scm"
    DROP_OPEN_SERVICE = "drop-open-service"
    DROP_QUERY_STATUS = "drop-query-status"
    DROP_QUERY_CONFIG = "drop-query-config"
    CLOSED_PIPE = "closed-pipe"  # the pipe, not the connection, breaks at the first value or state
    MORE_DATA = "more-data"  # whatever room is offered, more is wanted
    ENDLESS_ENUM = "endless-enum"  # there is always one more subkey and value
    ABSURD_COUNT = "absurd-count"  # four billion subkeys and values
    ABSURD_SIZE = "absurd-size"  # arrays that say they have room for two billion
    ABSURD_LENGTH = "absurd-length"  # arrays that say they hold two billion
    ABSURD_NEED = "absurd-need"  # two billion bytes would be needed
    ABSENT_REFERENT = "absent-referent"  # null where there must be data
    WRONG_TYPE = "wrong-type"  # every value says it is a REG_QWORD
    WRONG_SIZE = "wrong-size"  # every value has lost its last byte
    WRONG_STATE = "wrong-state"  # a service state that there is none of
    PENDING = "pending"  # every service is about to start
    RPC_FAULT = "rpc-fault"  # values and states end in nca_s_fault_remote_no_memory
    WRONG_CALL_ID = "wrong-call-id"  # replies to a question nobody asked
    GARBAGE_PDU = "garbage-pdu"  # no RPC on the pipe
    TRUNCATED = "truncated"  # half of every reply's stub
    CRUMBS = "crumbs"  # fragments of one byte; works
    SLOW = "slow"  # a tenth of a second a call; works
