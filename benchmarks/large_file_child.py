"""Takes a file in and gives it out, and prints by how much its memory grew at the peak.

The peak is the kernel's `VmHWM`, reset before each call. `ru_maxrss` is not used: a child process
begins with the one of its parent.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import modelkeep

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


def main(folder: Path, source: Path) -> None:
    """Go both ways and print the bytes as JSON."""
    with modelkeep.connect(folder / "memory") as services:
        peaks = {
            "in": growth(lambda: services.versions.create_version("m", source)),
            "out": growth(
                lambda: services.versions.load_model("m@latest", destination=folder / "copy.bin")
            ),
        }
    print(json.dumps(peaks))


def growth(call: Callable[[], Any]) -> int:
    """Call, and return by how many bytes memory was more at its peak than before."""
    _RESET.write_text("5")
    before = _peak_bytes()
    call()
    return _peak_bytes() - before


def _peak_bytes() -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
    assert found is not None
    return int(found[1]) * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
