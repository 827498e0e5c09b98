"""Tasks may be done twice; one that fails names itself, and what cannot be done is refused."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from tests.bulk.conftest import grow
from tests.bulk.stuck import biggest_pack, flip
from tests.moving.conftest import fill, rows_of
from typer.testing import CliRunner

from modelkeep.cli.exit_codes import exit_code
from modelkeep.cli.main import app
from modelkeep.errors import InvalidInputError, MissingExtraError, ModelkeepError
from modelkeep.orchestrator.bulk import comparing, copying, repacking, verifying
from modelkeep.orchestrator.bulk.choosing import InThisProcess, open_executor
from modelkeep.orchestrator.bulk.places import OpenPlaces, place_of
from modelkeep.orchestrator.bulk.task import Task
from modelkeep.orchestrator.bulk.works import WORKS, perform
from modelkeep.orchestrator.copying import copy_registry


class Twice(InThisProcess):
    """Does each task twice, and gives what came out the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = {}

    def run(self, tasks):
        for task in tasks:
            (first,) = super().run([task])
            (second,) = super().run([task])
            self.seen.setdefault(task.work, []).append((first.result, second.result))
            yield first


def test_each_task_may_be_done_twice(folder, open_at, clock) -> None:
    source, whole, target = open_at(folder("a")), open_at(folder("b")), open_at(folder("c"))
    fill(source, clock)
    made = grow(source)
    expected = copy_registry(source, whole)
    with Twice() as executor:
        copied, problems, failures = copying.copy(source, target, executor)
        assert (problems, failures) == ([], ())
        assert replace(copied, removed=()) == replace(expected, removed=())
        assert rows_of(target) == rows_of(whole)
        verified, _ = verifying.verify(target, executor)
        assert verified == target.scrubber.verify()
        comparing.compare(source, executor, [(made[0], each) for each in made[1:]])
        first = whole.versions.repack(best=True)
        assert repacking.repack(target, executor, best=True) == (first, ())
        assert executor.seen.keys() == WORKS.keys()
        for work in ("verify", "compare", "read back"):
            assert all(one == other for one, other in executor.seen[work])
        for _, second in executor.seen["copy versions"]:
            assert (second["versions"], second["copied_bytes"]) == ((), 0)
        assert all(second["events"] == 0 for _, second in executor.seen["copy models"])
        assert [second["chunks"] for _, second in executor.seen["repack"]] == [0] * len(
            executor.seen["repack"]
        )
    assert target.scrubber.verify().problems == []


def test_a_failed_task_names_itself_and_the_others_go_on(folder, open_at, run) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    grow(source)
    flip(biggest_pack(source))
    words = ("copy", source.config.storage_path, target.config.storage_path)
    report = run(*words, "--processes", "2", code=6)
    assert len(report["failures"]) >= 1
    assert {each["code"] for each in report["failures"]} == {"integrity"}
    failed = {each["task"].split(":")[0] for each in report["failures"]}
    assert len(failed) == 1
    assert [row["model_id"] for row in rows_of(target)["stage_pointers"]] in ([], ["m0"])
    assert len(report["versions"]) >= 8


def call(*words: str, code: int = 0) -> str:
    """Run a command here; return what it printed, or the message of its error."""
    done = CliRunner().invoke(app, words)
    if code:
        assert isinstance(done.exception, ModelkeepError)
        assert exit_code(done.exception) == code
        return done.exception.message
    assert done.exit_code == 0, done.output
    return done.output


def test_compare_of_many_on_the_command_line(folder, open_at, run) -> None:
    mk = open_at(folder("a"))
    grow(mk, models=1)
    words = ("--storage", mk.config.storage_path, "compare", "m0@1.0.0")
    told = run(*words, "--every", "--deep", "--processes", "2")
    assert {each["version2"]["number"] for each in told["comparisons"]} == {
        "1.0.1", "1.0.2", "1.0.3"
    }  # fmt: skip
    said = call(*words, "m0@1.0.1", "m0@1.0.3", "--deep")
    assert "2 of 2" in said
    assert "1.0.2" not in said
    assert "one of both" in call(*words, "--processes", "2", code=2)
    assert "are for two versions" in call(*words, "--every", "--terminal", code=2)


def test_a_registry_in_sqlite_is_opened_on_its_machine_alone(folder, open_at) -> None:
    mk = open_at(folder("a"))
    grow(mk, models=1, versions=1)
    place = replace(place_of(mk), machine="another")
    task = Task(title="t", work="verify", places=(place,), items=(), arguments={
        "kind": "catalogue", "touched": [], "files": True})  # fmt: skip
    with OpenPlaces() as places:
        error = perform(places, task)
    assert isinstance(error, ModelkeepError)
    assert "on another machine than this worker" in error.message


def test_a_worker_that_does_not_see_the_registry_makes_none(folder, open_at, tmp_path) -> None:
    mk = open_at(folder("a"))
    place = place_of(mk)
    settings = place.settings.replace(f"{tmp_path}/a", f"{tmp_path}/elsewhere")
    with OpenPlaces() as places, pytest.raises(ModelkeepError, match="there is no registry"):
        places.open(replace(place, settings=settings))
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"processes": 0}, "processes is 0"),
        ({"processes": 2, "on": "ray"}, "both given"),
        ({"on": "127.0.0.1:10001"}, "must be ray or ray://host:port"),
    ],
)
def test_who_cannot_do_tasks(settings, told) -> None:
    with pytest.raises(InvalidInputError, match=told):
        open_executor(**settings)


def test_a_cluster_that_is_not_there(folder, open_at) -> None:
    mk = open_at(folder("a"))
    words = ("--storage", mk.config.storage_path, "verify", "--on", "ray://127.0.0.1:1")
    assert "nobody answers there" in call(*words, code=7)
    assert "--rate is for one process" in call(*words, "--rate", "5", code=2)


def test_without_ray_the_extra_is_named(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r'pip install "modelkeep\[ray\]"'):
        open_executor(on="ray")
