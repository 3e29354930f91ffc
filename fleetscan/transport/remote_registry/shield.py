"""What protects the messages of a session: signatures, or encryption of whole frames.

Law: :meth:`unwrap` gives on what was verified, and of an interim reply without signature, which a host is allowed to
send (MS-SMB2, 3.2.5.1.3), nothing but that one has to wait.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from fleetscan.transport.remote_registry.frames import SIGNED, Request, Response, chain, split
from fleetscan.transport.remote_registry.keys import SEALED, Envelope, Sign, altered, signed, verify


class Signing:
    """Sign each message, and want each reply signed."""

    def __init__(self, sign: Sign) -> None:
        """Take the way to sign."""
        self._sign = sign

    def wrap(self, requests: list[Request]) -> bytes:
        """Make the frame that leaves."""
        messages = chain([replace(each, flags=each.flags | SIGNED).pack() for each in requests])
        return b"".join(signed(each, self._sign) for each in messages)

    def unwrap(self, frame: bytes) -> list[Response]:
        """Verify and take apart a frame that came. Raises HostFailure (malformed)."""
        return [
            replace(each, credits=0) if each.interim and not each.flags & SIGNED else self.verified(each)
            for each in split(frame)
        ]

    def verified(self, response: Response) -> Response:
        """Give a reply on that is signed as it should be. Raises HostFailure (malformed)."""
        if not response.flags & SIGNED:
            raise altered()
        verify(response.raw, self._sign)
        return response


class Sealing:
    """Encrypt each frame, and want each frame that comes encrypted."""

    def __init__(self, envelope: Envelope) -> None:
        """Take the keys."""
        self._envelope = envelope

    def wrap(self, requests: list[Request]) -> bytes:
        """Make the frame that leaves; what is encrypted needs no signature (MS-SMB2, 3.2.4.1.1)."""
        return self._envelope.seal(b"".join(chain([each.pack() for each in requests])))

    def unwrap(self, frame: bytes) -> list[Response]:
        """Decrypt and take apart a frame that came. Raises HostFailure (malformed)."""
        if frame[:4] != SEALED:
            raise altered()
        return split(self._envelope.open(frame))


Shield: TypeAlias = Signing | Sealing
