"""What serves a stage is a register that is linearizable, whoever writes and reads it at once.

The order of the events in the catalogue is the witness: each replaces what the one before it had
put there, and it never contradicts real time, so every write takes effect between its call and its
return. Each read fits in that order as well, and reads never go back (M. Herlihy and J. Wing,
"Linearizability: a correctness condition for concurrent objects", 1990).
"""

import os
from bisect import bisect_right

import pytest

WRITERS = int(os.environ.get("MODELKEEP_DEPLOYERS", "8"))
READERS, TURNS, LOOKS = 2, 12, 60


def check_writes(history, writes):
    """Events say what was acknowledged, in an order that real time allows."""
    places = {event.event_id: place for place, event in enumerate(history)}
    assert sorted(places) == sorted(event_id for _, _, event_id, _ in writes)
    before = None
    for event in history:
        assert event.previous_version_id == before
        before = event.version_id
    ends = sorted((ended, places[event_id]) for _, ended, event_id, _ in writes)
    for began, _, event_id, version_id in writes:
        assert history[places[event_id]].version_id == version_id
        earlier = [place for ended, place in ends[: bisect_right(ends, (began, -1))]]
        assert max(earlier, default=-1) < places[event_id]
    return places


def check_reads(history, places, writes, reads):
    """Place each read at the earliest point of the order that it can have; return how many."""
    states = [None, *(event.version_id for event in history)]
    begun = sorted((began, places[event_id] + 1) for began, _, event_id, _ in writes)
    ended = sorted((end, places[event_id] + 1) for _, end, event_id, _ in writes)
    placed = []
    for began, end, seen in sorted(reads):
        least = max((place for at, place in ended if at < began), default=0)
        least = max([least, *(place for until, place in placed if until < began)])
        most = max((place for at, place in begun if at < end), default=0)
        fits = [place for place in range(least, most + 1) if states[place] == seen]
        assert fits, f"{seen} was seen, between states {least} and {most} that do not have it"
        placed.append((end, fits[0]))
    return len(placed)


def test_what_serves_is_linearizable(crew, connect):
    with connect() as services:
        made = [services.versions.create_version("m", {"n": n}).version_id for n in range(5)]
    jobs = [
        {"task": "change_stage", "versions": made, "times": TURNS, "seed": n}
        for n in range(WRITERS)
    ]
    results = crew([*jobs, *[{"task": "watch", "times": LOOKS}] * READERS])
    writes = [tuple(each) for result in results[:WRITERS] for each in result]
    reads = [tuple(each) for result in results[WRITERS:] for each in result]
    with connect() as services:
        history = services.deployments.get_deployment_history("m", "production")[::-1]
        places = check_writes(history, writes)
        assert check_reads(history, places, writes, reads) == READERS * LOOKS
        assert len(writes) > WRITERS * TURNS / 2
        # The history has one version at each instant: it ends as the next one begins.
        assert [event.at for event in history] == sorted({event.at for event in history})
        assert services.scrubber.verify().problems == []
    # A read of what had been replaced before it began is found out.
    stale = (max(end for _, end, *_ in writes) + 1, max(end for _, end, *_ in writes) + 2)
    replaced = next(each for each in made if each != history[-1].version_id)
    with pytest.raises(AssertionError, match="was seen"):
        check_reads(history, places, writes, [(*stale, replaced)])
