"""How a pretend host misbehaves on the wire. What it *holds* (denied keys, hostile text) is its machine's business."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """One misbehaviour per host. A hang keeps the connection open and says nothing more."""

    NONE = "none"
    REFUSED = "refused"  # nobody listens at the address
    BLACK_HOLE = "black-hole"  # the connection is never accepted: a full backlog
    HANG_ACCEPT = "hang-accept"  # accepted, then silence
    HANG_CHALLENGE = "hang-challenge"  # silence in the middle of the NTLM exchange
    HANG_AUTHENTICATE = "hang-authenticate"  # silence after the last NTLM token
    HANG_CREATE = "hang-create"  # silence after the shell was created on the server's side
    HANG_OPEN = "hang-open"  # the first Receive is never answered
    HANG_COMMAND = "hang-command"
    HANG_RECEIVE = "hang-receive"  # the pipeline never gives its output
    HANG_DELETE = "hang-delete"
    BUSY = "busy"  # every Receive ends in Windows' operation-timeout fault, for ever
    DRIP = "drip"  # one byte a second
    SLOW = "slow"  # a slow shell: works, takes some seconds
    RESET_CREATE = "reset-create"
    RESET_RECEIVE = "reset-receive"  # RST in the middle of a reply
    RESET_ONCE = "reset-once"  # the first connection is reset, the second one works
    WRONG_PASSWORD = "wrong-password"  # the account's password is another one here # noqa: S105
    ACCESS_DENIED = "access-denied"  # logon works, the shell is denied (fault code 5)
    QUOTA = "quota"  # the user's shell quota is spent (fault code 2150859173)
    INVALID_XML = "invalid-xml"
    OVERSIZED = "oversized"  # a pipeline that prints one string without end
    ENDLESS_BODY = "endless-body"  # an HTTP reply without end
    NOT_WINRM = "not-winrm"  # a web server: 404 to everything
    GARBAGE = "garbage"  # not even HTTP
    BAD_JSON = "bad-json"  # the shell answers, not with the contract's JSON
    SCRIPT_ERROR = "script-error"  # the pipeline fails with an error record
