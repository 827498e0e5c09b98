"""What a router does with outcomes: it hands them on, or says that it records nothing."""

import threading

import pytest

from modelkeep.clock import SystemClock
from modelkeep.deployment.evidence.recorder import Recorder as EvidenceRecorder
from modelkeep.errors import InvalidInputError


@pytest.fixture
def table(sqlite, database):
    made = sqlite.table_of([(0, 2**63, 1)], weights=(0.5,))
    sqlite.publish(database, made)
    return made


class ListRecorder:
    def __init__(self):
        self.known, self.taken, self.closed = [], [], 0

    def know(self, table):
        self.known.append(table)

    def add(self, choice, *, success):
        self.taken.append(("add", choice, success))

    def add_batch(self, choices, *, success):
        self.taken.append(("add_batch", choices, success))

    def add_pair(self, choice, *, served, shadow):
        self.taken.append(("add_pair", choice, served, shadow))

    def label(self, prediction_id, *, success):
        self.taken.append(("label", prediction_id, success))

    def flush(self):
        pass

    def close(self):
        self.closed += 1

    def __len__(self):
        return len(self.taken)


def test_outcomes_go_to_the_recorder_which_is_closed_with_the_router(table, open_router):
    recorder = ListRecorder()
    with open_router(recorder=recorder) as router:
        one, many = router.choose("u"), router.choose_batch(["u"])
        router.record(one, success=True)
        router.record_batch(many, success=[True])
        router.record_pair(one, served=1.0, shadow=2.0)
        router.label("p-1", success=False)
        assert recorder.closed == 0
    router.close()
    assert recorder.closed == 1
    assert recorder.taken == [
        ("add", one, True),
        ("add_batch", many, [True]),
        ("add_pair", one, 1.0, 2.0),
        ("label", "p-1", False),
    ]


def test_a_router_without_a_recorder_says_so(table, open_router):
    router = open_router()
    choice = router.choose("u")
    calls = (router.record, router.record_batch, router.record_pair, router.label)
    for call in calls:
        with pytest.raises(InvalidInputError, match="router of 'm' records nothing"):
            call(choice, success=True)


def test_the_recorder_knows_a_table_before_anything_is_chosen_by_it(
    sqlite, database, table, open_router
):
    asked = threading.Event()

    class Asking(ListRecorder):
        def know(self, table):
            super().know(table)
            if len(self.known) == 2:
                assert router.choose("u").revision == 1
                asked.set()

    recorder = Asking()
    router = open_router(recorder=recorder, poll_seconds=60)
    assert recorder.known == [table]
    newer = sqlite.table_of(revision=2)
    sqlite.publish(database, newer)
    router.refresh()
    assert asked.is_set()
    assert recorder.known == [table, newer]
    assert router.choose("u").revision == 2


def test_the_recorder_of_evidence_takes_what_a_router_gives(sqlite, database, open_router):
    """Single and in a batch; what an override chose is dropped, also that of an older table."""
    sqlite.publish(
        database, sqlite.table_of([(0, 2**63, 1)], weights=(0.5,), overrides={"tester": 1})
    )
    written = []
    recorder = EvidenceRecorder(
        write=lambda split_id, _, count: written.append((split_id, count)), clock=SystemClock()
    )
    router = open_router(recorder=recorder, poll_seconds=60)
    choice, forced = router.choose("u"), router.choose("tester")
    batch = router.choose_batch(["a", "b", "tester"])
    sqlite.publish(database, sqlite.table_of(revision=2, split_id=""))
    router.refresh()
    router.record(choice, success=True, latency_seconds=0.01)
    router.record(forced, success=True)
    router.record(router.choose("u"), success=True)
    router.record_batch(batch, success=[True, False, True])
    router.close()
    assert {split_id for split_id, _ in written} == {"r1"}
    assert sum(count for _, count in written) == 3
