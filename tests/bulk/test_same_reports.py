"""What bulk work says and leaves is that of the work in one piece, whoever does the tasks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.bulk.conftest import grow
from tests.bulk.stuck import biggest_pack, flip
from tests.moving.conftest import fill, rows_of

from modelkeep.orchestrator.bulk import comparing, copying, repacking, verifying
from modelkeep.orchestrator.bulk.choosing import open_executor
from modelkeep.orchestrator.copying import copy_registry
from modelkeep.orchestrator.plain import to_plain

CHILD = str(Path(__file__).with_name("ray_child.py"))


@pytest.fixture(scope="module", params=[1, 2])
def executor(request):
    with open_executor(processes=request.param) as found:
        yield found


def forms_of(mk) -> list[tuple[Any, ...]]:
    """What the chunks of a registry are stored as."""
    from modelkeep.catalogue import chunks

    with mk.catalogue.read() as connection:
        rows = [row for row, _ in chunks.all_chunks(connection)]
    return [(row.chunk, row.stored_bytes, row.kind, row.depth, row.needs) for row in rows]


def test_a_verification(folder, open_at, executor) -> None:
    mk = open_at(folder("a"))
    grow(mk)
    report, failures = verifying.verify(mk, executor)
    assert (report, failures) == (mk.scrubber.verify(), ())
    assert (report.versions, report.packs, report.problems) == (12, 12, [])
    biggest = biggest_pack(mk)
    flip(biggest)
    next(p for p in biggest.parents[1].glob("*/*") if p != biggest).unlink()
    report, failures = verifying.verify(mk, executor)
    assert (report, failures) == (mk.scrubber.verify(), ())
    assert len(report.problems) >= 2
    part, failures = verifying.verify(mk, executor, sample=0.5)
    assert (part.packs, part.versions, failures) == (6, 12, ())


def test_a_repack(folder, open_at, executor, tmp_path) -> None:
    whole = open_at(folder("a"))
    grow(whole)
    whole.catalogue.close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    whole, mk = open_at(folder("a")), open_at(folder("b"))
    expected = whole.versions.repack()
    assert repacking.repack(mk, executor) == (expected, ())
    assert expected.chunks == 6
    assert forms_of(mk) == forms_of(whole)
    best = whole.versions.repack(best=True)
    assert repacking.repack(mk, executor, best=True) == (best, ())
    assert forms_of(mk) == forms_of(whole)
    assert mk.scrubber.verify().problems == []


def test_comparisons(folder, open_at, executor) -> None:
    mk = open_at(folder("a"))
    made = grow(mk)
    pairs = [(made[0], each) for each in made[1:]]
    results, failures = comparing.compare(mk, executor, pairs)
    assert failures == ()
    expected = [mk.comparator.compare_versions(*pair, deep=True) for pair in pairs]
    assert results == to_plain(expected)
    assert results[0]["tensors"]["counts"] == {"changed": 2}
    shallow, _ = comparing.compare(mk, executor, pairs, deep=False)
    assert shallow == to_plain([mk.comparator.compare_versions(*pair) for pair in pairs])


def test_a_copy(folder, open_at, executor, clock) -> None:
    source, whole, target = open_at(folder("a")), open_at(folder("b")), open_at(folder("c"))
    fill(source, clock)
    grow(source)
    expected = copy_registry(source, whole)
    assert copying.copy(source, target, executor) == (expected, [], ())
    assert len(expected.versions) == 18
    assert rows_of(target) == rows_of(whole) == rows_of(source)
    again, _, _ = copying.copy(source, target, executor)
    assert (again.versions, again.present, again.events, again.copied_bytes) == ((), 18, 0, 0)
    assert target.scrubber.verify().problems == []


def test_postgresql_and_an_object_store(folder, remote, open_at, clock) -> None:
    source, there, back = open_at(folder("a")), open_at(remote), open_at(folder("b"))
    fill(source, clock)
    grow(source)
    with open_executor(processes=2) as executor:
        report, problems, failures = copying.copy(source, there, executor)
        assert (len(report.versions), problems, failures) == (18, [], ())
        assert rows_of(there) == rows_of(source)
        verified, failures = verifying.verify(there, executor)
        assert (verified, failures) == (there.scrubber.verify(), ())
        assert (verified.versions, verified.problems) == (18, [])
        copying.copy(there, back, executor)
    assert rows_of(back) == rows_of(source)


def test_ray(ray_cluster, folder, remote, open_at, command, clock, tmp_path) -> None:
    """All of it over one connection, as each costs seconds."""
    source = open_at(folder("a"))
    fill(source, clock)
    made = grow(source)
    verified = source.scrubber.verify()
    compared = source.comparator.compare_versions(*made[:2], deep=True)
    source.catalogue.close()
    shutil.copytree(tmp_path / "a", tmp_path / "whole")
    repacked = open_at(folder("whole")).versions.repack()
    target, there = open_at(folder("b")), open_at(remote)
    task = {
        "address": ray_cluster.address,
        "source": folder("a"),
        "target": folder("b"),
        "remote": remote,
        "pair": made[:2],
    }
    told = json.loads(command(json.dumps(task), program=(CHILD,)).ended())
    assert told["workers"] == 2
    assert told["verify"] == to_plain([verified, ()])
    assert told["compare"] == to_plain([[compared], ()])
    assert told["repack"] == to_plain([repacked, ()])
    for name, where in (("target", target), ("remote", there)):
        copied, problems, failures = told[name]
        assert (len(copied["versions"]), problems, failures) == (18, [], [])
        assert rows_of(where) == rows_of(open_at(folder("a")))
        assert where.scrubber.verify().problems == []
    assert told["verify remote"][0]["versions"] == 18
    assert told["verify remote"][0]["problems"] == []
    (failure,) = told["killed"]
    assert failure["task"].startswith("verify packs")
    assert (failure["code"], told["journal"] > 0) == ("worker_lost", True)
    assert told["after"] == told["verify target"]
    assert told["command"].pop("touched_versions") == []
    assert told["command"].pop("failures") == []
    assert told["command"] == told["after"][0]
