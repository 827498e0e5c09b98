"""Evidence of rollouts and experiments from one registry to another, block by block.

Blocks have numbers of their database; a verdict names the last one it was made from, so it is
written with the new number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from sqlalchemy import select

from modelkeep import canonical
from modelkeep.catalogue.evidence_tables import EVIDENCE_BLOCKS, EVIDENCE_METADATA
from modelkeep.catalogue.own_tables import OwnTables
from modelkeep.catalogue.tables import EXPERIMENTS, ROLLOUTS
from modelkeep.orchestrator.backends import Backends
from modelkeep.orchestrator.copied_rows import ModelRows, Row
from modelkeep.orchestrator.copy_conflicts import CopyConflictError

_AT_ONCE = 64
_UNTIL = "evidence_until"


class _Block(NamedTuple):
    """One block; the number of it, how many records it has, and its bytes."""

    sequence: int
    records: int
    payload: bytes


def check_evidence(source: Backends, target: Backends, rows: ModelRows) -> None:
    """Look whether the evidence of a model in the target is what an earlier copy brought.

    Raises:
        CopyConflictError: The target recorded something of its own.
    """
    here, there = _evidence_of(source), _evidence_of(target)
    if here.exist() and there.exist():
        for split_id in _splits(rows):
            _matched(here, there, split_id, rows)


def copy_evidence(source: Backends, target: Backends, rows: ModelRows) -> ModelRows:
    """Bring the evidence of a model that the target lacks.

    Args:
        source: Where it was recorded.
        target: It may have what an earlier copy brought.
        rows: Of the model.

    Returns:
        The rows, in which verdicts name blocks by their numbers in the target.

    Raises:
        CopyConflictError: The target recorded something of its own.
    """
    splits = _splits(rows)
    here, there = _evidence_of(source), _evidence_of(target)
    if not splits or not here.exist():
        return rows
    numbers = {split_id: _copy_split(here, there, split_id, rows) for split_id in splits}
    moved = [_renumbered(row, numbers[row["rollout_id"]]) for row in rows.owned[ROLLOUTS.name]]
    return replace(rows, owned={**rows.owned, ROLLOUTS.name: moved})


def _evidence_of(backends: Backends) -> OwnTables:
    return OwnTables(backends.evidence, EVIDENCE_METADATA)


def _splits(rows: ModelRows) -> list[str]:
    found = [str(row["rollout_id"]) for row in rows.owned[ROLLOUTS.name]]
    return found + [str(row["experiment_id"]) for row in rows.owned[EXPERIMENTS.name]]


def _matched(
    source: OwnTables, target: OwnTables, split_id: str, rows: ModelRows
) -> tuple[dict[int, int], Iterator[_Block]]:
    """Return the numbers of blocks that the target has, by those in the source; and the others."""
    numbers: dict[int, int] = {}
    theirs = _blocks(source, split_id)
    first = next(theirs, None)
    if first is None:
        # It was removed after its retention time; what the target still has may stay.
        return numbers, iter(())
    others = chain((first,), theirs)
    for here in _blocks(target, split_id):
        found = next(others, None)
        if found is None or found.payload != here.payload:
            problem = f"the target recorded evidence of its own about {split_id}"
            raise CopyConflictError(rows.model["model_id"], problem)
        numbers[found.sequence] = here.sequence
    return numbers, others


def _copy_split(
    source: OwnTables, target: OwnTables, split_id: str, rows: ModelRows
) -> dict[int, int]:
    """Return the numbers of all blocks in the target, by those in the source."""
    numbers, others = _matched(source, target, split_id, rows)
    while blocks := list(islice(others, _AT_ONCE)):
        with target.write() as connection:
            for block in blocks:
                values = {
                    "split_id": split_id,
                    "records": block.records,
                    "payload": block.payload,
                }
                key = connection.execute(EVIDENCE_BLOCKS.insert(), values).inserted_primary_key
                assert key is not None
                numbers[block.sequence] = int(key[0])
    return numbers


def _blocks(database: OwnTables, split_id: str) -> Iterator[_Block]:
    table = EVIDENCE_BLOCKS.c
    query = select(table.sequence, table.records, table.payload).where(table.split_id == split_id)
    query = query.order_by(table.sequence).limit(_AT_ONCE)
    after = 0
    while True:
        with database.read() as connection:
            found = connection.execute(query.where(table.sequence > after)).all()
        for sequence, records, payload in found:
            yield _Block(int(sequence), int(records), bytes(payload))
        if len(found) < _AT_ONCE:
            return
        after = int(found[-1][0])


def _renumbered(row: Row, numbers: Mapping[int, int]) -> Row:
    progress = canonical.decode(row["progress"])
    verdict = progress.get("verdict") or {}
    # One that is gone keeps its number, and so stays gone.
    if verdict.get(_UNTIL) not in numbers:
        return row
    verdict[_UNTIL] = numbers[verdict[_UNTIL]]
    return {**row, "progress": canonical.encode_text(progress)}
