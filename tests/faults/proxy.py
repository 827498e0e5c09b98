"""A proxy before PostgreSQL that cuts connections, at a random byte or at COMMIT."""

from __future__ import annotations

import random
import select
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress

_PIECE = 64 << 10
_RESET = struct.pack("ii", 1, 0)
"""Of SO_LINGER: what is closed is reset."""
_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"

AT_COMMIT = (
    "before",  # the server never gets it, and ends the transaction
    "within",  # it gets the first half
    "with it",  # it gets all of it and the end of the connection together
    "lost answer",  # it commits, and the client never learns it
)


class CuttingProxy:
    """Passes connections on to a server, and cuts some of them; both sides see a reset.

    Args:
        port: Of the server, on 127.0.0.1.
        seed: Of the choice when.

    Attributes:
        port: To give to clients.
        commit_rate: Share of the commits at which a connection is cut, by turns as in AT_COMMIT.
        mean_bytes: After how many bytes, of both ways together, a connection is cut on average;
            0 for never. Counted only while it is not 0.
        next_commit: Which of AT_COMMIT the next commit meets; empty for none.
        is_away: Whether new connections are cut at once.
        is_away_after: Whether it is away from the next cut on.
        seen: How many cuts of each kind there were; of those at a byte, "byte".
    """

    def __init__(self, port: int, *, seed: int) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._target = port
        self._turn = 0
        self.commit_rate = 0.0
        self.mean_bytes = 0
        self.next_commit = ""
        self.is_away = self.is_away_after = False
        self.seen: Counter[str] = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._pairs: set[_Pair] = set()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def url(self, url: str) -> str:
        """Return the URL of a database, by way of this proxy."""
        return url.replace(f":{self._target}/", f":{self.port}/")

    def calm(self) -> None:
        """Cut nothing from now on."""
        self.commit_rate, self.mean_bytes, self.next_commit = 0.0, 0, ""
        self.is_away = self.is_away_after = False

    def close(self) -> None:
        """Stop listening and cut all connections."""
        # It wakes who waits for connections, which closing does not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for pair in list(self._pairs):
            pair.cut()
            pair.thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_away:
                _reset(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _reset(client)
                continue
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = _Pair(self, client, server)
            self._pairs.add(pair)
            pair.thread.start()

    def forget(self, pair: _Pair) -> None:
        self._pairs.discard(pair)

    def life_bytes(self) -> int | None:
        """Return how many bytes a connection may still pass; None for any number."""
        with self._lock:
            mean = self.mean_bytes
            return round(self._random.expovariate(1 / mean)) if mean else None

    def at_commit(self) -> str:
        """Return how a connection is cut at the commit that it passes now; empty for not at all."""
        with self._lock:
            kind, self.next_commit = self.next_commit, ""
            if not kind and self._random.random() < self.commit_rate:
                kind = AT_COMMIT[self._turn % len(AT_COMMIT)]
                self._turn += 1
            return kind

    def count(self, kind: str) -> None:
        with self._lock:
            self.seen[kind] += 1
            self.is_away = self.is_away or self.is_away_after


class _Pair:
    """A connection of a client, and that to the server which belongs to it."""

    def __init__(self, proxy: CuttingProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._left: int | None = None
        self.thread = threading.Thread(target=self._run)

    def cut(self) -> None:
        """Wake the thread, which ends then."""
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            while self._pass_piece():
                pass
        except OSError:
            pass
        finally:
            _reset(self._client)
            _reset(self._server)
            self._proxy.forget(self)

    def _pass_piece(self) -> bool:
        """Pass on what came; return False once the connection is to end."""
        ready, _, _ = select.select([self._client, self._server], [], [])
        source = ready[0]
        target = self._server if source is self._client else self._client
        piece = source.recv(_PIECE)
        if not piece:
            return False
        if source is self._client and _COMMIT in piece:
            kind = self._proxy.at_commit()
            if kind:
                self._cut_at_commit(piece, kind)
                return False
        if self._proxy.mean_bytes and self._left is None:
            self._left = self._proxy.life_bytes()
        if not self._proxy.mean_bytes:
            self._left = None
        if self._left is not None and len(piece) > self._left:
            target.sendall(piece[: self._left])
            self._proxy.count("byte")
            return False
        target.sendall(piece)
        self._left = None if self._left is None else self._left - len(piece)
        return True

    def _cut_at_commit(self, piece: bytes, kind: str) -> None:
        begin = piece.index(_COMMIT)
        if kind == "within":
            self._server.sendall(piece[: begin + len(_COMMIT) // 2])
        elif kind != "before":
            self._server.sendall(piece)
        if kind == "lost answer":
            self._server.recv(_PIECE)
        self._proxy.count(kind)


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()
