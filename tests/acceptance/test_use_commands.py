"""Commands about comparisons, use and alerts, as one runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier

import modelkeep


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make two forests, and log some answers of one."""
    root = tmp_path_factory.mktemp("use")
    rows, labels = load_iris(return_X_y=True)
    np.savez(root / "sample.npz", X=rows[1::2], y=labels[1::2])
    with modelkeep.connect(root / "model_versions", backup_path=root / "model_backups") as mk:
        for trees in (3, 5):
            forest = RandomForestClassifier(trees, random_state=0).fit(rows[::2], labels[::2])
            mk.versions.create_version("iris", forest, metadata={"accuracy": 0.9 + trees / 100})
        mk.deployments.deploy_version("iris@1.0.1", "production")
        mk.tracking.log_batch("iris@1.0.1", predictions=labels, labels=labels[::-1])
    return root


@pytest.fixture
def run(folder: Path):
    def call(*words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "modelkeep.cli", *words],
            cwd=folder,
            env=os.environ,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if code else done.stdout

    return call


def test_compare_deep(run, folder: Path) -> None:
    words = ("compare", "iris@1.0.0", "iris@1.0.1", "--sample", "sample.npz")
    found = json.loads(run(*words, "--json", "--html", "report.html"))
    assert found["trees"]["trees_added"] == 2
    assert found["predictions"]["rows"] == 75
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    said = run(*words, "--terminal")
    assert "Answers on the sample" in said
    assert "Trees" in said
    assert "no file none.npy" in run("compare", "iris@1.0.0", "--sample", "none.npy", code=2)
    assert "none/page.html" in run("compare", "iris@1.0.0", "--html", "none/page.html", code=2)


def test_rank(run, folder: Path) -> None:
    found = json.loads(run("rank", "iris@1.0.0", "iris@1.0.1", "--json", "--html", "rank.html"))
    assert [row["version_number"] for row in found["rows"]] == ["1.0.1", "1.0.0"]
    assert "yes" in run("rank", "iris@1.0.0", "iris@1.0.1")
    assert (folder / "rank.html").stat().st_size > 100_000


def test_metric_drift_and_performance(run, folder: Path) -> None:
    found = json.loads(run("metric", "iris", "accuracy", "--json"))
    assert found["points"][0]["value"] == pytest.approx(1 / 3)
    assert "0.333333" in run("metric", "iris", "accuracy", "--by", "stage")
    assert "did you mean 'accuracy'" in run("metric", "iris", "acuracy", code=2)
    assert "no reference yet" in run("drift", "iris@production")
    run("performance", "iris", "--html", "use.html")
    assert "accuracy" in (folder / "use.html").read_text(encoding="utf-8")


def test_alerts(run, folder: Path) -> None:
    (folder / "alerts.toml").write_text(
        '[[alerts]]\nmodel_id = "iris"\nname = "fell"\nmetric = "accuracy"\nbelow = 0.9\n'
    )
    run("alerts", "add", "alerts.toml")
    assert "firing" in run("alerts", "look")
    assert json.loads(run("alerts", "list", "iris", "--json"))[0]["state"]["name"] == "firing"
    run("alerts", "remove", "iris/fell")
    assert json.loads(run("alerts", "list", "--json")) == []
    wrong = '[[alerts]]\nmodel_id = "iris"\nname = "x"\nmetric = "acuracy"\nbelow = 0.9\n'
    (folder / "wrong.toml").write_text(wrong)
    assert "acuracy" in run("alerts", "add", "wrong.toml", code=2)
