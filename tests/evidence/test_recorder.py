"""What is recorded is what comes back, and what is wrong is refused where it is told."""

import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from modelkeep.clock import SystemClock
from modelkeep.deployment.evidence.admission import MOST_SECONDS
from modelkeep.deployment.evidence.blocks import MOST_ROWS, MOST_VALUES, Block, LabelBlock, Revision
from modelkeep.deployment.evidence.encoding import decode
from modelkeep.deployment.evidence.predictions import prediction_hash
from modelkeep.deployment.evidence.recorder import Recorder
from modelkeep.deployment.routing.table import Choice
from modelkeep.errors import ClosedError, InvalidInputError, UnknownChoiceError

CHILD = Path(__file__).with_name("recording_child.py")


@pytest.fixture
def open_recorder(blocks_file, table_of):
    opened = []

    def open_recorder(**settings):
        settings = {"interval_seconds": 60, **settings}
        recorder = Recorder(write=blocks_file.write, clock=SystemClock(), **settings)
        recorder.know(table_of())
        opened.append(recorder)
        return recorder

    yield open_recorder
    blocks_file.fail = None
    for recorder in opened:
        recorder.close()


@pytest.fixture
def recorder(open_recorder):
    return open_recorder()


def batch_of(table, count, seed=0, **more):
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 1 << 64, count, dtype=np.uint64)
    arms = rng.integers(0, 2, count, dtype=np.uint8)
    return SimpleNamespace(point=points, arm_index=arms, table=table, **more)


def test_a_record_comes_back_as_it_was_told(recorder, blocks_file, choice_of):
    before = time.time_ns() // 1000
    recorder.add(
        choice_of(2**64 - 1, arm=1),
        success=False,
        latency_seconds=0.5,
        values={"quality": 0.25, "spam": True},
        prediction_id="request-1",
    )
    recorder.add(choice_of(0))
    recorder.add(choice_of(5), success=np.True_, latency_seconds=np.float32(2), values={})
    recorder.flush()
    (block,) = blocks_file.read()
    assert before <= block.first_at <= block.last_at <= time.time_ns() // 1000
    assert (block.split_id, block.revisions) == ("r1", (Revision(3, (0.9, 0.1)),))
    assert block.points.tolist() == [2**64 - 1, 0, 5]
    assert block.arms.tolist() == [1, 0, 0]
    assert block.successes.tolist() == [0, 2, 1]
    np.testing.assert_array_equal(block.latencies, np.array([0.5, np.nan, 2], dtype=np.float32))
    np.testing.assert_array_equal(block.values["quality"], [0.25, np.nan, np.nan])
    np.testing.assert_array_equal(block.values["spam"], [1.0, np.nan, np.nan])
    assert block.predictions.tolist() == [prediction_hash("request-1"), 0, 0]
    assert not block.pairs.any()


def test_a_block_tells_when_its_first_record_was_taken(recorder, blocks_file, choice_of):
    for point in range(2):
        time.sleep(0.02)
        before = time.time_ns() // 1000
        recorder.add(choice_of(point))
        after = time.time_ns() // 1000
        time.sleep(0.02)
        recorder.add(choice_of(point))
        recorder.flush()
        block = blocks_file.read()[point]
        assert before <= block.first_at <= after
        assert block.last_at >= after + 20_000


def test_many_records_keep_their_order(recorder, blocks_file, choice_of):
    for point in range(10_000):
        recorder.add(choice_of(point, arm=point % 2), latency_seconds=float(point))
    recorder.flush()
    (block,) = blocks_file.read()
    assert block.points.tolist() == block.latencies.tolist() == list(range(10_000))
    assert block.arms.tolist() == [0, 1] * 5000


def test_what_is_no_evidence_is_dropped(recorder, blocks_file, choice_of, table_of):
    recorder.add(choice_of(1, forced=True), success=True)
    recorder.add(choice_of(1, split_id=""), success=True)
    recorder.add_pair(choice_of(1, forced=True), served={}, shadow={})
    recorder.add_batch(batch_of(table_of(split_id=""), 5))
    forced = np.array([True, False, True])
    choices = batch_of(table_of(), 3, forced=forced)
    recorder.add_batch(choices, success=[True, False, True], prediction_ids=["a", "b", "c"])
    recorder.flush()
    (block,) = blocks_file.read()
    assert block.points.tolist() == choices.point[1:2].tolist()
    assert (block.successes.tolist(), block.predictions.tolist()) == ([0], [prediction_hash("b")])
    assert recorder.dropped == 0


def test_a_batch_comes_back_and_its_arrays_may_be_used_again(recorder, blocks_file, table_of):
    choices = batch_of(table_of(), 1000)
    points, arms = choices.point.copy(), choices.arm_index.copy()
    success = np.array([0.0, 1.0, np.nan] * 333 + [1.0])
    seconds, quality = np.linspace(0, 1, 1000), np.linspace(-1, 1, 1000)
    quality[3] = np.nan
    hashes = np.arange(1, 1001, dtype=np.uint64)
    told = {"success": success, "latency_seconds": seconds.copy(), "prediction_ids": hashes.copy()}
    told["values"] = {"quality": quality.copy()}
    recorder.add_batch(choices, **told)
    for array in (choices.point, choices.arm_index, *list(told.values())[:3], quality):
        array[:] = 0
    told["values"]["quality"][:] = 7
    recorder.flush()
    (block,) = blocks_file.read()
    np.testing.assert_array_equal(block.points, points)
    np.testing.assert_array_equal(block.arms, arms)
    assert block.successes.tolist() == [0, 1, 2] * 333 + [1]
    np.testing.assert_array_equal(block.latencies, seconds.astype(np.float32))
    expected = np.linspace(-1, 1, 1000)
    expected[3] = np.nan
    np.testing.assert_array_equal(block.values["quality"], expected)
    np.testing.assert_array_equal(block.predictions, hashes)


def test_singles_batches_pairs_revisions_and_splits_mix(recorder, blocks_file, choice_of, table_of):
    recorder.know(table_of(weight=0.5, revision=4))
    recorder.know(table_of(weight=0.25, revision=5, split_id="r2", model_id="other"))
    recorder.know(table_of(weight=0.0, revision=6, shadow=1))
    recorder.add(choice_of(1), values={"a": 1})
    recorder.add(choice_of(2, revision=5, split_id="r2"), success=True)
    recorder.add_batch(batch_of(table_of(weight=0.5, revision=4), 2), values={"b": [2, 3]})
    recorder.add(choice_of(3, revision=4))
    recorder.add_pair(
        choice_of(4, revision=6),
        served={"success": True, "latency_seconds": 1},
        shadow={"success": False, "values": {"a": 9}},
    )
    recorder.flush()
    first, second = blocks_file.read()
    assert (second.split_id, second.points.tolist()) == ("r2", [2])
    assert second.revisions == (Revision(5, (0.75, 0.25)),)
    assert [revision.revision for revision in first.revisions] == [3, 4, 6]
    assert first.revisions[2] == Revision(6, (1.0, 0.0), 1)
    assert first.revision_indices.tolist() == [0, 1, 1, 1, 2, 2]
    assert first.pairs.tolist() == [0, 0, 0, 0, 1, 2]
    assert first.arms[-2:].tolist() == [0, 1]
    assert first.successes[-2:].tolist() == [1, 0]
    np.testing.assert_array_equal(first.values["a"], [1, *[np.nan] * 4, 9])
    np.testing.assert_array_equal(first.values["b"], [np.nan, 2, 3, *[np.nan] * 3])


def test_long_records_are_cut_into_blocks_that_leave_pairs_whole(
    open_recorder, blocks_file, choice_of, table_of
):
    recorder = open_recorder(most_waiting=10**6)
    recorder.know(table_of(weight=0.0, revision=6, shadow=1))
    recorder.add(choice_of(1))
    recorder.add_batch(batch_of(table_of(), MOST_ROWS - 2))
    recorder.add_pair(choice_of(4, revision=6), served={}, shadow={})
    recorder.flush()
    assert [block.count for block in blocks_file.read()] == [MOST_ROWS - 1, 2]


def test_labels_go_to_their_split(recorder, blocks_file, table_of, choice_of):
    recorder.know(table_of(revision=5, split_id="r2", model_id="other"))
    recorder.label("a", success=False, values={"quality": 0.5})
    recorder.label("b", success=True, split_id="r9")
    recorder.label_batch(["c", "d"], success=[True, False], split_id="r9")
    hashes = np.array([prediction_hash("e")], dtype=np.uint64)
    recorder.label_batch(hashes, values={"quality": [0.25]}, split_id="r9")
    recorder.add(choice_of(1))
    recorder.flush()
    blocks = blocks_file.read()
    # The rows come first, so that a label finds its prediction.
    assert [type(block) for block in blocks] == [Block, LabelBlock, LabelBlock, LabelBlock]
    assert [block.split_id for block in blocks] == ["r1", "r1", "r2", "r9"]
    for block in blocks[1:3]:
        assert block.predictions.tolist() == [prediction_hash("a")]
        assert (block.successes.tolist(), block.values["quality"].tolist()) == ([0], [0.5])
    last = blocks[3]
    assert last.predictions.tolist() == [prediction_hash(name) for name in "bcde"]
    assert last.successes.tolist() == [1, 1, 0, 2]
    np.testing.assert_array_equal(last.values["quality"], [np.nan] * 3 + [0.25])


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"latency_seconds": math.nan}, "latency_seconds is nan; it must be a number of seconds"),
        ({"latency_seconds": -0.001}, "latency_seconds is -0.001"),
        ({"latency_seconds": math.inf}, "latency_seconds is inf"),
        ({"latency_seconds": 10**400}, "latency_seconds is 1000"),
        ({"latency_seconds": "fast"}, "latency_seconds is 'fast'"),
        ({"latency_seconds": np.zeros(1)}, "latency_seconds is array"),
        ({"success": 1}, "success is 1; it must be True, False or None"),
        ({"success": "yes"}, "success is 'yes'"),
        ({"values": {"quality": math.nan}}, "value 'quality' is nan; it must be a finite number"),
        ({"values": {"quality": None}}, "leave it out where there is none"),
        ({"values": {"quality": "good"}}, "value 'quality' is 'good'"),
        ({"values": {3: 1.0}}, "3 is no name for a value"),
        ({"values": {"": 1.0}}, "must have 1 to 255 bytes"),
        ({"values": {"x" * 256: 1.0}}, "must have 1 to 255 bytes"),
        ({"values": {"a\nb": 1.0}}, "give a printable text"),
        ({"values": [1.0]}, "give a dict of names and numbers"),
        ({"prediction_id": 7}, "prediction_id is 7; it must be a text"),
        ({"prediction_id": ""}, "prediction_id is ''"),
    ],
)
def test_bad_outcomes_are_refused_at_the_call(recorder, blocks_file, choice_of, told, message):
    with pytest.raises(InvalidInputError, match=message):
        recorder.add(choice_of(1), **told)
    recorder.flush()
    assert blocks_file.read() == []
    if "prediction_id" not in told and "latency_seconds" not in told:
        with pytest.raises(InvalidInputError, match=message):
            recorder.label("a", **told)


def test_the_greatest_latency_can_be_kept(recorder, blocks_file, choice_of):
    recorder.add(choice_of(1), latency_seconds=MOST_SECONDS)
    recorder.flush()
    assert np.isfinite(blocks_file.read()[0].latencies).all()


def test_bad_choices_are_refused(recorder, choice_of, table_of):
    wrong = [
        (choice_of(1, revision=99), "revision 99, which this recorder was not told of"),
        (choice_of(1, arm=2), "arm_index is 2; revision 3 has 2 arms"),
        (choice_of(2**64), r"point is \d+; it must be in"),
        (choice_of(-1), "point is -1"),
    ]
    for choice, message in wrong:
        with pytest.raises(InvalidInputError, match=message):
            recorder.add(choice)
    with pytest.raises(InvalidInputError, match="calls nothing in the shadow of 'stable'"):
        recorder.add_pair(choice_of(1), served={}, shadow={})
    with pytest.raises(InvalidInputError, match="revision 3 is of split 'r8', but was told"):
        recorder.know(table_of(split_id="r8"))
    recorder.know(table_of(revision=6, shadow=1))
    with pytest.raises(UnknownChoiceError, match="'latency'; one of success, latency_seconds"):
        recorder.add_pair(choice_of(1, revision=6), served={"latency": 1.0}, shadow={})


def test_a_choice_of_a_table_that_nobody_told_of_asks_for_the_table(
    open_recorder, table_of, choice_of, blocks_file
):
    recorder = open_recorder(current_table=lambda: table_of(weight=0.5, revision=4))
    recorder.add(choice_of(1, revision=4))
    with pytest.raises(InvalidInputError, match="revision 5"):
        recorder.add(choice_of(1, revision=5))
    recorder.flush()
    assert blocks_file.read()[0].revisions == (Revision(4, (0.5, 0.5)),)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"success": [True]}, r"success has the shape \(1,\); it must be \(2,\)"),
        ({"success": [1, 2]}, "success holds 2.0; it must be True, False or NaN"),
        ({"success": ["a", "b"]}, "success is an array of <U1"),
        ({"latency_seconds": [0.1, -0.1]}, "latency_seconds holds -0.1"),
        ({"latency_seconds": np.full(2, np.inf, np.float32)}, "latency_seconds holds inf"),
        ({"latency_seconds": [1e39, 1]}, r"latency_seconds holds 1e\+39"),
        ({"latency_seconds": np.zeros((2, 1))}, r"shape \(2, 1\)"),
        ({"values": {"quality": [1.0, np.inf]}}, "value 'quality' holds an infinity"),
        ({"values": {"quality": [1.0]}}, r"value 'quality' has the shape \(1,\)"),
        ({"prediction_ids": ["a"]}, "prediction_ids must be 2 texts"),
        ({"prediction_ids": "ab"}, "prediction_ids must be 2 texts"),
        ({"prediction_ids": ["a", 1]}, "prediction_ids hold 1"),
    ],
)
def test_bad_batches_are_refused(recorder, blocks_file, table_of, told, message):
    with pytest.raises(InvalidInputError, match=message):
        recorder.add_batch(batch_of(table_of(), 2), **told)
    recorder.flush()
    assert blocks_file.read() == []


def test_bad_arrays_of_choices_are_refused(recorder, table_of):
    good = batch_of(table_of(), 2)
    wrong = {
        "point is int64": {"point": np.zeros(2, np.int64)},
        "arm_index is uint8 of shape": {"arm_index": np.zeros(3, np.uint8)},
        "arm_index holds 2; the table has 2 arms": {"arm_index": np.full(2, 2, np.uint8)},
        "forced is bool of shape": {"forced": np.zeros(3, bool)},
    }
    for message, change in wrong.items():
        with pytest.raises(InvalidInputError, match=message):
            recorder.add_batch(SimpleNamespace(**{**vars(good), **change}))
    with pytest.raises(InvalidInputError, match="hold an empty id"):
        recorder.label_batch(["a", None])


def test_names_of_values_are_bounded(recorder, choice_of):
    for number in range(MOST_VALUES):
        recorder.add(choice_of(1), values={f"v{number}": 1.0})
    with pytest.raises(InvalidInputError, match=f"'one more' is one more than the {MOST_VALUES}"):
        recorder.add(choice_of(1), values={"one more": 1.0})
    recorder.add(choice_of(1), values={"v0": 1.0})


def test_what_does_not_fit_is_dropped_and_counted(open_recorder, blocks_file, choice_of, table_of):
    recorder = open_recorder(most_waiting=100)
    blocks_file.fail = OSError("no room")
    for point in range(90):
        recorder.add(choice_of(point))
    recorder.add_batch(batch_of(table_of(), 80))
    assert recorder.dropped == 0
    recorder.add_batch(batch_of(table_of(), 50))
    recorder.add(choice_of(90))
    assert recorder.dropped == 51
    with pytest.raises(OSError, match="no room"):
        recorder.flush()
    blocks_file.fail = None
    recorder.flush()
    assert len(blocks_file.points()) == 170
    assert recorder.dropped == 51


def test_a_failure_between_two_blocks_writes_none_twice(recorder, blocks_file, choice_of, table_of):
    recorder.know(table_of(revision=5, split_id="r2"))
    recorder.add(choice_of(1))
    recorder.add(choice_of(2, revision=5, split_id="r2"))
    blocks_file.fail, blocks_file.fail_after = OSError("gone"), 1
    with pytest.raises(OSError, match="gone"):
        recorder.flush()
    assert isinstance(recorder.last_error, OSError)
    assert blocks_file.points() == [1]
    recorder.add(choice_of(3))
    with pytest.raises(OSError, match="gone"):
        recorder.flush()
    blocks_file.fail = None
    recorder.flush()
    assert blocks_file.points() == [1, 2, 3]
    assert recorder.last_error is None


def test_a_closed_recorder_takes_nothing(recorder, choice_of, blocks_file):
    recorder.add(choice_of(1))
    recorder.close()
    assert blocks_file.points() == [1]
    with pytest.raises(ClosedError):
        recorder.add(choice_of(2))


def test_it_is_quick_enough(open_recorder, blocks_file, table_of):
    """A third of what the benchmark asks for, since tests share the machine."""
    recorder = open_recorder(interval_seconds=0.5)
    choices = [
        Choice("m@1", "stable", 0.9, 3, "r1", point, 0, False, "") for point in range(60_000)
    ]
    began = time.perf_counter()
    for choice in choices:
        recorder.add(choice, success=True, latency_seconds=0.012)
    recorder.flush()
    assert 60_000 / (time.perf_counter() - began) > 100_000
    batch = batch_of(table_of(), 200_000)
    began = time.perf_counter()
    for _ in range(5):
        recorder.add_batch(batch, success=np.ones(200_000, bool), latency_seconds=np.ones(200_000))
    recorder.flush()
    assert 1_000_000 / (time.perf_counter() - began) > 1_600_000
    assert recorder.dropped == 0
    assert sum(block.count for block in blocks_file.read()) == 1_060_000


def run_child(path, mode, **more):
    return subprocess.Popen([sys.executable, "-W", "error", str(CHILD), str(path), mode], **more)


@pytest.mark.parametrize("seconds", [1.3, 2.0])
def test_sigkill_loses_at_most_the_last_second(tmp_path, reopen, seconds):
    child = run_child(tmp_path / "killed.db", "until killed", stdout=subprocess.PIPE, text=True)
    said = [child.stdout.readline()]
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        said.append(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    killed_at = time.monotonic()
    said += child.stdout.readlines()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    kept = reopen(tmp_path / "killed.db").points()
    assert kept == list(range(1, len(kept) + 1))
    recorded_at = [line.split() for line in said if line.endswith("\n")]
    older = [int(point) for point, moment in recorded_at if float(moment) <= killed_at - 1.0]
    assert len(older) > 20
    assert len(kept) >= older[-1]


def test_an_exit_without_close_loses_nothing(tmp_path, reopen):
    assert run_child(tmp_path / "exit.db", "exit").wait(60) == 0
    assert reopen(tmp_path / "exit.db").points() == list(range(1000))


def test_after_a_fork_each_process_writes_its_own_once(tmp_path, reopen):
    assert run_child(tmp_path / "fork.db", "fork").wait(60) == 0
    assert sorted(reopen(tmp_path / "fork.db").points()) == [1, 2, 100, 101, 102]


def test_a_fork_during_a_failure_does_not_take_the_parents_blocks(
    recorder, blocks_file, choice_of, tmp_path
):
    recorder.add(choice_of(1))
    blocks_file.fail = OSError("gone")
    with pytest.raises(OSError, match="gone"):
        recorder.flush()
    child = os.fork()
    if not child:
        try:
            path = tmp_path / "child"
            recorder._writer._write = lambda _, payload, __: path.write_text(
                str(decode(payload).points.tolist())
            )
            recorder.add(choice_of(2))
            recorder.flush()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert (tmp_path / "child").read_text() == "[2]"
    blocks_file.fail = None
    recorder.flush()
    assert blocks_file.points() == [1]
