"""A Ray cluster of its own on free loopback ports, with two workers, while tests run."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

_START_SECONDS = 60.0
_END_SECONDS = 20.0
_MOST_ATTEMPTS = 4
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Without this it takes the address of the machine in the place of 127.0.0.1.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_gcs_server_port_wait_time_s": "60",
}
_PORTS = (
    "port",
    "ray-client-server-port",
    "node-manager-port",
    "object-manager-port",
    "dashboard-agent-listen-port",
    "dashboard-agent-grpc-port",
    "runtime-env-agent-port",
    "metrics-export-port",
)


def program() -> Path:
    """Return the command that the package `ray` brings."""
    return Path(sys.executable).with_name("ray")


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback interface that nobody listens on."""
    with ExitStack() as opened:
        probes = [opened.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class RayCluster:
    """One machine's cluster; its workers have the environment of the moment it is started.

    Args:
        workers: How many tasks it does at a time.
    """

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers
        self._ports: dict[str, int] = {}
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"ray://127.0.0.1:{self._ports['ray-client-server-port']}"

    def start(self) -> None:
        """Start it, and wait until clients can come.

        Where its parts do not find one another within 15 s, which cannot be set, Ray gives up; a
        busy machine may need another attempt.
        """
        said = ""
        for _ in range(_MOST_ATTEMPTS):
            if self._attempt():
                return
            said = (self._folder / "log").read_text()[-2000:]
            self.stop()
        raise AssertionError(f"Ray did not start: {said}")

    def _attempt(self) -> bool:
        # Names of sockets may not be long.
        self._folder = Path(tempfile.mkdtemp(prefix="mk-ray-"))
        self._ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
        words = [f"--{name}={port}" for name, port in self._ports.items()]
        words += [
            "--head", "--block", "--node-ip-address=127.0.0.1", f"--num-cpus={self._workers}",
            "--num-gpus=0", "--object-store-memory=100000000", "--include-dashboard=false",
            "--disable-usage-stats", "--min-worker-port=0", "--max-worker-port=0",
            "--no-monitor", "--include-log-monitor=false", f"--temp-dir={self._folder}",
        ]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(program()), "start", *words],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **_SETTINGS},
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def _answers(self) -> bool:
        """Whether it takes clients, and can begin the processes that these need."""
        for name in ("ray-client-server-port", "runtime-env-agent-port"):
            try:
                socket.create_connection(("127.0.0.1", self._ports[name]), timeout=2).close()
            except OSError:
                return False
        return True

    def stop(self) -> None:
        """End it with all its processes, and wait for that."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # What it began may outlive it.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)
