"""What tests of upgrades share: data sets of all revisions, and where to put them."""

from __future__ import annotations

import json
import runpy
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.testing.clock import ManualClock

FOLDER = Path(__file__).parent / "upgrades"
reading = SimpleNamespace(**runpy.run_path(str(FOLDER / "reading.py")))


class DataSet:
    """What a registry of a revision was, put down anew in a folder and a database.

    Attributes:
        told: What it told when it was made.
        settings: Where it lies now.
    """

    def __init__(self, kept, folder, url):
        expected = json.loads((kept / "expected.json").read_text())
        self.told = expected["told"]
        self.clock = ManualClock(datetime.fromisoformat(expected["now"]))
        self.settings = {"storage_path": f"{folder}/registry", "backup_path": f"{folder}/backups"}
        self.settings |= {"catalogue_url": url} if url else {}
        self.registry = folder / "registry"
        shutil.copytree(kept / "blobs", self.registry / "blobs")
        for dump in kept.glob("*.sql"):
            if url:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(dump.read_text())
            else:
                path = self.registry / f"{dump.stem}.sqlite"
                with closing(sqlite3.connect(path)) as connection:
                    connection.executescript(dump.read_text())

    def open(self):
        """Open it with this release, which upgrades it."""
        config = ModelVersioningConfig(**self.settings, actor="ada")
        return wiring.open_services(config, clock=self.clock)

    def ask(self, query, room="catalogue"):
        """Ask a database itself."""
        with self._connected(room) as connection:
            return connection.execute(query).fetchall()

    def tell(self, statement):
        """Change something in the catalogue itself."""
        with self._connected("catalogue") as connection:
            connection.execute(statement)
            connection.commit()

    def _connected(self, room):
        if "catalogue_url" in self.settings:
            return psycopg.connect(self.settings["catalogue_url"])
        return closing(sqlite3.connect(self.registry / f"{room}.sqlite"))

    def differences(self, mk):
        """Return what a registry tells otherwise than it did."""
        return reading.differences(self.told, reading.read_all(mk))


@pytest.fixture
def data_set(request, tmp_path):
    """Puts down a data set, named as `0001/sqlite`."""
    urls = []

    def put_down(name):
        if name.endswith("postgresql"):
            urls.append(request.getfixturevalue("postgres").new_database())
        return DataSet(FOLDER / name, tmp_path, urls[-1] if urls else "")

    yield put_down
    for url in urls:
        request.getfixturevalue("postgres").drop_database(url)
