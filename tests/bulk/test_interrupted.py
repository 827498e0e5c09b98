"""Workers that are killed, commands that are interrupted: what is done is not done again."""

from __future__ import annotations

import json
import os
import select
import signal
from pathlib import Path

import pytest
from tests.bulk.conftest import grow
from tests.bulk.stuck import biggest_pack, flip, stuck
from tests.moving.conftest import fill, rows_of

from modelkeep.orchestrator.bulk import copying, repacking, verifying
from modelkeep.orchestrator.bulk.choosing import InThisProcess


def entries_of(mk) -> list[Path]:
    return sorted(Path(mk.config.storage_path).glob("bulk/*/*"))


def names_in(entry: Path) -> list[str]:
    return json.loads(entry.read_bytes()[32:])["items"]


def test_a_killed_worker_takes_its_task_with_it_and_no_other(folder, open_at, command, run) -> None:
    mk = open_at(folder("a"))
    grow(mk)
    words = ("--storage", mk.config.storage_path, "verify", "--processes", "2", "--resume")
    pack = biggest_pack(mk)
    with stuck(pack) as reader:
        first = command(*words)
        os.kill(reader(), signal.SIGKILL)
        said = first.ended(1)
    (failed,) = (line for line in said.split("\n") if line.startswith("FAILED"))
    assert failed.startswith("FAILED verify packs")
    assert pack.name[:12] in failed
    assert "was ended by SIGKILL" in failed
    assert "checked 12 versions" in said
    kept = entries_of(mk)
    untouched = {name for each in kept for name in names_in(each)}
    assert pack.name not in untouched
    done = next(p for p in Path(mk.config.storage_path).glob("blobs/*/*") if p.name in untouched)
    # What was sound is not looked at again; where that cannot be read, it is.
    flip(done)
    report = run(*words)
    assert (report["versions"], report["packs"], report["problems"]) == (12, 12, [])
    assert report["failures"] == []
    assert entries_of(mk) == []
    assert mk.scrubber.verify().problems


class BreaksOff(InThisProcess):
    """Is interrupted when it comes to a task of such a title."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def run(self, tasks):
        for task in tasks:
            if task.title.startswith(self.title):
                raise KeyboardInterrupt
            yield from super().run([task])


def test_a_damaged_note_is_none(folder, open_at) -> None:
    mk = open_at(folder("a"))
    grow(mk)
    with pytest.raises(KeyboardInterrupt), BreaksOff("verify versions") as executor:
        verifying.verify(mk, executor, resume=True)
    seen = []
    with InThisProcess() as executor:
        again = verifying.verify(mk, executor, resume=True, progress=seen.append)
    assert again == (mk.scrubber.verify(), ())
    assert entries_of(mk) == []
    with pytest.raises(KeyboardInterrupt), BreaksOff("verify versions") as executor:
        verifying.verify(mk, executor, resume=True)
    for path in Path(mk.config.storage_path).glob("blobs/*/*"):
        flip(path)
    first, *others = entries_of(mk)
    for path in others:
        flip(path)
    trusted = len(names_in(first))
    with InThisProcess() as executor:
        report, _ = verifying.verify(mk, executor, resume=True)
    # The one note that can be read holds; all other packs are looked at, and found damaged.
    assert others
    assert sum(each.place == "pack" for each in report.problems) == 12 - trusted


def test_a_copy_of_which_a_worker_was_killed(folder, open_at, command, run, clock) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    fill(source, clock)
    grow(source)
    words = ("copy", source.config.storage_path, target.config.storage_path, "--processes", "2")
    with stuck(biggest_pack(source)) as reader:
        first = command(*words)
        os.kill(reader(), signal.SIGKILL)
        said = first.ended(1)
    assert "FAILED copy versions of m:" in said
    # The models of which all versions came are there with all that belongs to them.
    assert len(rows_of(target)["stage_pointers"]) == 2
    report = run(*words)
    assert report["failures"] == report["problems"] == []
    assert 0 < len(report["versions"]) < 18
    assert len(report["versions"]) + report["present"] == 18
    assert rows_of(target) == rows_of(source)


def test_what_an_interrupted_copy_brought_is_read_back_by_the_next(folder, open_at) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    grow(source)
    with pytest.raises(KeyboardInterrupt), BreaksOff("read back") as executor:
        copying.copy(source, target, executor)
    flip(biggest_pack(target))
    with InThisProcess() as executor:
        report, problems, failures = copying.copy(source, target, executor)
    assert (report.versions, report.present, failures) == ((), 12, ())
    assert problems
    assert all("is damaged" in each for each in problems)


@pytest.mark.parametrize("best", [False, True])
def test_an_interrupted_repack_goes_on(folder, open_at, best) -> None:
    mk = open_at(folder("a"))
    grow(mk)
    titles = []

    class Second(BreaksOff):
        def run(self, tasks):
            titles.append([task.title for task in tasks])
            self.title = tasks[1].title
            yield from super().run(tasks)

    with pytest.raises(KeyboardInterrupt), Second("") as executor:
        repacking.repack(mk, executor, best=best)
    with pytest.raises(KeyboardInterrupt), Second("") as executor:
        repacking.repack(mk, executor, best=best)
    assert len(titles[0]) == 3
    assert len(titles[1]) == (2 if best else 3)
    with InThisProcess() as executor:
        report, failures = repacking.repack(mk, executor, best=best)
        assert (report.chunks > 0, failures) == (True, ())
        assert repacking.repack(mk, executor)[0].chunks == 0
    assert entries_of(mk) == []
    assert mk.scrubber.verify().problems == []


def test_ctrl_c_ends_the_workers(folder, open_at, command) -> None:
    mk = open_at(folder("a"))
    grow(mk)
    with stuck(biggest_pack(mk)) as reader:
        words = ("repack", "--best", "--processes", "2")
        began = command("--storage", mk.config.storage_path, *words)
        worker = reader()
        os.killpg(began.process.pid, signal.SIGINT)
        began.ended(130)
    assert not Path(f"/proc/{worker}").exists()
    assert mk.scrubber.verify().problems == []


def test_a_worker_ends_when_who_gives_it_tasks_is_killed(folder, open_at, command) -> None:
    mk = open_at(folder("a"))
    grow(mk)
    with stuck(biggest_pack(mk)) as reader:
        began = command("--storage", mk.config.storage_path, "verify", "--processes", "2")
        worker = os.pidfd_open(reader())
        began.process.kill()
        began.process.wait()
    # The pack is readable again: it goes on to the end of its task, and no further.
    assert select.select([worker], [], [], 30.0)[0]
    os.close(worker)
    began.process.communicate()
