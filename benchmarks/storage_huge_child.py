"""Takes two files in and gives them out, and prints the growth of its memory and the seconds.

The growth is over what the process had before the first call, by the kernel's `VmHWM`; see
`large_file_child.py`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import modelkeep
from benchmarks import large_file_child


def main(folder: Path, parent: Path, child: Path) -> None:
    """Go both ways with both files and print JSON."""
    copy = folder / "copy.safetensors"
    with modelkeep.connect(folder / "registry") as services:
        create, load = services.versions.create_version, services.versions.load_model
        found = {
            "in": _taken(lambda: create("m", parent)),
            "in, with a parent": _taken(lambda: create("m", child, parent_version="m@1.0.0")),
            "out": _taken(lambda: load("m@1.0.0", destination=copy)),
        }
        copy.unlink()
        found["out, with a parent"] = _taken(lambda: load("m@1.0.1", destination=copy))
    print(json.dumps(found))


def _taken(call: Callable[[], Any]) -> dict[str, float]:
    began = time.perf_counter()
    grown = large_file_child.growth(call)
    return {"bytes": grown, "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
