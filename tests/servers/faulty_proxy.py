"""A proxy on the loopback before an HTTP server that fails a part of the requests, by a seed."""

from __future__ import annotations

import http.client
import random
import socket
import struct
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PIECE = 64 << 10
_RESET = struct.pack("ii", 1, 0)
"""Of SO_LINGER: what is closed is reset."""
_SLOW_DOWN = (
    b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code>'
    b"<Message>Please reduce your request rate.</Message></Error>"
)

FAULTS = (
    "internal error",  # 500 instead of doing it
    "slow down",  # 503 instead of doing it
    "lost answer",  # it is done, but the answer is 500
    "reset before",  # the connection breaks before it is done
    "reset within",  # the connection breaks while the request is read
    "reset after",  # it is done, and the connection breaks before the answer
    "cut",  # the answer ends in the middle of its body
    "short",  # the same, of an answer that says it is only so long
)


class FaultyProxy:
    """Passes requests on to a server, some of them badly.

    Args:
        port: Of the server, on 127.0.0.1.
        rate: Share of the requests that fail.
        seed: Of the choice which ones, and how.
        faults: The kinds, which take turns; beside those above, "no condition" answers what is
            conditional by 501.

    Attributes:
        rate: May be changed at any time.
        seen: How many faults of each kind there were, and how many requests under "all".
    """

    def __init__(
        self, port: int, *, rate: float, seed: int, faults: tuple[str, ...] = FAULTS
    ) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._faults = self._random.sample(faults, len(faults))
        self.target_port = port
        self.rate = rate
        self.seen: Counter[str] = Counter()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """The URL to give to clients."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def choose(self, method: str, *, has_body: bool) -> str:
        """Return the fault of the next request; empty for none."""
        with self._lock:
            self.seen["all"] += 1
            if self._random.random() >= self.rate:
                return ""
            # The one that was used longest ago, of those that this request can have.
            fault = next(
                (each for each in self._faults if _can_have(each, method, has_body=has_body)), ""
            )
            if fault:
                self._faults.remove(fault)
                self._faults.append(fault)
                self.seen[fault] += 1
            return fault

    def close(self) -> None:
        """Stop listening; requests that are being passed on are not waited for."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _can_have(fault: str, method: str, *, has_body: bool) -> bool:
    if fault in ("cut", "short"):
        return method == "GET"
    return has_body or fault != "reset within"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, proxy: FaultyProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: that connections break is what this is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(_PIECE)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        length = int(self.headers.get("content-length", 0))
        fault = self.server.proxy.choose(self.command, has_body=length > 0)
        if fault == "reset within":
            self.rfile.read(length // 2)
        if fault in ("reset before", "reset within"):
            self._reset()
            return
        body = self.rfile.read(length)
        if fault == "internal error":
            self._answer(500, b"")
        elif fault == "slow down":
            self._answer(503, _SLOW_DOWN)
        elif fault == "no condition" and self.headers.get("if-none-match"):
            self._answer(501, b"")
        else:
            self._pass_on(body, fault)

    def _pass_on(self, body: bytes, fault: str) -> None:
        server = http.client.HTTPConnection("127.0.0.1", self.server.proxy.target_port, timeout=60)
        try:
            server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("connection", "expect"):
                    server.putheader(name, value)
            server.endheaders(body or None)
            answer = server.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            # The server is away: to the client that looks like a broken connection.
            self._reset()
            return
        finally:
            server.close()
        if fault == "reset after":
            self._reset()
        elif fault == "lost answer":
            self._answer(500, b"")
        else:
            self._hand_back(answer, content, fault)

    def _hand_back(self, answer: http.client.HTTPResponse, content: bytes, fault: str) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        sent = content[: len(content) // 2] if fault in ("cut", "short") else content
        size = str(len(sent if fault == "short" else content))
        if self.command == "HEAD":
            size = answer.getheader("content-length") or "0"
        self.send_header("content-length", size)
        self.end_headers()
        self.wfile.write(sent)
        if fault == "cut":
            self._reset()

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response_only(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _reset(self) -> None:
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.close_connection = True
        # Not shutdown: it would say goodbye in order.
        self.connection.close()
        self.rfile.close()
