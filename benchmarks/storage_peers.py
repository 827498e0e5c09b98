"""Other ways to keep a version beside its parent, by our own few lines: sizes in bytes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import blake3
import numpy as np
from backports import zstd
from numpy.typing import NDArray
from pyfastcdc import FastCDC

from benchmarks import corpus

LEVEL = 3
_CHUNK = 1 << 16
_WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8}

_Tensors = dict[str, tuple[str, list[int], NDArray[np.uint8]]]


def zstd_command(source: Path, target: Path) -> None:
    """Compress a file as the command line does; by the library where there is no `zstd`."""
    if shutil.which("zstd") is None:
        with source.open("rb") as file, zstd.open(target, "wb", level=LEVEL) as out:
            shutil.copyfileobj(file, out, 1 << 20)
        return
    command = ["zstd", f"-{LEVEL}", "-q", "-f", str(source), "-o", str(target)]
    subprocess.run(command, check=True)


def compressed(child: Path, folder: Path) -> int:
    """Return what the files take each compressed on its own, without a parent."""
    target = folder / "peer.zst"
    total = 0
    for path in corpus.files_of(child):
        zstd_command(path, target)
        total += target.stat().st_size
    return total


def chunked(parent: Path | None, child: Path) -> int:
    """Return what the chunks cut by content take that the parent does not have."""
    known = set() if parent is None else {name for name, _ in _chunks(parent)}
    total = 0
    for name, content in _chunks(child):
        if name not in known:
            known.add(name)
            total += len(zstd.compress(content, LEVEL))
    return total


def differing(parent: Path | None, child: Path) -> int | None:
    """Return what tensors XOR those of the parent take, byte plane by byte plane.

    The way of BitX (ZipLLM, arXiv 2505.06252), with zstd. None for what is no file of safetensors.
    """
    if child.suffix != ".safetensors":
        return None
    before = {} if parent is None else _tensors(parent)[1]
    header, tensors = _tensors(child)
    total = len(zstd.compress(header, LEVEL))
    for name, (dtype, shape, values) in tensors.items():
        known = before.get(name)
        if known is not None and known[:2] == (dtype, shape):
            values = values ^ known[2]  # noqa: PLW2901
        planes = values.reshape(-1, _WIDTHS[dtype]).T
        total += sum(len(zstd.compress(plane.tobytes(), LEVEL)) for plane in planes)
    return total


def _chunks(path: Path) -> Iterable[tuple[bytes, bytes]]:
    cutter = FastCDC(avg_size=_CHUNK)
    if not type(cutter).__module__.startswith("pyfastcdc.cy"):
        raise SystemExit("pyfastcdc runs without its compiled part: its figures would not count")
    for each in corpus.files_of(path):
        content = each.read_bytes()
        for chunk in cutter.cut_buf(content):
            data = content[chunk.offset : chunk.offset + chunk.length]
            yield blake3.blake3(data).digest(), data


def _tensors(path: Path) -> tuple[bytes, _Tensors]:
    """Return the header of a file of safetensors, and its tensors as bytes."""
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    raw = np.frombuffer(content, np.uint8, offset=begin)
    found: _Tensors = {}
    for name, entry in json.loads(content[8:begin]).items():
        if name != "__metadata__":
            low, high = entry["data_offsets"]
            found[name] = (entry["dtype"], entry["shape"], raw[low:high])
    return content[:begin], found
