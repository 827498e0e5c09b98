"""Real weights in pairs of parent and child, built once: `python -m benchmarks.corpus`.

Everything lies in `benchmarks/.work/corpus` and is kept; a run that was broken off goes on where
it stopped. `complete` is there when all is.
"""

from __future__ import annotations

import fcntl
import functools
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import artefacts, corpus_minilm, corpus_trees

ROOT = Path(__file__).resolve().parent / ".work" / "corpus"
_DOWNLOADS = ROOT.parent / "downloads"
_RELEASES = {
    "openwakeword": ("0.4.0", "0.5.1", (".onnx",)),
    "silero-vad": ("5.1.2", "6.0.0", (".onnx", ".jit")),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A version and the one that was made of it.

    Attributes:
        name: What the table calls it.
        parent: A file or folder; None for a first version.
        child: The same.
    """

    name: str
    parent: Path | None
    child: Path


def build() -> float:
    """Build what is missing and return the seconds."""
    began = time.monotonic()
    ROOT.mkdir(parents=True, exist_ok=True)
    with _alone():
        if not (ROOT / "complete").exists():
            corpus_trees.build(ROOT / "trees")
            _build_releases(ROOT / "releases")
            corpus_minilm.build(ROOT / "minilm", _DOWNLOADS)
            (ROOT / "complete").touch()
    return time.monotonic() - began


def minilm(kind: str, dtype: str) -> Path:
    """Return a file of the encoder."""
    return ROOT / "minilm" / f"{kind}.{dtype}.safetensors"


def encoder_pairs(dtype: str) -> list[Pair]:
    """Return what happens to an encoder of a dtype, the first version at the beginning."""
    base, full = minilm("base", dtype), minilm("full", dtype)
    found = [
        Pair("first version", None, base),
        Pair("full fine-tune", base, full),
        Pair("next checkpoint", full, minilm("next", dtype)),
        Pair("last layer", base, minilm("last", dtype)),
        Pair("head only", base, minilm("head", dtype)),
        Pair("re-save", base, minilm("resave", dtype)),
        Pair("identical", base, base),
    ]
    if dtype == "fp32":
        found.append(Pair("re-save by torch.save", base, ROOT / "minilm" / "resave.fp32.pt"))
    return found


def other_pairs() -> list[Pair]:
    """Return trees that were continued and releases that followed one another."""
    trees = {
        "forest +6 trees": "forest",
        "gradient boosting +10 rounds": "gradient",
        "XGBoost +10 rounds": "xgboost",
        "LightGBM +10 rounds": "lightgbm",
    }
    found = []
    for name, family in trees.items():
        folder, ending = ROOT / "trees" / family, corpus_trees.FAMILIES[family]
        found.append(Pair(name, folder / f"parent.{ending}", folder / f"child.{ending}"))
    for name, (old, new, _) in _RELEASES.items():
        before, after = (ROOT / "releases" / f"{name}-{version}" for version in (old, new))
        found.append(Pair(f"{name} {old} to {new}, all", before, after))
        if name == "openwakeword":
            one = "embedding_model.onnx"
            found.append(Pair(f"{name} {old} to {new}, embedding", before / one, after / one))
    return found


def files_of(path: Path) -> list[Path]:
    """Return a file, or all files below a folder."""
    return sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


def size_of(path: Path) -> int:
    """Return the bytes of a file or of all files below a folder."""
    return sum(each.stat().st_size for each in files_of(path))


def _build_releases(folder: Path) -> None:
    """Unpack the weights that both releases of a package ship under one name."""
    folder.mkdir(exist_ok=True)
    for name, (old, new, endings) in _RELEASES.items():
        for version in (old, new):
            archive = artefacts.wheel(f"{name}=={version}", _DOWNLOADS)
            unpack = functools.partial(artefacts.unpack, archive, endings)
            artefacts.made(folder / f"{name}-{version}", unpack)
        kept = {path.name for path in (folder / f"{name}-{old}").iterdir()}
        for path in (folder / f"{name}-{new}").iterdir():
            if path.name not in kept:
                path.unlink()


@contextmanager
def _alone() -> Iterator[None]:
    with (ROOT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build, and list what there is."""
    seconds = build()
    for path in files_of(ROOT):
        if path.name not in {"complete", "lock"}:
            print(f"{path.stat().st_size:>12,}  {path.relative_to(ROOT)}")
    print(f"{size_of(ROOT):>12,}  all, ready in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
