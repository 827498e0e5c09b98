"""A buffer that a thread empties: order, bounds, failures, and the end of a process."""

import gc
import logging
import os
import subprocess
import sys
import threading
import time
import timeit

import pytest

from modelkeep.errors import ClosedError, InvalidInputError, InvalidSettingError
from modelkeep.write_behind import WriteBehind


class Sink:
    """Keeps what is written, and fails while it is told to."""

    def __init__(self):
        self.items = []
        self.calls = []
        self.error = None

    def write(self, items):
        self.calls.append(time.monotonic())
        if self.error is not None:
            raise self.error
        self.items += items


def wait_until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.005)


@pytest.fixture
def sink():
    return Sink()


@pytest.fixture
def open_buffer(sink):
    opened = []

    def open_buffer(**settings):
        opened.append(WriteBehind(write=sink.write, **settings))
        return opened[-1]

    yield open_buffer
    sink.error = None
    for buffer in opened:
        buffer.close()


def test_items_are_written_in_order_within_an_interval(open_buffer, sink):
    buffer = open_buffer(interval_seconds=0.05)
    began = time.monotonic()
    for item in range(1000):
        assert buffer.append(item)
    wait_until(lambda: len(sink.items) == 1000)
    assert sink.items == list(range(1000))
    assert sink.calls[0] - began < 1.0
    assert buffer.waiting == buffer.dropped == 0


def test_flush_writes_at_once(open_buffer, sink):
    buffer = open_buffer(interval_seconds=60)
    buffer.append("a")
    buffer.flush()
    assert sink.items == ["a"]
    buffer.flush()
    assert len(sink.calls) == 1


def test_nothing_is_lost_between_many_threads(open_buffer, sink):
    buffer = open_buffer(interval_seconds=0.001)
    crew = [
        threading.Thread(target=lambda n=n: [buffer.append((n, i)) for i in range(20_000)])
        for n in range(4)
    ]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    buffer.close()
    assert buffer.dropped == 0
    for n in range(4):
        assert [i for m, i in sink.items if m == n] == list(range(20_000))


def test_what_does_not_fit_is_dropped_and_counted(open_buffer, sink):
    sink.error = OSError("no room")
    buffer = open_buffer(interval_seconds=60, most_waiting=10)
    taken = [buffer.append(item) for item in range(15)]
    assert taken == [True] * 10 + [False] * 5
    assert (buffer.waiting, buffer.dropped) == (10, 5)
    sink.error = None
    buffer.flush()
    assert sink.items == list(range(10))
    assert buffer.append("later")


def test_units_count_what_an_item_takes(open_buffer, sink):
    buffer = open_buffer(interval_seconds=60, most_waiting=10)
    sink.error = OSError("no room")
    with pytest.raises(OSError, match="no room"):
        buffer.append("first") and buffer.flush()
    assert buffer.append("big", units=8)
    assert not buffer.append("bigger", units=2)
    assert buffer.append("small")
    assert (buffer.waiting, buffer.dropped) == (10, 2)
    sink.error = None
    buffer.flush()
    assert sink.items == ["first", "big", "small"]
    assert buffer.waiting == 0
    with pytest.raises(InvalidInputError, match="units is 0"):
        buffer.append("none", units=0)


def test_a_half_full_buffer_is_written_before_its_interval(open_buffer, sink):
    buffer = open_buffer(interval_seconds=60, most_waiting=100)
    for item in range(60):
        buffer.append(item)
    wait_until(lambda: len(sink.items) == 60)


def test_a_failing_writer_is_tried_again_and_told_once(open_buffer, sink, caplog):
    caplog.set_level(logging.INFO, logger="modelkeep")
    sink.error = OSError("the disk is gone")
    buffer = open_buffer(interval_seconds=0.02, name="things")
    began = time.perf_counter()
    for item in range(100):
        buffer.append(item)
    assert time.perf_counter() - began < 0.5
    wait_until(lambda: len(sink.calls) >= 4)
    assert buffer.last_error is sink.error
    gaps = [later - earlier for earlier, later in zip(sink.calls, sink.calls[1:], strict=False)]
    assert gaps[2] > 1.5 * gaps[0]
    sink.error = None
    wait_until(lambda: len(sink.items) == 100)
    wait_until(lambda: buffer.last_error is None)
    assert sink.items == list(range(100))
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "things cannot be written (OSError: the disk is gone)" in caplog.messages[0]


def test_a_full_buffer_does_not_hurry_a_writer_that_fails(open_buffer, sink):
    sink.error = OSError("no")
    buffer = open_buffer(interval_seconds=60, most_waiting=10)
    with pytest.raises(OSError, match="no"):
        buffer.append(0) and buffer.flush()
    for item in range(50):
        buffer.append(item)
        time.sleep(0.001)
    assert len(sink.calls) == 1


def test_flush_raises_what_the_writer_raised_and_keeps_the_items(open_buffer, sink):
    sink.error = OSError("no")
    buffer = open_buffer(interval_seconds=60)
    buffer.append("kept")
    with pytest.raises(OSError, match="no"):
        buffer.flush()
    assert buffer.waiting == 1
    with pytest.raises(OSError, match="no"):
        buffer.close()
    sink.error = None
    buffer.close()
    assert sink.items == ["kept"]


def test_a_closed_buffer_takes_nothing_more(open_buffer, sink):
    buffer = open_buffer()
    buffer.append("a")
    buffer.close()
    buffer.close()
    assert sink.items == ["a"]
    with pytest.raises(ClosedError, match="takes nothing more"):
        buffer.append("b")


@pytest.mark.parametrize("setting", [{"interval_seconds": 0}, {"most_waiting": 0}])
def test_bad_settings_are_refused(setting, sink):
    with pytest.raises(InvalidSettingError, match=next(iter(setting))):
        WriteBehind(write=sink.write, **setting)


def test_an_abandoned_buffer_is_written_and_its_thread_ends(sink):
    before = threading.active_count()
    buffer = WriteBehind(write=sink.write, interval_seconds=0.05)
    buffer.append("a")
    del buffer
    gc.collect()
    wait_until(lambda: sink.items == ["a"])
    wait_until(lambda: threading.active_count() == before)


def test_an_append_costs_well_under_a_microsecond(open_buffer):
    append = open_buffer(interval_seconds=60, most_waiting=10**7).append
    best = min(timeit.repeat(lambda: append(1), number=50_000, repeat=7)) / 50_000
    assert best < 1e-6


def run(code, *arguments):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done


APPEND_TO_FILE = """
import os, sys
from modelkeep.write_behind import WriteBehind
def write(items):
    with open(sys.argv[1], "a") as file:
        file.write("".join(f"{os.getpid() == first} {item}\\n" for item in items))
first = os.getpid()
buffer = WriteBehind(write=write, interval_seconds=60)
"""


def test_an_exit_without_close_writes_what_waits(tmp_path):
    run(APPEND_TO_FILE + "buffer.append('a'); buffer.append('b')", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "True a\nTrue b\n"


def test_an_exit_writes_what_waits_in_a_buffer_that_nobody_holds(tmp_path):
    run(APPEND_TO_FILE + "buffer.append('a'); del buffer", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "True a\n"


def test_a_failure_at_exit_is_told(tmp_path):
    done = run(
        "from modelkeep.write_behind import WriteBehind\n"
        "def write(items): raise OSError('gone')\n"
        "buffer = WriteBehind(write=write, interval_seconds=60); buffer.append('a', units=3)"
    )
    assert "3 units are lost at exit" in done.stderr


def test_a_forked_child_starts_empty_and_writes_its_own(tmp_path):
    code = (
        APPEND_TO_FILE
        + """
buffer.append("parent")
child = os.fork()
if not child:
    assert buffer.waiting == 0
    buffer.append("child")
    sys.exit()
assert os.waitpid(child, 0)[1] == 0
buffer.append("parent again")
"""
    )
    run(code, tmp_path / "out")
    lines = (tmp_path / "out").read_text().splitlines()
    assert lines == ["False child", "True parent", "True parent again"]


def test_a_fork_while_locks_are_held_does_not_hang(tmp_path):
    code = (
        APPEND_TO_FILE
        + """
import threading, time
def slow(items):
    time.sleep(0.3)
buffer = WriteBehind(write=slow, interval_seconds=0.01)
buffer.append("a")
time.sleep(0.1)
child = os.fork()
if not child:
    began = time.monotonic()
    buffer.append("b")
    buffer.close()
    assert time.monotonic() - began < 5
    sys.exit()
assert os.waitpid(child, 0)[1] == 0
"""
    )
    run(code, tmp_path / "out")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_worker_of_multiprocessing_writes_what_waits(tmp_path, method):
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing, sys\n"
        "from modelkeep.write_behind import WriteBehind\n"
        "def write(items):\n"
        "    with open(sys.argv[1], 'a') as file:\n"
        "        file.write(' '.join(items))\n"
        "def work():\n"
        "    buffer = WriteBehind(write=write, interval_seconds=60)\n"
        "    buffer.append('from the worker')\n"
        "if __name__ == '__main__':\n"
        f"    process = multiprocessing.get_context({method!r}).Process(target=work)\n"
        "    process.start()\n"
        "    process.join()\n"
        "    sys.exit(process.exitcode)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_text() == "from the worker"
