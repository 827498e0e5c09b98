"""Serves the metrics of this process, for Prometheus to scrape."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self
from wsgiref.simple_server import WSGIServer

from modelkeep.errors import InvalidSettingError, MissingExtraError

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_HIGHEST_PORT = 65535


class MetricsServer:
    """Metrics under `/metrics`, served by a thread until it is closed; also a context manager.

    Args:
        server: Listens already.
        thread: Serves it.
        host: Where it listens.

    Attributes:
        host: Where it listens.
        port: On which port.
    """

    def __init__(self, server: WSGIServer, thread: threading.Thread, host: str) -> None:
        self._server = server
        self._thread = thread
        self.host = host
        self.port = server.server_port

    @property
    def url(self) -> str:
        """Where the metrics are."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/metrics"

    def close(self) -> None:
        """Stop serving and free the port; closing twice does no harm."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def start_http(
    port: int, host: str = "127.0.0.1", *, registry: CollectorRegistry | None = None
) -> MetricsServer:
    """Serve the metrics of a registry in a thread.

    There is neither a password nor encryption: only this machine can ask, unless another host is
    given.

    Args:
        port: From 1 to 65535; 0 for any that is free.
        host: An address of this machine.
        registry: Of `prometheus_client`; None for the registry of the process.

    Raises:
        MissingExtraError: `prometheus-client` is not installed.
        InvalidSettingError: Nothing can listen there.
    """
    try:
        import prometheus_client
    except ImportError as error:
        raise MissingExtraError("start_http", "prometheus-client", "prometheus") from error
    if not 0 <= port <= _HIGHEST_PORT:
        raise InvalidSettingError("port", port, f"from 0 to {_HIGHEST_PORT}")
    source = prometheus_client.REGISTRY if registry is None else registry
    try:
        server, thread = prometheus_client.start_http_server(port, host, registry=source)
    except OSError as error:
        raise InvalidSettingError("port", port, f"free at {host} ({error})") from error
    return MetricsServer(server, thread, host)
