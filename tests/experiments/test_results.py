"""What an experiment says of evidence that a real router and recorder wrote."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest

from modelkeep.catalogue import rollouts
from modelkeep.deployment.evidence import encoding
from modelkeep.deployment.evidence.blocks import NOT_TOLD, SINGLE, Block, Revision
from modelkeep.deployment.experimenting.errors import IllegalExperimentMoveError
from modelkeep.deployment.experimenting.records import ExperimentState
from modelkeep.deployment.routing.table import RoutingTable

pytestmark = pytest.mark.usefixtures("fixed_salts")

BOUGHT = {"name": "bought", "kind": "event", "higher_is_better": True}
SPENT = {"name": "spent", "kind": "value", "higher_is_better": True}


def table_of(mk) -> RoutingTable:
    with mk.catalogue.read() as connection:
        return RoutingTable.from_json(rollouts.find_table(connection, "m"))


def test_a_better_arm_is_found_and_told_in_words(versions, experiments, open_router, traffic):
    begun = experiments.start("m", {"mint": versions[1]}, metrics=[BOUGHT, "errors", "latency"])
    opened = open_router()
    choices = traffic(opened, 20_000, [0.10, 0.13])
    result = experiments.result(begun.experiment_id)
    bought, errors, latency = result.metrics
    counts = Counter(choices.arm_index.tolist())
    assert result.units == {"control": counts[0], "mint": counts[1]}
    assert bought.control_units == counts[0]
    effect = bought.effects[0]
    assert effect.units == counts[1]
    assert effect.mean - effect.control_mean == pytest.approx(effect.effect)
    assert 0 < effect.low < 0.03 < effect.high
    assert effect.decision == "better"
    # Here each unit that bought failed as well, and of errors fewer are better.
    assert errors.effects[0].effect == pytest.approx(effect.effect)
    assert errors.effects[0].decision == "worse"
    assert latency.effects[0].decision == "undecided"
    assert latency.effects[0].sentence == (
        "latency: no unit of control has told it yet, so mint is undecided."
    )
    assert result.decisions == {"mint": "better"}
    assert result.best_arm == "mint"
    assert result.sentence == effect.sentence
    assert "The difference is +" in effect.sentence
    assert "95 % interval +" in effect.sentence
    assert effect.sentence.endswith("it is better.")
    assert not result.share_check.found
    assert result.findings == ()
    assert result.state is ExperimentState.RUNNING


def test_the_interval_over_time_is_kept_at_most_200_times_and_ends_now(
    versions, experiments, open_router, traffic
):
    begun = experiments.start("m", {"mint": versions[1]}, metrics=[BOUGHT])
    opened = open_router()
    for part in range(3):
        traffic(opened, 9_001, [0.1, 0.1], first=9_001 * part, seed=part)
    effect = experiments.result(begun.experiment_id).metrics[0].effects[0]
    units = [point.units for point in effect.trail]
    assert 90 <= len(units) <= 200
    assert units == sorted(set(units))
    assert units[-1] == 27_003
    assert set(np.diff(units[:-1])) == {200}
    last = effect.trail[-1]
    assert (last.effect, last.low, last.high) == (effect.effect, effect.low, effect.high)


def test_the_first_outcome_of_a_unit_counts(versions, experiments, open_router):
    begun = experiments.start("m", {"mint": versions[1]}, metrics=[BOUGHT], minimum_units=2)
    opened = open_router()
    for round_ in range(3):
        for n in range(40):
            choice = opened.router.choose(f"u{n}")
            told = {"bought": 1.0 if round_ == 1 else 0.0} if round_ else {}
            opened.router.record(choice, values=told)
    opened.recorder.flush()
    found = experiments.result(begun.experiment_id)
    effect = found.metrics[0].effects[0]
    assert sum(found.units.values()) == 40
    assert effect.units + found.metrics[0].control_units == 40
    # Round 0 tells nothing, round 1 all, and what round 2 takes back comes too late.
    assert (effect.mean, effect.control_mean) == (1.0, 1.0)
    assert effect.sentence.endswith("all are equal so far, which gives no scale for an interval.")


def test_labels_that_come_later_count_at_their_exposure(versions, experiments, open_router):
    begun = experiments.start("m", {"mint": versions[1]}, metrics=[BOUGHT], minimum_units=2)
    opened = open_router()
    expected = Counter()
    for n in range(300):
        if n % 2:
            opened.router.label(f"p{n}", values={"bought": float(n % 3 == 0)})
        choice = opened.router.choose(f"u{n}")
        opened.router.record(choice, prediction_id=f"p{n}")
        expected[choice.arm, n % 3 == 0] += 1
        if n % 100 == 0:
            opened.recorder.flush()
    experiments.result(begun.experiment_id)
    for n in range(0, 300, 2):
        opened.router.label(f"p{n}", values={"bought": float(n % 3 == 0)})
    opened.recorder.flush()
    effect = experiments.result(begun.experiment_id).metrics[0].effects[0]
    mint = expected["mint", True] + expected["mint", False]
    assert effect.units == mint
    assert effect.mean == pytest.approx(expected["mint", True] / mint)
    assert effect.control_mean == pytest.approx(expected["control", True] / (300 - mint))


def test_the_same_blocks_give_the_same_result(versions, experiments, open_router, traffic):
    begun = experiments.start("m", {"mint": versions[1], "lime": versions[2]}, metrics=[BOUGHT])
    opened = open_router()
    for part in range(4):
        traffic(opened, 1_000, [0.1, 0.2, 0.1], first=700 * part, seed=part)
        # A look in between changes nothing, though it keeps what it has read.
        experiments.result(begun.experiment_id)
    first = experiments.result(begun.experiment_id)
    assert experiments.result(begun.experiment_id) == first
    assert experiments.explain(begun.experiment_id) == first
    ended = experiments.stop(begun.experiment_id)
    again = experiments.explain(begun.experiment_id)
    assert dataclasses.replace(again, state=first.state) == first
    assert again.state is ended.state


def test_a_covariate_from_before_makes_the_interval_narrower(versions, experiments, open_router):
    widths, missing = {}, 0
    for covariate in (None, "before"):
        begun = experiments.start("m", {"mint": versions[1]}, metrics=[SPENT], covariate=covariate)
        opened = open_router()
        random = np.random.default_rng(3)
        choices = opened.router.choose_batch([f"u{n}" for n in range(6_000)])
        before = random.normal(5, 2, 6_000)
        spent = before + random.normal(0, 1, 6_000)
        before[:60], missing = np.nan, 60
        opened.router.record_batch(choices, values={"spent": spent, "before": before})
        opened.recorder.flush()
        result = experiments.result(begun.experiment_id)
        effect = result.metrics[0].effects[0]
        widths[covariate] = effect.high - effect.low
        experiments.stop(begun.experiment_id)
        findings = result.findings
        if covariate is None:
            assert findings == (
                "Recorded, though the plan does not ask for it: 'before'. Is a name mistyped?",
            )
    assert findings == (f"{missing} units had no 'before'; they count with its mean.",)
    assert widths["before"] / widths[None] < 0.55


def lossy(choices, random, *, lost):
    """Which units are recorded, when a share of those of the first arm gets lost."""
    return (choices.arm_index != 1) | (random.random(len(choices.point)) >= lost)


@pytest.mark.parametrize("look", ["result", "check"])
def test_units_that_get_lost_in_one_arm_stop_the_test(mk, versions, experiments, open_router, look):
    begun = experiments.start("m", {"mint": versions[1]}, metrics=[BOUGHT])
    opened = open_router()
    choices = opened.router.choose_batch([f"u{n}" for n in range(12_000)])
    kept = lossy(choices, np.random.default_rng(4), lost=0.15)
    # Without the check, mint would seem to be better by far.
    chance = np.where(choices.arm_index == 1, 0.6, 0.2)
    had = (np.random.default_rng(5).random(12_000) < chance).astype(float)
    part = dataclasses.replace(
        choices,
        point=choices.point[kept],
        arm_index=choices.arm_index[kept],
        forced=choices.forced[kept],
    )
    opened.router.record_batch(part, values={"bought": had[kept]})
    opened.recorder.flush()
    explained = experiments.explain(begun.experiment_id)
    assert explained.share_check.found
    assert experiments.get(begun.experiment_id).is_open
    if look == "check":
        assert experiments.check() == (begun.experiment_id,)
    result = experiments.result(begun.experiment_id)
    assert result.state is ExperimentState.STOPPED_SRM
    assert result.share_check.e_value >= 100
    assert result.metrics[0].effects[0].decision == "better"
    assert result.decisions == {"mint": "undecided"}
    assert result.best_arm is None
    assert result.sentence.startswith("The arms do not get their shares of the units (control ")
    ended = experiments.get(begun.experiment_id)
    assert ended.state is ExperimentState.STOPPED_SRM
    assert ended.progress.reason == result.findings[0]
    assert table_of(mk).split_id == ""
    assert experiments.check() == ()


def test_shares_that_are_right_are_left_alone(experiments, versions, open_router, traffic):
    begun = experiments.start("m", {"mint": versions[1]}, shares={"mint": 0.2}, metrics=[BOUGHT])
    opened = open_router()
    for part in range(10):
        traffic(opened, 2_000, [0.1, 0.1], first=2_000 * part, seed=part)
        assert experiments.check() == ()
    assert experiments.result(begun.experiment_id).share_check.greatest_e_value < 100


def test_thompson_sampling_moves_units_and_the_weights_of_each_choice_are_kept(
    mk, versions, experiments, open_router, traffic, evidence
):
    begun = experiments.start(
        "m",
        {"mint": versions[1], "lime": versions[2]},
        metrics=[BOUGHT],
        allocation="thompson",
    )
    opened = open_router()
    weights = {table_of(mk).revision: (1 / 3, 1 / 3, 1 / 3)}
    for part in range(6):
        traffic(opened, 1_500, [0.1, 0.1, 0.25], first=1_500 * part, seed=part)
        changed = experiments.reallocate(begun.experiment_id)
        opened.router.refresh()
        table = table_of(mk)
        weights[table.revision] = tuple(arm.weight for arm in table.arms)
        assert changed.shares == dict(zip(begun.arms, weights[table.revision], strict=True))
    shares = changed.shares
    assert shares["lime"] > 0.85
    assert min(shares.values()) >= 0.05
    recorded = {
        revision.revision: revision.weights
        for _, payload in evidence.read(begun.experiment_id)
        for revision in encoding.decode(payload).revisions
    }
    assert len(recorded) == 6
    assert all(weights[number] == pytest.approx(found) for number, found in recorded.items())
    result = experiments.result(begun.experiment_id)
    mint, lime = result.metrics[0].effects
    assert lime.decision == "better"
    assert lime.low < 0.15 < lime.high
    assert mint.decision == "undecided"
    assert not result.share_check.found
    assert "their intervals are asymptotic" in result.findings[0]
    assert experiments.explain(begun.experiment_id) == result


def test_fixed_shares_and_ended_experiments_are_not_reallocated(versions, experiments):
    fixed = experiments.start("m", {"mint": versions[1]})
    with pytest.raises(IllegalExperimentMoveError, match="its shares are fixed"):
        experiments.reallocate(fixed.experiment_id)
    experiments.stop(fixed.experiment_id)
    moving = experiments.start(
        "m", {"mint": versions[1]}, metrics=[BOUGHT], allocation="thompson"
    )  # fmt: skip
    experiments.stop(moving.experiment_id)
    with pytest.raises(IllegalExperimentMoveError, match="cannot be reallocated: it is stopped"):
        experiments.reallocate(moving.experiment_id)


def test_another_control_in_between_is_told(mk, versions, experiments):
    mk.deployments.deploy_version(versions[1], "production")
    mk.deployments.deploy_version(versions[0], "production")
    begun = experiments.start("m", {"mint": versions[1]})
    assert experiments.result(begun.experiment_id).findings == ()
    mk.deployments.deploy_version(versions[2], "production")
    mk.deployments.deploy_version(versions[0], "production")
    findings = experiments.result(begun.experiment_id).findings
    assert findings[0].startswith(f"Production served {versions[2]} in place of the control")
    experiments.stop(begun.experiment_id)
    mk.deployments.deploy_version(versions[1], "production")
    assert experiments.result(begun.experiment_id).findings == findings


def test_a_block_of_another_split_is_refused(versions, experiments, evidence):
    begun = experiments.start("m", {"mint": versions[1]})
    block = Block(
        split_id=begun.experiment_id,
        revisions=(Revision(1, (0.4, 0.3, 0.3)),),
        points=np.array([1], dtype=np.uint64),
        arms=np.array([2], dtype=np.uint8),
        revision_indices=np.zeros(1, dtype=np.uint16),
        successes=np.array([NOT_TOLD], dtype=np.uint8),
        latencies=np.array([np.nan], dtype=np.float32),
        predictions=np.zeros(1, dtype=np.uint64),
        pairs=np.array([SINGLE], dtype=np.uint8),
    )
    evidence.append(begun.experiment_id, encoding.encode(block), 1)
    for _ in range(2):
        with pytest.raises(ValueError, match="has 3 arms; the experiment has 2"):
            experiments.result(begun.experiment_id)
