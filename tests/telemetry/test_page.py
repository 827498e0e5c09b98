"""The page about telemetry runs as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from modelkeep.telemetry.metrics import METRICS

PAGE = (Path(__file__).parents[2] / "docs/telemetry.md").read_text(encoding="utf-8")


def test_its_examples_run(tmp_path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 4
    # In a process of its own: it uses the metrics of the process.
    subprocess.run([sys.executable, "-c", "\n".join(blocks)], cwd=tmp_path, check=True, timeout=60)


def test_it_names_every_metric_with_its_labels() -> None:
    rows = re.findall(r"^\| `modelkeep_(\w+?)(?:_total)?` \| (.*?) ?\|", PAGE, re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows} == {
        metric.name: metric.labels for metric in METRICS.values()
    }
