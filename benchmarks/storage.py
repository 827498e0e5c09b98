"""How much a registry grows by a version, in percent of its raw size, beside other ways."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import modelkeep
from benchmarks import corpus, corpus_trees, disk, storage_chain, storage_peers
from benchmarks.bench import Bench
from benchmarks.corpus import Pair
from benchmarks.measure import Bound, Finding
from benchmarks.report import figure
from benchmarks.storage_outside import Lmzip, Zipnn

_DTYPES = ("bf16", "fp32", "fp16")
# At most so many percent of raw, for each of the dtypes; fp16 was promised for a first version.
_ENCODER = {
    "first version": (66.8, 82.3, 85.0),
    "full fine-tune": (18.0, 42.0, None),
    "next checkpoint": (8.0, 32.0, None),
    "last layer": (3.5, 5.7, None),
    "head only": (0.1, 0.1, None),
    "re-save": (0.1, 0.1, None),
    "identical": (0.01, 0.01, 0.01),
}
_OTHERS = {
    "forest +6 trees": 2.0,
    "gradient boosting +10 rounds": 2.0,
    "XGBoost +10 rounds": 2.0,
    "LightGBM +10 rounds": 2.0,
    # All its files together bring a network of new weights, for which there is no bound.
    "openwakeword 0.4.0 to 0.5.1, embedding": 0.5,
}
_COLUMNS = ("ours", "at most", "zstd -3", "chunks + zstd -3", "ZipNN", "lmzip", "XOR + planes")


@dataclass(frozen=True, slots=True)
class _Case:
    """A pair, and what was promised of it.

    Attributes:
        pair: The files.
        dtype: Of the weights; None where they have no single one.
        limit: Percent of the raw size at most.
    """

    pair: Pair
    dtype: str | None
    limit: float | None

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.pair.name}, {self.dtype}" if self.dtype else self.pair.name


def measure(run: Bench) -> None:
    """Store each pair in a new registry, and in each other way."""
    corpus.build()
    run.notes += ["Growth by a version, in % of its raw size:", _row(("child", *_COLUMNS))]
    run.notes.append(_row(["---"] * (1 + len(_COLUMNS))))
    with ExitStack() as stack:
        folder = stack.enter_context(run.folder("storage"))
        zipnn, lmzip = stack.enter_context(Zipnn(run.work)), Lmzip(run.work)
        for case in _cases(quick=run.quick):
            others = _others(case, folder, zipnn, lmzip)
            _tell(run, case, _grown(run, case.pair.parent, case.pair.child), others)
        for family in ("forest", "gradient"):
            _measure_objects(run, family)
    storage_chain.measure(run)


def _cases(*, quick: bool) -> Iterator[_Case]:
    for column, dtype in enumerate(_DTYPES[:1] if quick else _DTYPES):
        for pair in corpus.encoder_pairs(dtype):
            limits = _ENCODER.get(pair.name)
            yield _Case(pair, dtype, None if limits is None else limits[column])
    for pair in corpus.other_pairs():
        yield _Case(pair, None, _OTHERS.get(pair.name))


def _others(case: _Case, folder: Path, zipnn: Zipnn, lmzip: Lmzip) -> list[float | None]:
    parent, child, dtype = case.pair.parent, case.pair.child, case.dtype
    known = dtype is not None and child.suffix == ".safetensors"
    sizes = [
        storage_peers.compressed(child, folder),
        storage_peers.chunked(parent, child),
        zipnn.size(child, dtype) if known and dtype is not None else None,
        lmzip.size(parent, child, folder),
        storage_peers.differing(parent, child),
    ]
    raw = corpus.size_of(child)
    return [None if size is None else 100 * size / raw for size in sizes]


def _grown(run: Bench, parent: Any, child: Any) -> float:
    """Return by how much a new registry that has the parent grows by the child, in percent."""
    with run.folder("storage-ours") as folder, modelkeep.connect(folder / "registry") as services:
        create = services.versions.create_version
        first = None if parent is None else create("m", parent).version_id
        before = disk.used(folder)
        version = create("m", child, parent_version=first)
        grown = disk.used(folder) - before
        if isinstance(child, Path) and child.is_file():
            copy = folder / "copy"
            services.versions.load_model(version.version_id, destination=copy)
            assert filecmp.cmp(child, copy, shallow=False), child
        return 100 * grown / version.size_bytes


def _measure_objects(run: Bench, family: str) -> None:
    """Store estimators as they come from the library, not the files that they were saved to."""
    parent, child = corpus_trees.loaded(corpus.ROOT / "trees", family)
    run.findings.append(
        Finding(
            group="storage",
            measure=f"{family}, continued, given as an object",
            ours=_grown(run, parent, child),
            unit="%",
            bound=Bound("value", 2.0),
        )
    )


def _tell(run: Bench, case: _Case, ours: float, others: list[float | None]) -> None:
    run.findings.append(
        Finding(
            group="storage",
            measure=case.name,
            ours=ours,
            other=others[0],
            against="zstd -3",
            unit="%",
            bound=None if case.limit is None else Bound("value", case.limit),
        )
    )
    cells = ["" if value is None else figure(value, "") for value in (ours, case.limit, *others)]
    run.notes.append(_row((case.name, *cells)))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
