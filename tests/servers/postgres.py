"""A PostgreSQL server of its own on a free loopback port, for as long as the tests run."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from contextlib import suppress
from pathlib import Path

import psycopg

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "600",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}
# A kill of the server loses nothing by this; only that of the machine would.
_QUICK = {"fsync": "off", "full_page_writes": "off"}
_START_SECONDS = 60.0


def programs() -> Path:
    """Return the folder of the programs of the newest PostgreSQL that is installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    if not found:
        raise AssertionError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1]


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid: int) -> list[int]:
    """Return the processes that this one has started and that are there."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(each) for each in found.split()]


class PostgresServer:
    """One server with its data in a folder.

    Args:
        folder: Where the data goes; it must not exist.
        durable: Whether what is committed outlives the end of the machine as well.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._given = _SETTINGS if durable else {**_SETTINGS, **_QUICK}
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True)
        # It does not run as root.
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "-D", str(folder), "-U", "tester", "-A", "trust", "-E", "UTF8",
                  "--locale=C", "--no-sync", "--no-instructions")  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = [f"-c{name}={value}" for name, value in self._given.items()]
        with (self._folder.parent / f"{self._folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", str(self._folder), "-p", str(self.port), *settings),
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                cwd="/",
            )
        assert self._answers(), "PostgreSQL ended while it was starting"

    def stop(self, kind: signal.Signals = signal.SIGINT) -> None:
        """End it; SIGQUIT ends it at once, without a checkpoint."""
        if self._process is not None:
            os.kill(self.pid, kind)
            self._process.wait(timeout=60)
            self._process = None

    def kill(self) -> None:
        """End the server and all its sessions by SIGKILL, as a power loss would."""
        assert self._process is not None
        # Each session leads a process group of its own. First of all the server is stopped, so
        # that it can neither start more of them nor look after those that end.
        os.kill(self.pid, signal.SIGSTOP)
        for session in children_of(self.pid):
            # It may have ended by itself.
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait(timeout=60)
        self._process = None

    def restart(self) -> None:
        """Kill it and start it again; it looks in its log then for what was committed."""
        self.kill()
        self.start()

    def bring_back(self) -> None:
        """Wait until it has recovered from a failure; start it if it has ended over it."""
        if not self._answers():
            self.start()

    def _answers(self) -> bool:
        """Wait until it answers; return False once it has ended."""
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while self._process.poll() is None:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL did not answer in time"
                time.sleep(0.05)
            else:
                return True
        return False

    @property
    def pid(self) -> int:
        """The process of the server itself."""
        return int((self._folder / "postmaster.pid").read_text().split("\n", 1)[0])

    def url(self, database: str) -> str:
        """Return the URL of a database, for psycopg and for SQLAlchemy."""
        return f"postgresql://tester@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = url.rsplit("/", 1)[1]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _command(self, program: str, *words: str) -> list[str]:
        command = [str(programs() / program), *words]
        return (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
            if (os.geteuid() == 0)
            else command
        )

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            self._command(program, *words), capture_output=True, text=True, cwd="/"
        )
        assert done.returncode == 0, done.stdout + done.stderr
