"""The order of system calls that durability rests on, read from a trace of a real process.

What is acknowledged must outlive a power loss: the bytes of a file are on the disk before it gets
its name, the name is on the disk before the commit that relies on it, and what a commit makes
superfluous is removed only after that commit is on the disk.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TRACED = Path(__file__).with_name("traced.py")
CALLS = (
    "fsync,fdatasync,sync,syncfs,sync_file_range,rename,renameat,renameat2,link,linkat,unlink,"
    "unlinkat,rmdir,mkdir,mkdirat,open,openat,creat,write,pwrite64,writev,pwritev,copy_file_range,"
    "sendfile,ftruncate,fchmod,chmod,fchmodat"
)
UNFINISHED = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)$")
WHOLE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|\?)(.*)$")
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
LOG = "registry/catalogue.sqlite-wal"
OPENED = re.compile(r"^\d+<(.*?)>")


@dataclass(frozen=True)
class Call:
    """A system call that succeeded, with the paths it names; a descriptor counts as its path."""

    name: str
    paths: tuple
    text: str

    @property
    def syncs(self):
        return self.name in ("fsync", "fdatasync")


def parse(lines):
    """Give the calls in the order in which they returned."""
    waiting = {}
    for line in lines:
        if found := UNFINISHED.match(line):
            waiting[found[1], found[2]] = found[3]
            continue
        if found := RESUMED.match(line):
            line = f"{found[1]} {found[2]}({waiting.pop((found[1], found[2]))}{found[3]}"
        found = WHOLE.match(line)
        if found is None or found[4] == "?" or int(found[4]) < 0:
            continue
        name, arguments = found[2], found[3]
        if (opened := OPENED.match(arguments)) is not None:
            paths = (opened[1],)
        else:
            paths = tuple(
                text.encode().decode("unicode_escape") for text in TEXT.findall(arguments)
            )
        yield Call(name, paths, line)


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    """A function that gives the calls between the marks, and the folder it was done in."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.fail("strace is not installed; these tests need it: apt-get install strace")

    def run(what):
        folder, output = tmp_path_factory.mktemp(what), tmp_path_factory.mktemp("trace") / "calls"
        command = [strace, "-f", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", str(output)]
        command += [sys.executable, str(TRACED), str(folder), what]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{done.stderr}\n(may strace trace processes here?)"
        calls = list(parse(output.read_text(errors="replace").splitlines()))
        marks = [
            place for place, call in enumerate(calls) if re.search(r'"(BEGIN|END)\\n"', call.text)
        ]
        assert len(marks) == 2, "the marks of the traced program are not in the trace"
        return calls[marks[0] + 1 : marks[1]], folder

    return run


def place_of(calls, condition, *, after=-1, before=None):
    """The place of the only call that meets a condition, between two others."""
    end = len(calls) if before is None else before
    found = [place for place in range(after + 1, end) if condition(calls[place])]
    assert len(found) == 1, [calls[place].text for place in found] or "there is no such call"
    return found[0]


def commit_of(calls, folder):
    """The place of the sync that makes a commit durable: the last thing done to the log."""
    log = str(folder / LOG)
    written = [place for place, call in enumerate(calls) if call.paths == (log,) and not call.syncs]
    return place_of(calls, lambda call: call.syncs and call.paths == (log,), after=written[-1])


def synced(path):
    return lambda call: call.syncs and call.paths == (str(path),)


def check_kept(calls, folder, kind):
    """Every renamed file of a kind was synced before, and its folder after, ahead of the commit."""
    commit = commit_of(calls, folder)
    renames = [
        place
        for place, call in enumerate(calls)
        if call.name.startswith("rename") and f"/registry/{kind}/" in call.paths[1]
    ]
    for place in renames:
        source, target = calls[place].paths
        sync = place_of(calls, synced(source), before=place)
        changed = [
            other
            for other in range(sync, len(calls))
            if calls[other].name
            in ("write", "pwrite64", "copy_file_range", "ftruncate", "sendfile")
            and calls[other].paths[0] in (source, target)
        ]
        assert not changed, "the file was changed after it was synced"
        place_of(calls, synced(Path(target).parent), after=place, before=commit)
    return renames


def count_syncs(calls):
    return sum(call.syncs for call in calls)


def check_folders(calls, folder):
    """Every folder that was made is synced into its parent before the commit."""
    commit = commit_of(calls, folder)
    for place, call in enumerate(calls):
        if call.name.startswith("mkdir") and "/tmp/" not in call.paths[0].partition("registry")[2]:
            parent = Path(call.paths[0]).parent
            assert any(synced(parent)(other) for other in calls[place:commit]), call.text


# Each sync of the creation of a small model has its reason:
#   1. the pack, with its chunks and its document: the bytes, before the rename that names them;
#   2. its folder: that name, before the commit that refers to it;
#   3. the log of the catalogue: the commit, before the call returns.
def test_a_create_syncs_bytes_then_names_then_the_commit(trace):
    calls, folder = trace("create")
    assert len(check_kept(calls, folder, "blobs")) == 1
    assert count_syncs(calls) == 3


def test_a_folder_of_blobs_that_was_removed_is_made_durably(trace):
    calls, folder = trace("create-in-lost-folder")
    assert len(check_kept(calls, folder, "blobs")) == 1
    check_folders(calls, folder)
    made = [call for call in calls if call.name.startswith("mkdir")]
    assert count_syncs(calls) == 3 + len(made)


def test_the_first_commit_after_opening_syncs_the_name_of_the_log(trace):
    calls, folder = trace("create-first")
    commit = commit_of(calls, folder)
    first = next(place for place, call in enumerate(calls) if call.paths == (str(folder / LOG),))
    place_of(calls, synced(folder / "registry"), after=first, before=commit)


def test_a_new_registry_is_durable_with_its_first_version(trace):
    calls, folder = trace("make")
    home = folder / "new"
    check_kept(calls, home, "blobs")
    check_folders(calls, home)
    commit, root = commit_of(calls, home), home / "registry"
    for file in (root / "catalogue.sqlite", root / "format.json"):
        first = next(place for place, call in enumerate(calls) if str(file) in call.paths)
        assert any(synced(root)(call) for call in calls[first:commit])
    named = place_of(calls, lambda call: call.paths[-1:] == (str(root / "format.json"),) and (
        call.name.startswith("rename")))  # fmt: skip
    place_of(calls, synced(calls[named].paths[0]), before=named)


def test_a_create_of_bytes_that_are_there_syncs_a_pack_with_its_document(trace):
    """The pack that has the bytes was durable before the catalogue knew it."""
    calls, folder = trace("create-again")
    assert len(check_kept(calls, folder, "blobs")) == 1
    assert count_syncs(calls) == 3


def test_a_delete_backs_up_durably_then_commits_then_removes(trace):
    calls, folder = trace("delete")
    commit = commit_of(calls, folder)
    backups = folder / "backups"
    rename = place_of(calls, lambda call: call.name.startswith("rename"))
    partial, target = (Path(path) for path in calls[rename].paths)
    assert partial.parent == backups
    assert target.parent == backups / "m"
    inside = sorted(target.rglob("*"))
    assert [path.name for path in inside] == [
        "README.txt", "SHA256SUMS", "files", "model.bin", "version.json"
    ]  # fmt: skip
    for path in [target, *inside]:
        place_of(calls, synced(partial / path.relative_to(target)), before=rename)
    place_of(calls, synced(target.parent), after=rename, before=commit)
    removed = [
        place
        for place, call in enumerate(calls)
        if call.name.startswith("unlink") and "/registry/blobs/" in call.text
    ]
    assert len(removed) == 1
    assert min(removed) > commit
    # Each of the five entries of the backup, the backup, the folder it is in, the commit.
    assert count_syncs(calls) == 8
