"""Compressors of weights from the package index, each in a place of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks import artefacts, bench, environments

_ZIPNN = "zipnn==0.5.4"
_LMZIP = ("lmzip==1.3.0", "zstandard==0.25.0")


class Zipnn:
    """ZipNN (arXiv 2411.05239), which knows no parents.

    It runs in our interpreter, so that its torch is not set up a second time, but in a process
    of its own.
    """

    def __init__(self, work: Path) -> None:
        place = artefacts.made(work / _ZIPNN, _install_zipnn)
        with (work / "zipnn.log").open("w") as messages:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.zipnn_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=messages,
                cwd=bench.HERE.parent,
                env=os.environ | {"PYTHONPATH": str(place)},
                text=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def size(self, path: Path, dtype: str) -> int:
        """Return what a file of weights takes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{dtype}\t{path}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class Lmzip:
    """lmzip, which codes a tensor against one of the same shape earlier in the archive."""

    def __init__(self, work: Path) -> None:
        folder = work / "lmzip-venv"
        if not (folder / "complete").exists():
            environments.make(folder)
            environments.install(folder, *_LMZIP)
            (folder / "complete").touch()
        self._command = folder / "bin" / "lmz"

    def size(self, parent: Path | None, child: Path, folder: Path) -> int:
        """Return by how much the archive of a parent grows with the child."""
        source = folder / "lmzip"
        before = 0
        if parent is not None:
            _place(parent, source / "1")
            before = self._compress(source)
        _place(child, source / "2")
        grown = self._compress(source) - before
        shutil.rmtree(source)
        return grown

    def _compress(self, source: Path) -> int:
        target = source.with_suffix(".lmz")
        command = [str(self._command), "compress", "-q", "-f", str(source), str(target)]
        subprocess.run(command, check=True, stdout=sys.stderr)
        return target.stat().st_size


def _place(path: Path, target: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, target)
    else:
        target.mkdir(parents=True)
        shutil.copyfile(path, target / f"model{path.suffix}")


def _install_zipnn(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps"]
    subprocess.run([*command, "--target", str(folder), _ZIPNN], check=True, stdout=sys.stderr)
