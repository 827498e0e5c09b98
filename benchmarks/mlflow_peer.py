"""Runs in MLflow's interpreter: does what a line of JSON says and times the call alone.

One line in, `{"command": …, arguments}`; one line out, `{"result": …}` or `{"error": …}`. The
registry is a SQLite file, there is no server. What MLflow prints goes to the error stream.
"""

from __future__ import annotations

import gc
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Any

import mlflow
import sqlalchemy
from mlflow import MlflowClient
from mlflow.store.model_registry.dbmodels.models import SqlModelVersion, SqlModelVersionTag

_BATCH = 5_000


class Peer:
    """The commands."""

    def __init__(self) -> None:
        self._client = MlflowClient()
        self._run = ""
        self._artifacts = ""
        self._stored = 0

    def open(self, database: str) -> None:
        """Use this SQLite file from now on."""
        uri = f"sqlite:///{database}"
        self._client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        self._client.search_registered_models(max_results=1)
        gc.collect()

    def versions(self) -> dict[str, str]:
        """Return the versions of what runs here."""
        return {
            "mlflow": mlflow.__version__,
            "sqlalchemy": sqlalchemy.__version__,
            "sqlite": sqlite3.sqlite_version,
        }

    def register(self, name: str) -> None:
        """Make a model known."""
        self._client.create_registered_model(name)

    def populate(self, name: str, count: int, rare: int) -> None:
        """Add rows of versions to a new model, as `population.py` does for ours."""
        self._client.create_registered_model(name)
        now = int(time.time() * 1000)
        with self._client._get_registry_client().store.ManagedSessionMaker() as session:  # noqa: SLF001
            for start in range(0, count, _BATCH):
                numbers = range(start + 1, min(start + _BATCH, count) + 1)
                rows = [_version_row(name, number, now) for number in numbers]
                session.execute(sqlalchemy.insert(SqlModelVersion), rows)
                tags = [tag for number in numbers for tag in _tag_rows(name, number, rare)]
                session.execute(sqlalchemy.insert(SqlModelVersionTag), tags)
        gc.collect()

    def create(self, name: str, source: str) -> float:
        """Add a version whose artifact lies there already; MLflow does not touch it."""
        return _timed(lambda: self._client.create_model_version(name, source))

    def experiment(self, folder: str) -> None:
        """Have artifacts stored below a folder from now on, all of one run."""
        made = self._client.create_experiment("benchmark", artifact_location=folder)
        info = self._client.create_run(made).info
        self._run, self._artifacts = info.run_id, info.artifact_uri

    def store(self, name: str, path: str) -> float:
        """Store a file as an artifact, each in a folder of its own, and add its version."""
        self._stored += 1
        place = str(self._stored)

        def call() -> None:
            self._client.log_artifact(self._run, path, place)
            self._client.create_model_version(name, f"{self._artifacts}/{place}", self._run)

        return _timed(call)

    def alias(self, name: str, alias: str, version: str) -> float:
        """Make an alias name this version."""
        return _timed(lambda: self._client.set_registered_model_alias(name, alias, version))

    def get(self, name: str, alias: str) -> float:
        """Get the version of an alias."""
        return _timed(lambda: self._client.get_model_version_by_alias(name, alias))

    def page(self, name: str, tag: str, value: str, limit: int) -> float:
        """Get one page of versions by a tag."""
        wanted = f"name = '{name}' and tag.`{tag}` = '{value}'"
        found: list[Any] = []

        def call() -> None:
            found.extend(self._client.search_model_versions(wanted, max_results=limit))

        seconds = _timed(call)
        assert len(found) == limit, len(found)
        return seconds

    def all(self, name: str, count: int) -> float:
        """Get all versions, page by page of the size that is MLflow's own."""
        found: list[Any] = []

        def call() -> None:
            token = None
            while True:
                page = self._client.search_model_versions(f"name = '{name}'", page_token=token)
                found.extend(page)
                token = page.token
                if not token:
                    return

        seconds = _timed(call)
        assert len(found) == count, len(found)
        return seconds

    def overview(self, name: str) -> float:
        """Get a model with its latest versions, as its page shows it."""
        return _timed(lambda: self._client.get_registered_model(name))


def _version_row(name: str, number: int, now: int) -> dict[str, Any]:
    return {
        "name": name,
        "version": number,
        "creation_time": now + number,
        "last_updated_time": now + number,
        "description": f"nightly run {number}",
        "user_id": "benchmark",
        "source": f"/models/{name}/{number}",
        "storage_location": f"/models/{name}/{number}",
    }


def _tag_rows(name: str, number: int, rare: int) -> list[dict[str, Any]]:
    tags = {"quality": "good" if number % 2 else "poor", "schedule": "nightly"}
    if number % rare == 0:
        tags["audit"] = "yes"
    rows = [{"name": name, "version": number, "key": key, "value": tags[key]} for key in tags]
    return list(rows)


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    result = call()
    seconds = time.perf_counter() - began
    del result
    return seconds


def _answer(peer: Peer, line: str) -> dict[str, Any]:
    arguments = json.loads(line)
    try:
        return {"result": getattr(peer, arguments.pop("command"))(**arguments)}
    except Exception as error:  # noqa: BLE001 - told to the other end, which stops
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = Peer()
    for line in sys.stdin:
        answers.write(json.dumps(_answer(peer, line)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
