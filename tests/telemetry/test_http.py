"""The server of metrics listens where it was told, and ends."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest

from modelkeep.errors import InvalidSettingError
from modelkeep.telemetry import start_http


def test_it_serves_this_machine_alone_until_it_is_closed(registry) -> None:
    server = start_http(0, registry=registry)
    assert server._server.socket.getsockname() == ("127.0.0.1", server.port)
    assert server.url == f"http://127.0.0.1:{server.port}/metrics"
    with urllib.request.urlopen(server.url, timeout=10) as answer:
        assert answer.headers.get_content_type() == "text/plain"
    server.close()
    server.close()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(server.url, timeout=10)
    with start_http(server.port, registry=registry) as again:
        assert again.port == server.port


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none(port, registry) -> None:
    with pytest.raises(InvalidSettingError, match=f"port is {port}; it must be from 0 to 65535"):
        start_http(port, registry=registry)


def test_a_port_that_is_taken(registry) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidSettingError, match=f"port is {port}; it must be free at 127"):
            start_http(port, registry=registry)
