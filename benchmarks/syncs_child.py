"""Creates versions, and syncs a file of its own between them as a mark for `syncs.py`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import modelkeep
from benchmarks.models import small_models
from benchmarks.syncs import MARK


def main(folder: Path, before: int, creates: int) -> None:
    """Create `before` versions, then `creates` with a mark before each and at the end."""
    models = small_models()
    with modelkeep.connect(folder / "registry") as services:
        for _ in range(before):
            services.versions.create_version("m", next(models), format="pickle")
        mark = os.open(folder / MARK, os.O_WRONLY | os.O_CREAT)
        os.fsync(mark)
        for _ in range(creates):
            services.versions.create_version("m", next(models), format="pickle")
            os.fsync(mark)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
