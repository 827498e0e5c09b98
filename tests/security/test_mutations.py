"""Files changed at random: a value or one of our errors, never a crash, nothing run.

MODELKEEP_FUZZ_SECONDS makes it longer, MODELKEEP_FUZZ_SEED begins elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHILD = Path(__file__).parent / "mutating_child.py"


def test_changed_files_are_told_and_neither_crash_nor_run(tmp_path: Path) -> None:
    seconds = float(os.environ.get("MODELKEEP_FUZZ_SECONDS", "8"))
    seed = os.environ.get("MODELKEEP_FUZZ_SEED", "1")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(CHILD), str(tmp_path), str(seconds), seed],
        capture_output=True, text=True, timeout=seconds + 120, env=environment,
    )  # fmt: skip
    last = (tmp_path / "last").read_text() if (tmp_path / "last").exists() else "nothing"
    assert done.returncode == 0, (last, done.stdout[-2000:], done.stderr[-3000:])
    # What libraries print is theirs.
    told = ("ESCAPED", "SLOW", "RAN", "DONE")
    lines = [line for line in done.stdout.splitlines() if line.startswith(told)]
    assert lines[-1].startswith("DONE"), lines
    assert lines[:-1] == []
