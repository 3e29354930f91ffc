"""SMB over TCP (MS-SMB2, 2.1): whole frames, one after another, over one link."""

from __future__ import annotations

from fleetscan.transport.deadline import Deadline
from fleetscan.transport.link import Link
from fleetscan.transport.remote_registry.frames import frame_length, framed

_PREFIX = 4
_CHUNK = 65536


class Stream:
    """Send and receive frames until the deadline. ``sends`` counts the frames that left."""

    def __init__(self, link: Link, deadline: Deadline) -> None:
        """Take over a connected link, whose deadline is the one given."""
        self.sends = 0
        self._link = link
        self._deadline = deadline
        self._buffer = bytearray()
        self._chunk = memoryview(bytearray(_CHUNK))

    def send(self, frames: list[bytes]) -> None:
        """Send frames, all at once."""
        self.sends += len(frames)
        self._link.send_all(b"".join(framed(each) for each in frames))

    def receive(self) -> bytes:
        """Give the next frame. Raises ConnectionError when the host hung up, TimeoutError, HostFailure."""
        while True:
            frame = self.at_hand()
            if frame is not None:
                return frame
            self._read()

    def receive_within(self, seconds: float) -> bytes | None:
        """Give the next frame, or None when it is not there after so many seconds, which are no failure."""
        patience = Deadline(min(seconds, self._deadline.require()))
        self._link.renew(patience)
        try:
            return self.receive()
        except TimeoutError:
            self._deadline.require()
            return None
        finally:
            self._link.renew(self._deadline)

    def at_hand(self) -> bytes | None:
        """Give the next frame if it has come as a whole already. Raises HostFailure."""
        if len(self._buffer) < _PREFIX:
            return None
        end = _PREFIX + frame_length(bytes(self._buffer[:_PREFIX]))
        if len(self._buffer) < end:
            return None
        frame = bytes(self._buffer[_PREFIX:end])
        del self._buffer[:end]
        return frame

    def close(self) -> None:
        """Close the connection, by which the host lets go of everything that was opened (MS-SMB2, 3.3.7.1)."""
        self._link.close()

    def _read(self) -> None:
        count = self._link.read_into(self._chunk)
        if count == 0:
            message = "the host hung up"
            raise ConnectionError(message)
        self._buffer += self._chunk[:count]
