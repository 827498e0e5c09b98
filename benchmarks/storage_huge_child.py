"""Does one thing with a file, and prints the seconds and the growth of its memory.

`resident` is the kernel's `VmHWM` (see `large_file_child.py`), in which pages of mapped files
count; `own` is what the process wrote itself, looked at every few milliseconds.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import modelkeep
from benchmarks import large_file_child

_PAUSE = 0.005
_STATUS = Path("/proc/self/status")


def main(registry: Path, way: str, path: Path, version: str) -> None:
    """Take a file in with a parent, or with none if that is empty; or give a version out."""
    with modelkeep.connect(registry) as services:
        if way == "in":
            found = _taken(
                lambda: services.versions.create_version("m", path, parent_version=version or None)
            )
        else:
            found = _taken(lambda: services.versions.load_model(version, destination=path))
    print(json.dumps(found))


def _taken(call: Callable[[], Any]) -> dict[str, float]:
    ended = threading.Event()
    before = _own_bytes()
    peak = before

    def look() -> None:
        nonlocal peak
        while not ended.wait(_PAUSE):
            peak = max(peak, _own_bytes())

    watcher = threading.Thread(target=look)
    watcher.start()
    began = time.perf_counter()
    resident = large_file_child.growth(call)
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    return {"resident": resident, "own": peak - before, "seconds": seconds}


def _own_bytes() -> int:
    found = re.search(r"RssAnon:\s+(\d+) kB", _STATUS.read_text())
    assert found is not None
    return int(found[1]) * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4])
