"""A flipped bit in any file of a backup is refused by the restore that needs it, and by no other.

There are backups of single versions and of the registry; see test_flipped_bits.
"""

from __future__ import annotations

import random
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

from modelkeep.errors import IntegrityError
from modelkeep.storage.backup import read_document
from modelkeep.storage.registry_restore import find_snapshot, restore_registry

_FLIPPED = runpy.run_path(str(Path(__file__).with_name("flipped.py")))
Kept, Look, flipped = (_FLIPPED[name] for name in ("Kept", "Look", "flipped"))
every_bit, one_bit_of_each_byte = _FLIPPED["every_bit"], _FLIPPED["one_bit_of_each_byte"]
taken_all_the_same = _FLIPPED["taken_all_the_same"]
of_an_earlier_format = _FLIPPED["of_an_earlier_format"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Kept(tmp_path_factory.mktemp("flipped"))


def test_every_byte_of_what_describes_backups(kept) -> None:
    path = kept.backup / "modelkeep-backup.json"
    taken = taken_all_the_same(path, every_bit(path), lambda: find_snapshot(kept.backup))
    assert taken == of_an_earlier_format(path)
    path = kept.version_backup / "version.json"
    bits = one_bit_of_each_byte(path)
    assert taken_all_the_same(path, bits, lambda: read_document(kept.version_backup)) == []
    for name in kept.snapshots:
        path = kept.backup / "snapshots" / name / "snapshot.json"
        bits = one_bit_of_each_byte(path)
        assert not taken_all_the_same(path, bits, lambda at=name: find_snapshot(kept.backup, at))


def test_files_of_a_version_backup(kept) -> None:
    """A restore refuses them and changes nothing."""
    rng = random.Random(20260302)
    for name in ("files/plain.bin", "version.json"):
        path = kept.version_backup / name
        for bit in rng.sample(every_bit(path), 12):
            with flipped(path, bit), kept.connect() as mk:
                with pytest.raises(IntegrityError) as caught:
                    mk.versions.restore_version(kept.version_backup)
                assert str(path) in str(caught.value)
    look = Look(kept)
    assert (look.report.problems, look.failed) == ([], {})


def test_words_and_sums_of_a_version_backup(kept) -> None:
    """No restore reads them; `sha256sum -c`, which they advise, tells of each bit that counts."""
    rng = random.Random(20260303)
    for name in ("README.txt", "SHA256SUMS"):
        path = kept.version_backup / name
        for bit in rng.sample(every_bit(path), 150):
            before = path.read_bytes()[: bit // 8 + 1].decode()
            with flipped(path, bit):
                done = subprocess.run(
                    ["sha256sum", "--strict", "-c", "SHA256SUMS"],
                    cwd=kept.version_backup,
                    capture_output=True,
                )
            in_digest = name == "SHA256SUMS" and len(before.splitlines()[-1]) <= 64
            # The letters of a digest may be in upper case.
            harmless = in_digest and before[-1] in "abcdef" and bit % 8 == 5
            assert done.returncode == (0 if harmless else 1), (name, bit)
            assert name == "SHA256SUMS" or b"README.txt: FAILED" in done.stdout
    with kept.connect() as mk:
        assert mk.versions.restore_version(kept.version_backup).version_id == kept.ids["plain"]


def test_files_of_a_registry_backup(kept, tmp_path) -> None:
    """Snapshots that need the file are not restored and name it; the others come back whole."""
    rng, place = random.Random(20260304), tmp_path / "new"
    packs = {name: find_snapshot(kept.backup, name).packs for name in kept.snapshots}
    for path in [*kept.backup.glob("blobs/*/*"), *kept.backup.glob("snapshots/*/*.sqlite")]:
        spared = 0
        for name, versions in kept.snapshots.items():
            needs = path.name in packs[name] or path.parent.name == name
            for bit in rng.sample(every_bit(path), 2 if needs else 1):
                with flipped(path, bit):
                    if needs:
                        with pytest.raises(IntegrityError) as caught:
                            restore_registry(kept.backup, place, snapshot=name)
                        assert str(path) in str(caught.value)
                        assert not place.exists()
                        continue
                    restore_registry(kept.backup, place, snapshot=name)
                with kept.connect(place) as mk:
                    assert {each: kept.load(mk, each) for each in versions} == {
                        each: kept.content[each] for each in versions
                    }
                shutil.rmtree(place)
                spared += 1
        assert spared == sum(path.name not in p for p in packs.values()) or "sqlite" in path.name
    for name in kept.snapshots:
        restore_registry(kept.backup, place, snapshot=name)
        with kept.connect(place) as mk:
            assert mk.scrubber.verify().problems == []
        shutil.rmtree(place)
