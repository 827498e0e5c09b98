"""A SQLite file that keeps blocks, and tables, choices and blocks to fill it with."""

import sqlite3
import threading

import numpy as np
import pytest

from modelkeep.deployment.evidence.blocks import NOT_TOLD, SINGLE, Block, Revision
from modelkeep.deployment.evidence.encoding import decode
from modelkeep.deployment.routing.table import Arm, Choice, RoutingTable


class BlocksFile:
    """Blocks in SQLite, one transaction each; `fail` is raised in place of the next writes."""

    def __init__(self, path):
        self.path = path
        self.fail = None
        self.fail_after = 0
        self._lock = threading.Lock()
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS blocks (sequence INTEGER PRIMARY KEY AUTOINCREMENT, "
            "split_id TEXT NOT NULL, payload BLOB NOT NULL)"
        )

    def write(self, split_id, payload, count):
        assert decode(payload).count == count
        with self._lock:
            if self.fail is not None:
                if not self.fail_after:
                    raise self.fail
                self.fail_after -= 1
            self.connection.execute(
                "INSERT INTO blocks (split_id, payload) VALUES (?, ?)", (split_id, payload)
            )

    def read(self):
        rows = self.connection.execute("SELECT split_id, payload FROM blocks ORDER BY sequence")
        blocks = [(split_id, decode(payload)) for split_id, payload in rows.fetchall()]
        assert all(split_id == block.split_id for split_id, block in blocks)
        return [block for _, block in blocks]

    def points(self):
        return [point for block in self.read() for point in block.points.tolist()]


@pytest.fixture
def blocks_file(tmp_path):
    file = BlocksFile(tmp_path / "blocks.db")
    yield file
    file.connection.close()


@pytest.fixture
def reopen():
    opened = []

    def reopen(path):
        opened.append(BlocksFile(path))
        return opened[-1]

    yield reopen
    for file in opened:
        file.connection.close()


@pytest.fixture(scope="session")
def table_of():
    def table_of(weight=0.1, revision=3, split_id="r1", shadow=None, model_id="m"):
        arms = (
            Arm(name="stable", version_id="m@1", weight=1 - weight),
            Arm(name="canary", version_id="m@2", weight=weight),
        )
        return RoutingTable(
            model_id=model_id, revision=revision, split_id=split_id, arms=arms, shadow=shadow
        )

    return table_of


@pytest.fixture(scope="session")
def choice_of():
    def choice_of(point, arm=0, revision=3, split_id="r1", forced=False):
        name = ("stable", "canary")[arm] if arm < 2 else f"arm{arm}"
        return Choice("m@1", name, 0.9, revision, split_id, point, arm, forced, "")

    return choice_of


@pytest.fixture(scope="session")
def block_of():
    """Makes a block of a stable arm and a canary from lists, with what is told of the rows."""

    def block_of(points, arms, weights, *, successes=None, latencies=None, values=None, **more):
        count = len(points)
        shares, indices = np.unique(np.broadcast_to(weights, (count,)), return_inverse=True)
        nothing = np.full(count, np.nan)
        return Block(
            split_id="r1",
            revisions=tuple(Revision(n, (1 - w, w)) for n, w in enumerate(shares.tolist())),
            points=np.array(points, dtype=np.uint64),
            arms=np.array(arms, dtype=np.uint8),
            revision_indices=indices.astype(np.uint16),
            successes=np.array([NOT_TOLD] * count if successes is None else successes, np.uint8),
            latencies=np.array(nothing if latencies is None else latencies, dtype=np.float32),
            values={name: np.array(v, dtype=np.float64) for name, v in (values or {}).items()},
            predictions=np.array(more.get("predictions", [0] * count), dtype=np.uint64),
            pairs=np.array(more.get("pairs", [SINGLE] * count), dtype=np.uint8),
        )

    return block_of
