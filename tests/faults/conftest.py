"""What the tests of faults share: a registry on PostgreSQL and S3, writers, and what must hold."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest

import modelkeep

HERE = Path(__file__).parent
_SECONDS = 60.0


@pytest.fixture
def place(postgres, seaweed, tmp_path):
    """The settings of a registry on PostgreSQL and S3; nothing is there yet."""
    url = postgres.new_database()
    yield {
        "storage_path": f"s3://tests/{uuid.uuid4().hex}",
        "catalogue_url": url,
        "work_path": f"{tmp_path}/work",
        "backup_path": f"{tmp_path}/backups",
    }
    postgres.drop_database(url)


@pytest.fixture
def connect(place):
    """A function that opens the registry, with settings of choice."""

    def call(**settings):
        where = {**place, **settings}
        return modelkeep.connect(where.pop("storage_path"), **where)

    return call


@pytest.fixture
def new_cutter(postgres):
    """Starts a proxy before PostgreSQL that cuts connections."""
    started = []

    def start(**settings):
        module = runpy.run_path(str(HERE / "proxy.py"))
        started.append(module["CuttingProxy"](postgres.port, **settings))
        return started[-1]

    yield start
    for proxy in started:
        proxy.close()


class Writers:
    """Processes that create, delete, deploy and roll back until they are told to stop.

    Args:
        folder: For what they write down.
        place: The settings of the registry.
        count: How many.
        seed: Of what they do.
    """

    def __init__(self, folder, place, *, count, seed):
        folder.mkdir()
        self._stop = folder / "stop"
        self.logs = [folder / f"{number}.log" for number in range(count)]
        self._processes = []
        for number, log in enumerate(self.logs):
            spec = {
                "place": place, "model": f"m{number}", "seed": f"{seed}/{number}",
                "log": str(log), "stop": str(self._stop),
            }  # fmt: skip
            command = [sys.executable, str(HERE / "writer.py"), json.dumps(spec)]
            self._processes.append(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            )

    def records(self):
        """What each writer has written down; the last line may be half there."""
        texts = [log.read_text() if log.exists() else "" for log in self.logs]
        return [[json.loads(line) for line in text.split("\n")[:-1]] for text in texts]

    def counts(self, what):
        return [sum(what in record for record in records) for records in self.records()]

    def wait_for(self, what, more):
        """Wait until each writer has so many more records of a kind."""
        before = self.counts(what)
        self._wait(
            lambda: all(
                now >= was + more for now, was in zip(self.counts(what), before, strict=True)
            ),
            f"{more} more of {what}",
        )

    def wait_for_any(self, what, more):
        """Wait until all together have so many more records of a kind."""
        before = sum(self.counts(what))
        self._wait(lambda: sum(self.counts(what)) >= before + more, f"{more} more of {what}")

    def _wait(self, is_done, what):
        deadline = time.monotonic() + _SECONDS
        while not is_done():
            for process in self._processes:
                assert process.poll() is None, process.stderr.read().decode()
            assert time.monotonic() < deadline, f"no {what}: {self.records()}"
            time.sleep(0.02)

    def finish(self):
        """Let them end, and return their records."""
        self._stop.touch()
        for process in self._processes:
            _, said = process.communicate(timeout=_SECONDS)
            assert process.returncode == 0, said.decode()
        return self.records()

    def end(self):
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def writers(tmp_path, place):
    """A context in which writers work on the registry."""

    @contextmanager
    def start(**settings):
        where = {**place, **settings.pop("place", {})}
        crew = Writers(tmp_path / f"writers-{uuid.uuid4().hex}", where, **settings)
        try:
            yield crew
        finally:
            crew.end()

    return start


@pytest.fixture
def check(connect):
    """A function that holds the registry against what its writers have written down."""
    module = runpy.run_path(str(HERE / "checking.py"))

    def call(records):
        with connect() as services:
            return module["check"](services, records)

    return call
