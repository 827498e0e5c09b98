"""A source of routing tables: one table of texts in a real SQLite file."""

import os
import sqlite3
from pathlib import Path

from modelkeep.deployment.routing.table import Arm, Claim, RoutingTable
from modelkeep.errors import (
    DamagedCatalogueError,
    NoActiveDeploymentError,
    StorageUnavailableError,
)


def make(path, *, journal_mode="wal"):
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA journal_mode={journal_mode}")
        connection.execute("CREATE TABLE routing (model_id TEXT PRIMARY KEY, content TEXT)")
    connection.close()


def publish(path, table):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "INSERT OR REPLACE INTO routing VALUES (?, ?)", (table.model_id, table.to_json())
        )
    connection.close()


def unpublish(path, model_id="m"):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DELETE FROM routing WHERE model_id = ?", (model_id,))
    connection.close()


def table_of(claims=(), *, revision=1, weights=(), **rest):
    """A table with an arm per weight beside the stable one."""
    arms = [Arm(name="stable", version_id="v0", weight=1 - sum(weights))]
    arms += [
        Arm(name=f"arm{n}", version_id=f"v{n}", weight=weight)
        for n, weight in enumerate(weights, start=1)
    ]
    given = {"model_id": "m", "salt": "salt", "split_id": "r1", **rest}
    claims = tuple(Claim(*claim) for claim in claims)
    return RoutingTable(revision=revision, arms=tuple(arms), claims=claims, **given)


class SqliteTables:
    """Reads with one connection a process; a file that is gone counts as away."""

    def __init__(self, path):
        self._path = Path(path)
        self._connection, self._pid = None, 0
        self.versions, self.reads = 0, 0

    def version(self):
        self.versions += 1
        return self._ask("PRAGMA data_version")[0]

    def read(self, model_id):
        self.reads += 1
        row = self._ask("SELECT content FROM routing WHERE model_id = ?", model_id)
        if row is None:
            raise NoActiveDeploymentError(model_id, "production")
        return RoutingTable.from_json(row[0])

    def close(self):
        if self._connection is not None and self._pid == os.getpid():
            self._connection.close()
        self._connection = None

    def _ask(self, statement, *values):
        if not self._path.exists():
            self.close()
            raise StorageUnavailableError(str(self._path), "the file is gone")
        if self._connection is None or self._pid != os.getpid():
            # What a fork brought along is left alone: closing it would drop the parent's locks.
            self._inherited = self._connection
            self._pid = os.getpid()
            self._connection = sqlite3.connect(self._path, timeout=0.05, check_same_thread=False)
        try:
            return self._connection.execute(statement, values).fetchone()
        except sqlite3.OperationalError as error:
            raise StorageUnavailableError(str(self._path), str(error)) from error
        except sqlite3.DatabaseError as error:
            raise DamagedCatalogueError(str(self._path), str(error)) from error
