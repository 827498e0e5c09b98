"""Upkeep is done by exactly one process at a time, and by another when that one is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from modelkeep import connect
from modelkeep.management.leased_loop import LEASE_SECONDS, MOST_TICK_SECONDS

HOUR = 3600.0
CHILD = Path(__file__).with_name("upkeep_child.py")


def left(mk, model_id: str = "m") -> list[str]:
    return [each.version_number for each in mk.versions.get_versions(model_id)]


def fill(mk) -> None:
    for n in range(3):
        mk.versions.create_version("m", {"n": n})


def test_of_two_processes_one_does_each_round(open_registry, clock) -> None:
    first, second = (open_registry(max_versions_per_model=1) for _ in range(2))
    fill(first)
    assert [each.upkeep.look() for each in (first, second)] == [False, False]
    clock.advance(seconds=HOUR - 1)
    assert [each.upkeep.look() for each in (first, second)] == [False, False]
    assert len(left(first)) == 3
    clock.advance(seconds=1)
    assert [each.upkeep.look() for each in (first, second)] == [True, False]
    assert len(left(first)) == 1
    clock.advance(seconds=HOUR)
    assert [each.upkeep.look() for each in (second, first)] == [True, False]
    assert (first.upkeep.rounds, second.upkeep.rounds) == (1, 1)


def test_a_process_that_comes_late_does_what_is_overdue(open_registry, clock) -> None:
    first = open_registry()
    first.upkeep.look()
    clock.advance(seconds=HOUR)
    assert first.upkeep.look()
    first.close()
    clock.advance(seconds=HOUR)
    assert open_registry().upkeep.look()


def test_nobody_else_begins_while_one_is_at_it(open_registry, clock) -> None:
    first, second = open_registry(), open_registry()
    fill(first)
    looks = []
    real = first.versions.apply_retention

    def meanwhile(model_id, **arguments):
        clock.advance(seconds=LEASE_SECONDS - 1)
        looks.append(second.upkeep.look())
        return real(model_id, **arguments)

    first.versions.apply_retention = meanwhile
    for each in (first, second):
        each.upkeep.look()
    clock.advance(seconds=HOUR)
    assert first.upkeep.look()
    assert looks == [False]
    assert second.upkeep.rounds == 0


def test_a_process_that_was_paused_removes_nothing_under_the_lease_it_lost(
    open_registry, clock
) -> None:
    paused = open_registry(max_versions_per_model=1)
    other = open_registry(max_versions_per_model=100)
    fill(paused)
    real = paused.versions.apply_retention
    looks = []

    def pause(model_id, **arguments):
        clock.advance(seconds=LEASE_SECONDS + 1)
        looks.append(other.upkeep.look())
        return real(model_id, **arguments)

    paused.versions.apply_retention = pause
    for each in (paused, other):
        each.upkeep.look()
    clock.advance(seconds=HOUR)
    assert not paused.upkeep.look()
    assert looks == [True]
    assert len(left(paused)) == 3
    assert paused.scrubber.verify().problems == []
    clock.advance(seconds=HOUR)
    paused.versions.apply_retention = real
    assert paused.upkeep.look()
    assert len(left(paused)) == 1


def test_another_takes_over_within_ten_seconds_after_a_sigkill(tmp_path) -> None:
    assert LEASE_SECONDS + MOST_TICK_SECONDS < 10
    with connect(tmp_path, cleanup_interval_seconds=0.01) as mk:
        fill(mk)
        child = subprocess.Popen(
            [sys.executable, str(CHILD), str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "at work\n"
            mk.upkeep.look()
            time.sleep(0.02)
            assert not mk.upkeep.look()
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
            child.stdout.close()
        killed = time.monotonic()
        while not mk.upkeep.look():
            assert time.monotonic() - killed < 10 - MOST_TICK_SECONDS
            time.sleep(0.1)
        assert mk.upkeep.rounds == 1
