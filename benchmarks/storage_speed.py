"""Weights in and out: time against `zstd -3` of the same file, and against copying it."""

from __future__ import annotations

import filecmp
import inspect
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import modelkeep
from benchmarks import corpus, storage_peers
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Run, compared, interleave, timed
from modelkeep.orchestrator.services import Services

_ROUNDS = 9
_MAPPED = Bound("ratio", 1.2)


@dataclass(frozen=True, slots=True)
class _Case:
    """A version to be stored and loaded.

    Attributes:
        name: What the table calls it.
        kind: Which file of the encoder.
        parent: Which one is there before; None for a first version.
        store: At least so many times as fast as `zstd -3`.
        load: At least so many times as fast as a copy.
    """

    name: str
    kind: str
    parent: str | None
    store: float
    load: float


_CASES = (
    _Case("first version", "base", None, 1.0, 0.5),
    _Case("full fine-tune", "full", "base", 1.0, 0.35),
    _Case("last layer", "last", "base", 1.5, 0.35),
    _Case("head only", "head", "base", 3.0, 0.8),
    _Case("re-save", "resave", "base", 3.0, 0.35),
)


def measure(run: Bench) -> None:
    """Time both ways for each kind of version, then the second load as a map."""
    corpus.build()
    for dtype in ("bf16",) if run.quick else ("fp32", "bf16"):
        with run.folder("speed") as folder:
            for case in _CASES:
                _measure_in(run, folder, case, dtype)
            for case in _CASES:
                _measure_out(run, folder, case, dtype)
    with run.folder("speed") as folder:
        _measure_mapped(run, folder)


def _measure_in(run: Bench, folder: Path, case: _Case, dtype: str) -> None:
    child, target = corpus.minilm(case.kind, dtype), folder / "peer.zst"
    with _prepared(folder, case.parent, dtype) as (prepared, parent):

        def ours() -> float:
            with _copied(prepared) as services:
                os.sync()
                return timed(services.versions.create_version, "m", child, parent_version=parent)

        def peer() -> float:
            target.unlink(missing_ok=True)
            os.sync()
            return timed(storage_peers.zstd_command, child, target)

        runs: dict[str, Run] = {"ours": ours, "peer": peer}
        found = interleave(runs, rounds=run.scaled(_ROUNDS, 3), warmups=1)
    what = f"{case.name} in, {dtype}"
    bound = Bound("speed", case.store)
    run.findings.append(
        compared("speed", what, found["ours"], found["peer"], "zstd -3, not synced", bound)
    )


def _measure_out(run: Bench, folder: Path, case: _Case, dtype: str) -> None:
    child, target = corpus.minilm(case.kind, dtype), folder / "copy.safetensors"
    with _prepared(folder, case.parent, dtype) as (prepared, parent):
        with modelkeep.connect(prepared) as services:
            create = services.versions.create_version
            version = create("m", child, parent_version=parent).version_id

        def ours() -> float:
            # A new copy each time: what was materialised by an earlier load is not there.
            with _copied(prepared) as services:
                os.sync()
                seconds = timed(services.versions.load_model, version, destination=target)
            assert filecmp.cmp(child, target, shallow=False), child
            target.unlink()
            return seconds

        def peer() -> float:
            os.sync()
            seconds = timed(shutil.copyfile, child, target)
            target.unlink()
            return seconds

        runs: dict[str, Run] = {"ours": ours, "peer": peer}
        found = interleave(runs, rounds=run.scaled(_ROUNDS, 3), warmups=1)
    what = f"{case.name} out, {dtype}"
    bound = Bound("speed", case.load)
    run.findings.append(compared("speed", what, found["ours"], found["peer"], "copy", bound))


def _measure_mapped(run: Bench, folder: Path) -> None:
    """Hold the second load of a large model against mapping its file and building its tensors."""
    from safetensors.torch import load_file

    path = corpus.minilm("base", "fp32")
    with modelkeep.connect(folder / "registry") as services:
        load = services.versions.load_model
        if "mmap" not in inspect.signature(load).parameters:
            run.notes.append("load_model knows no mmap: the second load was not timed.")
            return
        version = services.versions.create_version("m", load_file(path)).version_id
        load(version, mmap=True)
        runs: dict[str, Run] = {
            "ours": lambda: timed(load, version, mmap=True),
            "plain": lambda: timed(load_file, path),
        }
        found = interleave(runs, rounds=run.scaled(40, 10))
    what, against = "second load as a map, fp32", "safetensors.torch.load_file"
    run.findings.append(compared("speed", what, found["ours"], found["plain"], against, _MAPPED))


@contextmanager
def _prepared(folder: Path, parent: str | None, dtype: str) -> Iterator[tuple[Path, str | None]]:
    """Give a registry, closed, that has the parent, and the parent's identifier."""
    prepared = folder / "prepared"
    version = None
    with modelkeep.connect(prepared) as services:
        if parent is not None:
            path = corpus.minilm(parent, dtype)
            version = services.versions.create_version("m", path).version_id
    try:
        yield prepared, version
    finally:
        shutil.rmtree(prepared)


@contextmanager
def _copied(prepared: Path) -> Iterator[Services]:
    """Give a copy of a registry that is gone when the block ends."""
    registry = prepared.with_name("registry")
    shutil.copytree(prepared, registry)
    try:
        with modelkeep.connect(registry) as services:
            yield services
    finally:
        shutil.rmtree(registry)
