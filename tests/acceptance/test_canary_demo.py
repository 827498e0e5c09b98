"""`modelkeep demo canary` for real: the bad candidate is aborted, the good one promoted."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

import modelkeep
from modelkeep.cli.demo_canary import run_canary_demo
from modelkeep.deployment.rollouts.states import RolloutState
from modelkeep.errors import InvalidInputError, InvalidSettingError


def test_the_bad_candidate_is_aborted_and_the_good_one_promoted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_canary_demo(tmp_path / "demo")
    shown = capsys.readouterr().out
    with modelkeep.connect(tmp_path / "demo/model_versions") as mk:
        good, bad = mk.rollouts.list_rollouts("digits")
        history = mk.deployments.get_deployment_history("digits", "production")
        assert mk.conductor.explain(bad.rollout_id).agrees
        assert mk.conductor.explain(good.rollout_id).agrees
    assert (bad.state, good.state) == (RolloutState.ABORTED, RolloutState.PROMOTED)
    assert [event.version_number for event in reversed(history)] == ["1.0.0", "1.2.0"]
    # The verdicts are the judge's own, not forced, and about what was recorded.
    assert bad.verdict["decision"] == "abort"
    assert bad.reason.startswith("wrong: the canary is worse")
    assert good.verdict["decision"] == "advance"
    assert all(metric["not_inferior"] for metric in good.verdict["metrics"])
    assert all(metric["told"][1] > 0 for metric in good.verdict["metrics"])
    assert f"is ABORTED: {bad.reason}" in shown
    assert f"is PROMOTED: {good.reason}" in shown


def test_without_a_decision_in_time_it_says_so_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as failed:
        run_canary_demo(tmp_path / "demo", decide_within_seconds=0.2)
    assert failed.value.exit_code == 1
    shown = capsys.readouterr().out
    assert "no decision within 0.2 s; it is left running" in shown
    assert "PROMOTED" not in shown
    with modelkeep.connect(tmp_path / "demo/model_versions") as mk:
        (left,) = mk.rollouts.list_rollouts("digits")
        assert left.is_open
        assert mk.deployments.get_active_deployment("digits").version_number == "1.0.0"


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match="is there and not empty; name a new folder"):
        run_canary_demo(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_a_time_that_is_none_is_refused(tmp_path: Path, seconds: float) -> None:
    with pytest.raises(InvalidSettingError, match="decide_within_seconds"):
        run_canary_demo(tmp_path / "demo", decide_within_seconds=seconds)
    assert not (tmp_path / "demo").exists()
