"""Sockets of a lab."""

from __future__ import annotations

import contextlib
import errno
import socket

import pytest

from fleetscan.lab.listen import bind, black_hole

ADDRESSES = ["127.78.0.1", "127.78.0.2", "127.78.0.3"]


def test_one_port_on_every_address() -> None:
    """The same free port is bound on all; until it listens, connecting is refused."""
    port, sockets = bind(ADDRESSES, 0)
    with contextlib.ExitStack() as stack:
        for address, sock in sockets.items():
            stack.callback(sock.close)
            assert sock.getsockname() == (address, port)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((ADDRESSES[0], port), timeout=1)


def test_no_addresses() -> None:
    """Nobody to listen for is no mistake."""
    assert bind([], 0) == (0, {})


def test_a_chosen_port_that_is_taken() -> None:
    """A chosen port that is taken on one address is an OSError, and nothing stays bound."""
    with socket.socket() as taken:
        taken.bind((ADDRESSES[2], 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            bind(ADDRESSES, port)
        again, sockets = bind(ADDRESSES[:2], port)
        assert again == port
        for sock in sockets.values():
            sock.close()


def test_another_port_when_the_first_is_taken_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that is free on one address only is given up for another one."""
    with socket.socket() as taken:
        taken.bind((ADDRESSES[1], 0))
        taken.listen()
        ports = iter([taken.getsockname()[1]])
        real = socket.socket.bind

        def steered(sock: socket.socket, place: tuple[str, int]) -> None:
            real(sock, (place[0], next(ports, 0)) if place[1] == 0 else place)

        monkeypatch.setattr(socket.socket, "bind", steered)
        port, sockets = bind(ADDRESSES, 0)
    assert port != 0
    assert len(sockets) == 3
    for sock in sockets.values():
        sock.close()


def test_no_port_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """When no port is free on every address, that is an OSError in the end; any other trouble is one at once."""

    def never(_sock: socket.socket, _place: tuple[str, int]) -> None:
        raise OSError(errno.EADDRINUSE, "in use")

    monkeypatch.setattr(socket.socket, "bind", never)
    with pytest.raises(OSError, match="no port is free"):
        bind(ADDRESSES, 0)


def test_an_address_that_is_not_here() -> None:
    """An address of another machine cannot be bound."""
    with pytest.raises(OSError, match="assign"):
        bind(["192.0.2.1"], 0)


def test_black_hole() -> None:
    """A connection to it is neither accepted nor refused."""
    _, sockets = bind(ADDRESSES[:1], 0)
    sock = sockets[ADDRESSES[0]]
    filling = black_hole(sock)
    with pytest.raises(TimeoutError):
        socket.create_connection(sock.getsockname(), timeout=0.3)
    for each in [sock, *filling]:
        each.close()
