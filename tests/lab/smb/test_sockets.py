"""What the kernel tells of sockets."""

from __future__ import annotations

import socket

from fleetscan.lab.smb.sockets import connected, established, listeners


def test_sockets_are_counted_by_their_server_s_end() -> None:
    """A listener, a connection, and neither of them afterwards."""
    with socket.create_server(("127.34.1.2", 0)) as server:
        end = ("127.34.1.2", server.getsockname()[1])
        assert listeners(end[1])["127.34.1.2"] == 1
        assert connected(end) == 0
        with socket.create_connection(end) as client, server.accept()[0]:
            assert connected(end) == 1
            assert established(end, client.getsockname())
            assert not established(end, ("127.34.1.3", 1))
    assert connected(end) == 0
    assert not listeners(end[1])
