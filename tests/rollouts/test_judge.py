"""The judge: errs as seldom as it says under returning users, finds harm, and can be recomputed.

The simulations go through what a rollout goes through: blocks as they are stored, their fold, and
the judge after each block.
"""

import math

import numpy as np
import pytest

from modelkeep.catalogue.evidence import EVIDENCE_BLOCKS
from modelkeep.deployment.evidence.blocks import (
    NOT_TOLD,
    SERVED,
    SHADOW,
    SINGLE,
    Block,
    Revision,
)
from modelkeep.deployment.evidence.encoding import DamagedEvidenceError, decode, encode
from modelkeep.deployment.judge import Decision, StepProgress, judge
from modelkeep.deployment.rollouts.errors import IllegalRolloutMoveError
from modelkeep.deployment.rollouts.plan import plan_of
from modelkeep.deployment.rollouts.states import RolloutState
from modelkeep.deployment.rollouts.watched import RolloutEvidence

S = RolloutState
RAMP = (0.01, 0.05, 0.25, 0.5)
WHOLE = float(1 << 64)


def plan_with(*metrics, **more):
    return plan_of({"steps": [0.5], "metrics": list(metrics), **more})


def to_block(points, arms, weight, *, ok=None, latencies=None, values=None, pairs=None):
    """Return rows as the bytes of a block; a weight of 0 with pairs is that of a shadow."""
    count = len(points)
    shadow = None if pairs is None else 1
    return encode(
        Block(
            split_id="r",
            revisions=(Revision(1, (1.0 - weight, weight), shadow),),
            points=points.astype(np.uint64),
            arms=arms.astype(np.uint8),
            revision_indices=np.zeros(count, np.uint16),
            successes=np.full(count, NOT_TOLD, np.uint8) if ok is None else ok.astype(np.uint8),
            latencies=np.full(count, np.nan, np.float32)
            if latencies is None
            else latencies.astype(np.float32),
            values=values or {},
            predictions=np.zeros(count, np.uint64),
            pairs=np.full(count, SINGLE, np.uint8) if pairs is None else pairs.astype(np.uint8),
        )
    )


def looked(plan, *, is_last=True, told_before=None):
    return StepProgress(
        step=plan.steps[0],
        is_last=is_last,
        elapsed_seconds=1e9,
        canary_units_before=0,
        told_before=told_before or {},
    )


class Crowd:
    """Sticky users of whom most return, and whose failures come together.

    A user keeps the same point, and an own error rate that is 0 for most and high for some; so
    the rows of one user are anything but independent.
    """

    def __init__(self, seed, *, users=4000, harm=1.0):
        self.rng = np.random.default_rng(seed)
        self.points = self.rng.integers(0, 1 << 64, users, dtype=np.uint64)
        self.frail = np.where(self.rng.random(users) < 0.06, 0.5, 0.002)
        self.often = self.rng.pareto(1.5, users) + 0.1
        self.often /= self.often.sum()
        self.harm = harm

    def block(self, weight, rows, level=1.0):
        who = self.rng.choice(len(self.points), rows, p=self.often)
        arms = self.points[who] / WHOLE < weight
        rate = np.minimum(self.frail[who] * level * np.where(arms, self.harm, 1.0), 1.0)
        return to_block(self.points[who], arms, weight, ok=self.rng.random(rows) >= rate)


def harm_found(crowd, plan, *, blocks=200, rows=60):
    """Ramp up, look after each block; return after how many blocks harm was found, or None."""
    evidence = RolloutEvidence(plan)
    needed = -math.log(plan.alpha)
    for number in range(blocks):
        weight = RAMP[number * len(RAMP) // blocks]
        # Both arms drift alike, as traffic does.
        level = 1.0 + 0.8 * math.sin(number / 12)
        evidence.add(number + 1, crowd.block(weight, rows, level))
        # The number by which the judge goes; what else it says takes longer and is asked below.
        if evidence.metrics["errors"].evidence.log_e_value(1.0) >= needed:
            verdict = judge(plan, evidence, looked(plan))
            assert verdict.decision is Decision.ABORT
            return number + 1
        if number % 50 == 49:
            assert judge(plan, evidence, looked(plan)).decision is not Decision.ABORT
    return None


def most_wrong(runs, error):
    """Return the most wrong aborts of so many runs, but with a probability of about 0.001."""
    return math.floor(runs * error + 3.1 * math.sqrt(runs * error * (1 - error)))


def test_wrong_aborts_under_returning_users_are_as_rare_as_promised():
    runs, plan = 200, plan_with("errors")
    wrong = sum(harm_found(Crowd(seed), plan) is not None for seed in range(runs))
    # At most 5 %, plus 3.1 standard errors: 19 of 200.
    assert wrong <= most_wrong(runs, plan.alpha) == 19


def test_tripled_errors_are_found_under_the_same_ramp():
    plan = plan_with("errors")
    found = [
        harm_found(Crowd(1000 + seed, users=20_000, harm=3.0), plan, blocks=100, rows=400)
        for seed in range(30)
    ]
    assert sum(each is not None for each in found) >= 28


def small_run(plan, seed, *, factor=1.0, shift=0.0, blocks=40, rows=250):
    """Return whether latencies or values of fresh units were found to be worse, at any look."""
    rng, evidence = np.random.default_rng(seed), RolloutEvidence(plan)
    [name] = evidence.metrics
    needed = -math.log(plan.alpha)
    tolerance = 1.1 if name == "latency" else 0.0
    for number in range(blocks):
        points = rng.integers(0, 1 << 64, rows, dtype=np.uint64)
        weight = (0.1, 0.5)[number * 2 // blocks]
        arms = points / WHOLE < weight
        seconds = rng.lognormal(-3.0, 0.6, rows) * np.where(arms, factor, 1.0)
        quality = rng.normal(5.0, 2.0, rows) + np.where(arms, shift, 0.0)
        values = {"quality": quality} if name == "quality" else None
        evidence.add(number + 1, to_block(points, arms, weight, latencies=seconds, values=values))
        seen = evidence.metrics[name].evidence
        if seen is not None and seen.log_e_value(tolerance) >= needed:
            verdict = judge(plan, evidence, looked(plan))
            assert verdict.decision is Decision.ABORT
            return True
    return False


LATENCY = plan_with("latency")
QUALITY = plan_with({"name": "quality", "kind": "value", "higher_is_better": True})


@pytest.mark.parametrize("plan", [LATENCY, QUALITY], ids=["latency", "value"])
def test_latencies_and_values_that_are_no_worse_abort_as_seldom(plan):
    wrong = sum(small_run(plan, seed) for seed in range(60))
    # 5 % of 60, plus 3.1 standard errors.
    assert wrong <= most_wrong(60, plan.alpha) == 8


@pytest.mark.parametrize(
    ("plan", "harm"),
    [(LATENCY, {"factor": 1.6}), (QUALITY, {"shift": -0.5})],
    ids=["latency", "value"],
)
def test_slower_answers_and_worse_values_are_found(plan, harm):
    assert sum(small_run(plan, 500 + seed, **harm) for seed in range(12)) >= 11
    better = {"factor": 0.6} if "factor" in harm else {"shift": 0.5}
    assert sum(small_run(plan, 500 + seed, **better) for seed in range(6)) == 0


def test_a_value_that_the_canary_never_reports_is_no_harm():
    plan, aborts = plan_with({"name": "quality", "kind": "value"}), 0
    for seed in range(8):
        rng, evidence = np.random.default_rng(seed), RolloutEvidence(plan)
        for number in range(70):
            points = rng.integers(0, 1 << 64, 200, dtype=np.uint64)
            arms = points >= 1 << 63
            quality = np.where(arms, np.nan, rng.normal(size=200))
            evidence.add(number + 1, to_block(points, arms, 0.5, values={"quality": quality}))
            verdict = judge(plan, evidence, looked(plan))
            assert verdict.metrics[0].told[1] == 0
            if verdict.decision is Decision.ABORT:
                aborts += 1
                break
    assert aborts == 0


def split_verdict(lost, seed, *, units=20_000):
    rng, plan = np.random.default_rng(seed), plan_with("errors")
    points = rng.integers(0, 1 << 64, units, dtype=np.uint64)
    arms = points / WHOLE < 0.5
    kept = ~arms | (rng.random(units) >= lost)
    evidence = RolloutEvidence(plan)
    evidence.add(1, to_block(points[kept], arms[kept], 0.5, ok=rng.random(kept.sum()) >= 0.02))
    return judge(plan, evidence, looked(plan))


def test_units_that_are_lost_in_one_arm_are_inconclusive():
    verdict = split_verdict(0.1, seed=3)
    assert verdict.decision is Decision.INCONCLUSIVE
    assert "not split as they should be" in verdict.sentence
    assert verdict.split_e_value >= 100
    sound = split_verdict(0.0, seed=3)
    assert sound.decision is Decision.ADVANCE
    assert sound.split_e_value < 100


def test_harm_is_told_also_where_the_split_is_wrong():
    rng, plan = np.random.default_rng(5), plan_with("errors")
    points = rng.integers(0, 1 << 64, 20_000, dtype=np.uint64)
    arms = points / WHOLE < 0.5
    kept = ~arms | (rng.random(20_000) >= 0.3)
    ok = rng.random(20_000) >= np.where(arms, 0.2, 0.02)
    evidence = RolloutEvidence(plan)
    evidence.add(1, to_block(points[kept], arms[kept], 0.5, ok=ok[kept]))
    assert judge(plan, evidence, looked(plan)).decision is Decision.ABORT


def shadow_verdict(rates, seed, *, requests=8000):
    """Judge pairs: each request is answered by both, and some are hard for both."""
    rng = np.random.default_rng(seed)
    plan = plan_of({"steps": [0.0], "shadow": True, "metrics": ["errors"]})
    points = np.repeat(rng.integers(0, 1 << 64, requests, dtype=np.uint64), 2)
    arms = np.tile([0, 1], requests)
    hard = np.repeat(rng.random(requests) < 0.02, 2)
    ok = ~hard & (rng.random(2 * requests) >= np.array(rates)[arms])
    pairs = np.tile([SERVED, SHADOW], requests)
    evidence = RolloutEvidence(plan)
    evidence.add(1, to_block(points, arms, 0.0, ok=ok, pairs=pairs))
    return judge(plan, evidence, looked(plan))


def test_a_shadow_is_judged_by_pairs():
    good, bad = shadow_verdict((0.03, 0.03), seed=1), shadow_verdict((0.01, 0.05), seed=1)
    assert good.units == bad.units == (8000, 8000)
    assert good.decision is Decision.ADVANCE
    assert good.metrics[0].not_inferior
    assert bad.decision is Decision.ABORT
    assert good.split_e_value == bad.split_e_value == 1.0
    wrong = sum(
        shadow_verdict((0.02, 0.02), seed=seed, requests=2000).decision is Decision.ABORT
        for seed in range(60)
    )
    assert wrong <= most_wrong(60, 0.05)


def test_the_same_evidence_gives_the_same_verdict_however_it_is_read():
    plan = plan_with("errors", "latency", {"name": "quality", "kind": "value"})
    rng = np.random.default_rng(7)
    blocks = []
    for _ in range(6):
        points = rng.integers(0, 1 << 64, 400, dtype=np.uint64)
        arms = points / WHOLE < 0.3
        told = {
            "ok": rng.random(400) >= 0.05,
            "latencies": rng.lognormal(size=400),
            "values": {"quality": rng.normal(size=400)},
        }
        blocks.append(to_block(points, arms, 0.3, **told))
    once, step_by_step = RolloutEvidence(plan), RolloutEvidence(plan)
    for number, payload in enumerate(blocks, 1):
        once.add(number, payload)
    for number, payload in enumerate(blocks, 1):
        step_by_step.add(number, payload)
        judge(plan, step_by_step, looked(plan))
    assert judge(plan, once, looked(plan)) == judge(plan, step_by_step, looked(plan))
    assert judge(plan, once, looked(plan)).evidence_until == 6


# What is kept of a rollout, worked out anew.


@pytest.fixture
def judged(mk, versions, visitors, look, plan):
    """A rollout that was looked at three times, and is open."""
    metrics = ["errors", "latency", {"name": "quality", "kind": "value"}]
    mk.deployments.start_canary("m", versions[1], plan(0.3, metrics=metrics, on_success="hold"))
    for _ in range(3):
        visitors.visit(1500, values={"quality": (2.0, 1.9)})
        found = look()
    return found


def test_a_verdict_is_explained_from_the_evidence(mk, judged, open_registry):
    for services in (mk, open_registry()):
        found = services.conductor.explain("m")
        assert found.agrees
        assert found.recomputed == found.kept == judged.verdict
        assert found.blocks == 3
        assert found.rollout == judged


def test_evidence_that_came_after_the_verdict_does_not_change_it(mk, judged, visitors):
    visitors.visit(5000, errors=(0.01, 0.5), values={"quality": (2.0, 2.0)})
    found = mk.conductor.explain("m")
    assert found.agrees
    assert found.blocks == 3


def test_a_rollout_without_a_verdict_cannot_be_explained(mk, versions, plan):
    mk.deployments.start_canary("m", versions[1], plan(0.3))
    with pytest.raises(IllegalRolloutMoveError, match="no verdict was made yet"):
        mk.conductor.explain("m")


def change_block(mk, change):
    """Change the second block of evidence as one who can write to the database could."""
    with mk.traffic._evidence._database.write() as connection:
        rows = connection.execute(EVIDENCE_BLOCKS.select().order_by("sequence")).all()
        row = rows[1]
        here = EVIDENCE_BLOCKS.c.sequence == row.sequence
        changed = change(row.payload)
        if changed is None:
            connection.execute(EVIDENCE_BLOCKS.delete().where(here))
        else:
            connection.execute(EVIDENCE_BLOCKS.update().where(here).values(payload=changed))


def test_a_flipped_bit_in_the_evidence_is_told(mk, judged):
    change_block(mk, lambda old: bytes([*old[:-1], old[-1] ^ 1]))
    with pytest.raises(DamagedEvidenceError, match="BLAKE3"):
        mk.conductor.explain("m")


def test_evidence_that_was_rewritten_or_removed_does_not_agree(mk, judged):
    def failures_gone(payload):
        old = decode(payload)
        told = np.ones(old.count, np.uint8)
        fields = {each: getattr(old, each) for each in Block.__dataclass_fields__}
        return encode(Block(**{**fields, "successes": told}))

    change_block(mk, failures_gone)
    found = mk.conductor.explain("m")
    assert not found.agrees
    assert found.recomputed["metrics"][0]["events"] != found.kept["metrics"][0]["events"]
    change_block(mk, lambda _old: None)
    found = mk.conductor.explain("m")
    assert not found.agrees
    assert found.blocks == 2
