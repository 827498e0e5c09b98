"""From what a recorder has taken to blocks: in bulk, on the thread that writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.blocks import (
    FAILED,
    MOST_ROWS,
    NOT_TOLD,
    SHADOW,
    SINGLE,
    SUCCEEDED,
    Block,
    Bytes,
    Floats,
    LabelBlock,
    Points,
    Revision,
)
from modelkeep.deployment.evidence.predictions import prediction_hash
from modelkeep.deployment.evidence.waiting import Batch, Label, LabelBatch, Pair, Row, Waiting

_AT_ONCE = 4096  # rows; the interpreter is held for about a millisecond at a time
_SUCCESSES = {False: FAILED, True: SUCCEEDED, None: NOT_TOLD}

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Columns:
    split_id: str
    fixed: dict[str, Array]
    values: dict[str, Floats]

    @property
    def count(self) -> int:
        return len(self.fixed["predictions"])


def to_blocks(
    waiting: Iterable[Waiting],
    revisions: Mapping[int, Revision],
    *,
    first_at: int,
    last_at: int,
) -> Iterator[Block | LabelBlock]:
    """Give what waits as blocks: of each split the rows in their order, then the labels in theirs.

    Args:
        waiting: What was taken, in its order.
        revisions: All that the rows refer to, by their number.
        first_at: When the first was taken, microseconds since 1970 in UTC.
        last_at: The time now, in the same unit.
    """
    rows: dict[str, list[_Columns]] = {}
    labels: dict[str, list[_Columns]] = {}
    for kind, run in groupby(waiting, key=type):
        into = labels if kind in (Label, LabelBatch) else rows
        for columns in _columns_of(kind, run):
            into.setdefault(columns.split_id, []).append(columns)
    for parts in rows.values():
        for columns in _cut(_joined(parts)):
            yield _to_rows(columns, revisions, first_at, last_at)
    for split_id, parts in labels.items():
        for columns in _cut(_joined(parts)):
            yield LabelBlock(
                split_id=split_id,
                first_at=first_at,
                last_at=last_at,
                predictions=columns.fixed["predictions"],
                successes=columns.fixed["successes"],
                values=columns.values,
            )


def _columns_of(kind: type, run: Iterator[Any]) -> Iterator[_Columns]:
    if kind is Batch:
        yield from map(_of_batch, run)
    elif kind is LabelBatch:
        for batch in run:
            yield from _of_label_batch(batch)
    elif kind is Label:
        for split_ids, same in groupby(run, key=lambda label: label.split_ids):
            for part in _parts(list(same)):
                yield from _of_labels(split_ids, part)
    else:
        flat = [row for pair in run for row in pair] if kind is Pair else list(run)
        for split_id, same in groupby(flat, key=lambda row: row[0]):
            for part in _parts(list(same)):
                yield _of_rows(split_id, part)


def _parts(whole: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(whole), _AT_ONCE):
        yield whole[start : start + _AT_ONCE]


def _of_rows(split_id: str, rows: Sequence[Row]) -> _Columns:
    _, revisions, points, arms, successes, latencies, values, ids, pairs = zip(*rows, strict=True)
    count = len(rows)
    return _Columns(
        split_id=split_id,
        fixed={
            "points": np.fromiter(points, dtype=np.uint64, count=count),
            "arms": np.frombuffer(bytes(arms), dtype=np.uint8),
            "revisions": np.fromiter(revisions, dtype=np.int64, count=count),
            "successes": np.frombuffer(bytes(map(_SUCCESSES.__getitem__, successes)), np.uint8),
            # None becomes NaN.
            "latencies": np.array(latencies, dtype=np.float32),
            "predictions": _hashes(ids),
            "pairs": np.frombuffer(bytes(pairs), dtype=np.uint8),
        },
        values=_by_name(values),
    )


def _of_batch(batch: Batch) -> _Columns:
    count = len(batch.points)
    return _Columns(
        split_id=batch.split_id,
        fixed={
            "points": batch.points,
            "arms": batch.arms,
            "revisions": np.full(count, batch.revision, dtype=np.int64),
            "successes": batch.successes,
            "latencies": batch.latencies,
            "predictions": _hashed(batch.predictions),
            "pairs": np.full(count, SINGLE, dtype=np.uint8),
        },
        values=batch.values,
    )


def _of_labels(split_ids: tuple[str, ...], labels: Sequence[Label]) -> Iterator[_Columns]:
    _, ids, successes, values = zip(*labels, strict=True)
    codes = np.frombuffer(bytes(map(_SUCCESSES.__getitem__, successes)), dtype=np.uint8)
    fixed: dict[str, Array] = {"predictions": _hashes(ids), "successes": codes}
    columns = _by_name(values)
    for split_id in split_ids:
        yield _Columns(split_id=split_id, fixed=fixed, values=columns)


def _of_label_batch(batch: LabelBatch) -> Iterator[_Columns]:
    fixed: dict[str, Array] = {
        "predictions": _hashed(batch.predictions),
        "successes": batch.successes,
    }
    for split_id in batch.split_ids:
        yield _Columns(split_id=split_id, fixed=fixed, values=batch.values)


def _hashed(ids: Points | tuple[str, ...]) -> Points:
    return _hashes(ids) if isinstance(ids, tuple) else ids


def _hashes(ids: Sequence[str | None]) -> Points:
    if not any(ids):
        return np.zeros(len(ids), dtype=np.uint64)
    hashed = (prediction_hash(each) if each else 0 for each in ids)
    return np.fromiter(hashed, dtype=np.uint64, count=len(ids))


def _by_name(values: Sequence[Mapping[str, float] | None]) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    told = [(row, named) for row, named in enumerate(values) if named]
    for name in sorted({name for _, named in told for name in named}):
        numbers = columns[name] = np.full(len(values), np.nan)
        where = [(row, named[name]) for row, named in told if name in named]
        rows, given = zip(*where, strict=True)
        numbers[list(rows)] = given
    return columns


def _joined(parts: list[_Columns]) -> _Columns:
    if len(parts) == 1:
        return parts[0]
    names = sorted({name for part in parts for name in part.values})

    def filled(part: _Columns, name: str) -> Floats:
        return part.values[name] if name in part.values else np.full(part.count, np.nan)

    return _Columns(
        split_id=parts[0].split_id,
        fixed={
            name: np.concatenate([part.fixed[name] for part in parts]) for name in parts[0].fixed
        },
        values={name: np.concatenate([filled(part, name) for part in parts]) for name in names},
    )


def _cut(columns: _Columns) -> Iterator[_Columns]:
    """Give pieces that are no longer than a block may be, and leave pairs whole."""
    pairs: Bytes | None = columns.fixed.get("pairs")
    start = 0
    while start < columns.count:
        end = min(start + MOST_ROWS, columns.count)
        if pairs is not None and end < columns.count and pairs[end] == SHADOW:
            end -= 1
        piece = slice(start, end)
        yield _Columns(
            split_id=columns.split_id,
            fixed={name: column[piece] for name, column in columns.fixed.items()},
            values={name: column[piece] for name, column in columns.values.items()},
        )
        start = end


def _to_rows(
    columns: _Columns, revisions: Mapping[int, Revision], first_at: int, last_at: int
) -> Block:
    fixed = dict(columns.fixed)
    numbers = fixed.pop("revisions")
    if (numbers == numbers[0]).all():
        used, indices = numbers[:1], np.zeros(len(numbers), dtype=np.uint16)
    else:
        used, inverse = np.unique(numbers, return_inverse=True)
        indices = inverse.astype(np.uint16)
    return Block(
        split_id=columns.split_id,
        first_at=first_at,
        last_at=last_at,
        revisions=tuple(revisions[number] for number in used.tolist()),
        revision_indices=indices,
        values=columns.values,
        **fixed,
    )
