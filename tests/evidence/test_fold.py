"""Blocks become counted rows: as one by one, whatever their cut, with the chances they claim."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.evidence.blocks import (
    NOT_TOLD,
    SERVED,
    SHADOW,
    SINGLE,
    Block,
    LabelBlock,
    Revision,
)
from modelkeep.deployment.evidence.counted import Metric
from modelkeep.deployment.evidence.rows import Fold
from modelkeep.errors import InvalidInputError, UnknownChoiceError

METRICS = (("errors", "event"), ("spam", "event"), ("latency", "latency"), ("quality", "value"))
NAN = float("nan")

told = st.fixed_dictionaries(
    {
        "success": st.integers(0, 2),
        "latency": st.sampled_from([NAN, 0.25, 0.5]),
        "spam": st.sampled_from([NAN, 0.0, 1.0]),
        "quality": st.sampled_from([NAN, 0.1, 0.2, 0.3]),
    }
)
points = st.integers(1, 5)
row = st.tuples(
    st.just("row"), points, st.booleans(), st.sampled_from([0.0, 0.1, 0.5]), st.integers(0, 4), told
)
pair = st.tuples(st.just("pair"), points, told, told)
label = st.tuples(st.just("label"), st.integers(1, 6), told)
streams = st.lists(row | row | pair | label, max_size=40)


class SlowFold:
    """The same, one record at a time."""

    def __init__(self, assignment):
        self.assignment = assignment
        self.stable_at, self.canary, self.used = {}, set(), set()
        self.exposed, self.waiting, self.done = {}, {}, set()
        self.counted = {name: [] for name, _ in METRICS}
        self.uninformative = dict.fromkeys(self.counted, 0)
        self.rows, self.units, self.told = [0, 0], set(), {}

    def add(self, record):
        what, *rest = record
        if what == "row":
            self.add_row(*rest)
        elif what == "pair":
            self.add_pair(*rest)
        else:
            hashed, outcome = rest
            if hashed in self.exposed and hashed not in self.done:
                self.done.add(hashed)
                self.count([(*self.exposed[hashed], {**outcome, "latency": NAN}, SINGLE)])
            elif hashed not in self.exposed:
                self.waiting.setdefault(hashed, outcome)

    def add_row(self, point, arm, share, prediction, outcome):
        if point in self.canary:
            chance = float(arm)
        else:
            seen = self.stable_at.get(point, 0.0)
            chance = (share - seen) / (1 - seen) if share > seen else 0.0
        if arm:
            self.canary.add(point)
        else:
            self.stable_at[point] = max(share, self.stable_at.get(point, 0.0))
        if self.assignment == "marginal":
            chance = share
        if (chance == 0 and arm) or (chance == 1 and not arm):
            chance = float(arm)
        self.rows[arm] += 1
        self.units.add((point, arm))
        self.count([(point, arm, chance, outcome, SINGLE)])
        if prediction and prediction not in self.exposed:
            self.exposed[prediction] = (point, arm, chance)
            if prediction in self.waiting:
                self.done.add(prediction)
                late = {**self.waiting.pop(prediction), "latency": NAN}
                self.count([(point, arm, chance, late, SINGLE)])

    def add_pair(self, point, served, shadow):
        for arm in (False, True):
            self.rows[arm] += 1
            self.units.add((point, arm))
        self.count(
            [(point, False, 0.5, served, SERVED), (point, True, 0.5, shadow, SHADOW)],
        )

    def count(self, rows):
        for name, kind in METRICS:
            numbers = [self.number(name, kind, outcome) for _, _, _, outcome, _ in rows]
            for (_, arm, _, _, _), number in zip(rows, numbers, strict=True):
                if not isnan(number):
                    self.told.setdefault((name, arm), []).append(number)
            if any(isnan(number) for number in numbers):
                continue
            point = rows[0][0]
            first = (name, point) not in self.used
            if kind == "event":
                happened = [row for row, number in zip(rows, numbers, strict=True) if number]
                if happened and first:
                    self.used.add((name, point))
                    one = len(happened) == 1 and 0 < happened[0][2] < 1
                    self.keep(name, happened[:1] if one else [], [1.0], not one)
            elif kind == "value" and first:
                self.used.add((name, point))
                informative = 0 < rows[0][2] < 1
                self.keep(name, rows if informative else [], numbers, not informative)
            elif kind == "latency" and (len(rows) == 1 or first):
                if len(rows) == 2:
                    self.used.add((name, point))
                self.keep(name, rows, numbers, 0)

    def keep(self, name, rows, numbers, uninformative):
        self.counted[name] += [
            (point, arm, chance, number, half)
            for (point, arm, chance, _, half), number in zip(rows, numbers, strict=False)
        ]
        self.uninformative[name] += uninformative

    @staticmethod
    def number(name, kind, outcome):
        if name == "errors":
            return {0: 1.0, 1: 0.0, 2: NAN}[outcome["success"]]
        number = outcome[name]
        return float(number != 0) if kind == "event" and not isnan(number) else number


def to_block(records):
    """Make a block of rows and pairs, or of labels."""
    if records[0][0] == "label":
        outcomes = [outcome for _, _, outcome in records]
        return LabelBlock(
            predictions=np.array([hashed for _, hashed, _ in records], dtype=np.uint64),
            successes=np.array([outcome["success"] for outcome in outcomes], dtype=np.uint8),
            values=values_of(outcomes),
        )
    rows = []
    for what, point, *rest in records:
        if what == "row":
            rows.append((point, *rest, SINGLE))
        else:
            rows.append((point, False, 0.0, 0, rest[0], SERVED))
            rows.append((point, True, 0.0, 0, rest[1], SHADOW))
    points, arms, shares, predictions, outcomes, halves = zip(*rows, strict=True)
    weights = sorted({*shares})
    return Block(
        split_id="r1",
        revisions=tuple(Revision(n, (1 - w, w), 1) for n, w in enumerate(weights)),
        points=np.array(points, dtype=np.uint64),
        arms=np.array(arms, dtype=np.uint8),
        revision_indices=np.array([weights.index(share) for share in shares], dtype=np.uint16),
        successes=np.array([outcome["success"] for outcome in outcomes], dtype=np.uint8),
        latencies=np.array([outcome["latency"] for outcome in outcomes], dtype=np.float32),
        values=values_of(outcomes),
        predictions=np.array(predictions, dtype=np.uint64),
        pairs=np.array(halves, dtype=np.uint8),
    )


def values_of(outcomes):
    columns = {name: np.array([each[name] for each in outcomes]) for name in ("spam", "quality")}
    # A name that nothing told is left out, as the recorder does.
    return {name: column for name, column in columns.items() if not np.isnan(column).all()}


def cut(stream, ends):
    """Give pieces of a stream that end at least where the kind of record changes."""
    piece = []
    for number, record in enumerate(stream):
        if piece and (number in ends or (piece[0][0] == "label") != (record[0] == "label")):
            yield piece
            piece = []
        piece.append(record)
    if piece:
        yield piece


def fold_of(stream, ends, assignment):
    fold = Fold(metrics=METRICS, assignment=assignment)
    counted = {name: [] for name, _ in METRICS}
    uninformative = dict.fromkeys(counted, 0)
    for piece in cut(stream, ends):
        for name, found in fold.add(to_block(piece)).items():
            columns = (found.points, found.arms, found.weights, found.outcomes, found.pairs)
            counted[name] += zip(*(column.tolist() for column in columns), strict=True)
            uninformative[name] += found.uninformative
    return fold, counted, uninformative


@given(streams, st.sets(st.integers(1, 39)), st.sampled_from(["conditional", "marginal"]))
@settings(deadline=None, max_examples=400)
def test_it_is_as_if_records_came_one_by_one_whatever_their_cut(stream, ends, assignment):
    slow = SlowFold(assignment)
    for record in stream:
        slow.add(record)
    fold, counted, uninformative = fold_of(stream, ends, assignment)
    assert counted == slow.counted
    assert uninformative == slow.uninformative
    assert fold.unknown_labels == len(slow.waiting)
    for arm, totals in enumerate(fold.totals):
        assert totals.rows == slow.rows[arm]
        assert totals.units == sum(seen == arm for _, seen in slow.units)
        for name, kind in METRICS:
            told = slow.told.get((name, bool(arm)), [])
            found = totals.metrics[name]
            assert found.told == len(told)
            assert found.events == (sum(told) if kind == "event" else 0)
            # One after the other, also over the borders of blocks.
            one_by_one = 0.0
            for number in told:
                one_by_one += number
            assert found.sum == one_by_one


def test_pairs_that_both_failed_use_the_unit_up(block_of):
    fold = Fold(metrics=[("errors", "event")])
    pairs = [SERVED, SHADOW] * 3
    first = fold.add(
        block_of(
            [1, 1, 2, 2, 3, 3], [0, 1] * 3, 0.0, successes=[0, 0, 1, 0, 0, NOT_TOLD], pairs=pairs
        )
    )["errors"]
    assert (first.points.tolist(), first.arms.tolist()) == ([2], [True])
    assert (first.weights.tolist(), first.uninformative) == ([0.5], 1)
    again = fold.add(
        block_of([1, 1, 2, 2, 3, 3], [0, 1] * 3, 0.0, successes=[0, 1] * 3, pairs=pairs)
    )["errors"]
    assert (again.points.tolist(), again.arms.tolist()) == ([3], [False])


def test_many_labels_that_waited_come_each_after_its_exposure():
    rng = np.random.default_rng(3)
    outcome = {"success": 1, "latency": 0.25, "spam": NAN, "quality": 0.5}
    waited = [("label", n + 1, {**outcome, "success": 0}) for n in range(300)]
    rows = [
        ("row", int(rng.integers(200)), bool(rng.integers(2)), 0.5, n + 1, outcome)
        for n in rng.permutation(300).tolist()
    ]
    whole = fold_of(waited + rows, set(), "conditional")
    pieces = fold_of(waited + rows, set(range(600)), "conditional")
    assert whole[1:] == pieces[1:]
    assert len(whole[1]["errors"]) > 50


def test_labels_do_not_come_between_the_halves_of_a_pair(block_of):
    fold = Fold(metrics=[("errors", "event")])
    fold.add(to_block([("label", 7, {"success": 0, "spam": NAN, "quality": NAN})]))
    found = fold.add(
        block_of([1, 1], [0, 1], 0.0, successes=[1, 0], predictions=[7, 0], pairs=[SERVED, SHADOW])
    )
    assert found["errors"].arms.tolist() == [True]
    assert fold.unknown_labels == 1


def test_names_that_no_metric_asked_for_are_told(block_of):
    fold = Fold(metrics=[("quality", "value"), ("seconds", "latency")])
    values = {"qualty": [0.5], "quality": [0.5], "empty": [NAN], "seconds": [1.0]}
    fold.add(block_of([1], [0], 0.5, values=values))
    assert fold.unasked == {"qualty", "seconds"}


def test_what_cannot_be_is_counted_and_says_nothing(block_of):
    fold = Fold(metrics=[("errors", "event")])
    # A unit that was in stable, and is in the canary at the same weight.
    found = fold.add(block_of([1, 1, 2], [0, 1, 1], [0.25, 0.25, 0.0], successes=[1, 0, 0]))
    assert fold.contradictions == 2
    assert (len(found["errors"].arms), found["errors"].uninformative) == (0, 2)


def test_bad_metrics_are_refused():
    with pytest.raises(UnknownChoiceError, match="kind of metric 'rate'; one of event, latency"):
        Fold(metrics=[("errors", "rate")])
    with pytest.raises(InvalidInputError, match="each may be named once"):
        Fold(metrics=[Metric("errors", "event"), ("errors", "value")])
    with pytest.raises(UnknownChoiceError, match="conditional, marginal"):
        Fold(metrics=[], assignment="fresh")


def test_more_than_two_arms_are_refused():
    block = Block(
        split_id="r1",
        revisions=(Revision(1, (0.5, 0.25, 0.25)),),
        points=np.zeros(1, np.uint64),
        arms=np.zeros(1, np.uint8),
        revision_indices=np.zeros(1, np.uint16),
        successes=np.zeros(1, np.uint8),
        latencies=np.zeros(1, np.float32),
        predictions=np.zeros(1, np.uint64),
        pairs=np.zeros(1, np.uint8),
    )
    with pytest.raises(InvalidInputError, match="more than two arms"):
        Fold(metrics=[("errors", "event")]).add(block)


@pytest.mark.parametrize(("assignment", "fewest"), [("conditional", 4_000), ("marginal", 12_000)])
def test_without_harm_the_canary_has_the_share_that_the_weights_say(block_of, assignment, fewest):
    """Returning units with events of their own through a ramp; the error is 5 sigma.

    60,000 units, each with its own chance of an event at a visit, independent of its point. Under
    a right assignment the sum of (arm - weight) over the counted rows has mean 0 and at most the
    variance sum of weight * (1 - weight); 5 standard deviations have a chance below 1e-6.
    """
    rng = np.random.default_rng(7)
    units = rng.integers(0, 1 << 64, 60_000, dtype=np.uint64)
    risk = rng.beta(0.3, 3.0, len(units))
    fold = Fold(metrics=[("errors", "event")], assignment=assignment)
    surplus, variance, events = 0.0, 0.0, 0
    for share in (0.01, 0.05, 0.25, 0.5):
        for _ in range(3):
            seen = np.flatnonzero(rng.random(len(units)) < 0.5)
            arms = units[seen] < np.uint64(int(share * 2**64))
            fine = rng.random(len(seen)) >= risk[seen]
            found = fold.add(block_of(units[seen], arms, share, successes=fine))["errors"]
            surplus += float((found.arms - found.weights).sum())
            variance += float((found.weights * (1 - found.weights)).sum())
            events += len(found.arms)
    assert events >= fewest
    assert abs(surplus) <= 5 * np.sqrt(variance)
    assert fold.contradictions == 0
