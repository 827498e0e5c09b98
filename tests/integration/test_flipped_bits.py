"""A flipped bit in any file is found and named with what it touches; all else still loads.

Each file of a small registry is damaged in turn, at places that are the same in each run, and
mended again. Where a bit does no harm, the test says why. Here are the packs and what lies beside
them; test_flipped_catalogue and test_flipped_backups have the rest. What is not found though it
matters is shown by tests that are expected to fail.
"""

from __future__ import annotations

import random
import runpy
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelkeep.cli.main import app
from modelkeep.errors import IntegrityError
from modelkeep.storage.scrub_plan import ScrubPlan

_FLIPPED = runpy.run_path(str(Path(__file__).with_name("flipped.py")))
Kept, Look, flipped = (_FLIPPED[name] for name in ("Kept", "Look", "flipped"))
every_bit, taken_all_the_same = _FLIPPED["every_bit"], _FLIPPED["taken_all_the_same"]
of_an_earlier_format = _FLIPPED["of_an_earlier_format"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Kept(tmp_path_factory.mktemp("flipped"))


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def sections(kept, pack: Path):
    """Give the parts of a pack: name, start, end, and the chunk that is there."""
    there = [row for row in kept.rows.values() if row.pack.hex() == pack.name]
    ends = [(row.offset_bytes, row.offset_bytes + row.stored_bytes, row) for row in there]
    size, index = pack.stat().st_size, max(end for _, end, _ in ends)
    yield from [("magic", 0, 8, None), ("nonce", 8, 16, None)]
    yield from ((row.kind.name.lower(), start, end, row) for start, end, row in ends)
    yield from [("index", index, size - 56, None), ("footer", size - 56, size, None)]


def check_pack(kept, pack: Path, row) -> bool:
    """Hold what is found against what the chunk touches; return whether it does harm."""
    look = Look(kept)
    name = f"blobs/{pack.parent.name}/{pack.name}"
    assert [(p.place, p.what) for p in look.report.problems] == [("pack", name)]
    needing = {each for each, needed in kept.needed.items() if row and row.chunk in needed}
    # A frame of zstd has a few bits that its content does not depend on: then the BLAKE3 of the
    # chunk holds, and only the pack is told to be damaged.
    assert look.touched in (needing, set())
    assert look.failed.keys() == look.touched
    for error in look.failed.values():
        assert isinstance(error, IntegrityError)
        assert pack.name in str(error)
    return bool(look.touched)


def test_packs(kept) -> None:
    rng = random.Random(20260301)
    harm, inside = 0, 0
    for pack in kept.packs():
        for section, start, end, row in sections(kept, pack):
            for _ in range(5 if row else 3):
                with flipped(pack, rng.randrange(start * 8, end * 8)):
                    harmed = check_pack(kept, pack, row)
                assert row or not harmed, section
                inside, harm = inside + bool(row), harm + harmed
        assert Look(kept).report.problems == []
    assert inside > 50
    assert harm > 0.9 * inside


def biggest_of(kept, name: str):
    """Return a chunk of data that this version needs."""
    needed = kept.needed[kept.ids[name]]
    data = [row for chunk, row in kept.rows.items() if chunk in needed and row.kind == 0]
    return max(data, key=lambda row: row.stored_bytes)


def pack_of(registry: Path, row) -> Path:
    name = row.pack.hex()
    return registry / "blobs" / name[:2] / name


def test_the_command_names_file_and_versions(kept) -> None:
    """And tells of damage by its exit code."""
    places = ["--storage", str(kept.registry), "--backups", str(kept.root / "backups")]
    row = biggest_of(kept, "plain")
    pack = pack_of(kept.registry, row)
    with flipped(pack, (row.offset_bytes + 100) * 8):
        told = CliRunner().invoke(app, [*places, "verify"])
        assert told.exit_code == 6
        assert f"DAMAGED pack blobs/{pack.parent.name}/{pack.name}" in told.output
        assert f"(touches {kept.ids['plain']})" in told.output
    assert CliRunner().invoke(app, [*places, "verify"]).exit_code == 0


@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_codec(kept, bit, tmp_path) -> None:
    """The byte before a stored chunk says how to read it; most values no release has.

    It is told as what it is, and mended from a backup, like any other damage.
    """
    row = biggest_of(kept, "plain")
    with flipped(pack_of(kept.registry, row), row.offset_bytes * 8 + bit):
        assert check_pack(kept, pack_of(kept.registry, row), row)
        shutil.copytree(kept.registry, tmp_path / "copy")
    with kept.connect(tmp_path / "copy") as mk:
        assert mk.scrubber.verify().problems
        mk.versions.restore_version(kept.version_backup)
        assert mk.scrubber.verify().problems == []
        assert kept.load(mk, kept.ids["plain"]) == kept.content[kept.ids["plain"]]


def test_nothing_is_left_out(kept) -> None:
    """These are all files there are; the lock is empty, so it has no bits."""
    there = set(files_below(kept.registry)) - {
        p.relative_to(kept.registry).as_posix() for p in kept.packs()
    }
    [cached] = [name for name in there if name.startswith("cache/")]
    assert there == {"catalogue.sqlite", "format.json", "lock", "verified-up-to", cached}
    assert (kept.registry / "lock").stat().st_size == 0
    assert {name.split("/")[0] for name in files_below(kept.backup)} == {
        "blobs", "lock", "modelkeep-backup.json", "snapshots"
    }  # fmt: skip
    assert (kept.backup / "lock").stat().st_size == 0
    assert files_below(kept.version_backup) == [
        "README.txt", "SHA256SUMS", "files/plain.bin", "version.json"
    ]  # fmt: skip


def test_the_mark_of_a_verification(kept) -> None:
    """It is no more than that: at worst some packs have their turn in the next round."""
    path, rng = kept.registry / "verified-up-to", random.Random(20260306)
    for bit in rng.sample([bit for bit in every_bit(path) if bit % 8 < 7], 10):
        with flipped(path, bit):
            check_rounds(kept)
            look = Look(kept)
            assert (look.report.problems, look.failed) == ([], {})


def check_rounds(kept) -> None:
    with kept.connect() as mk:
        rounds = [mk.scrubber.verify(ScrubPlan(resume=True)) for _ in range(2)]
        assert [each.problems for each in rounds] == [[], []]
        assert sum(each.packs for each in rounds) >= len(kept.packs())


def test_a_mark_that_is_no_text(kept) -> None:
    """No pack is looked at any more, in this round and all that follow."""
    with flipped(kept.registry / "verified-up-to", 7):
        check_rounds(kept)


def test_a_cached_file(kept) -> None:
    [path] = kept.registry.glob("cache/*/*")
    rng = random.Random(20260307)
    with kept.connect() as mk:
        wanted = {n: w.copy() for n, w in mk.versions.load_model(kept.ids["first"]).items()}
    # Of the numbers: in the header of the file a bit is told, if not always by our errors.
    for bit in rng.sample(range(2000, path.stat().st_size * 8), 5):
        with flipped(path, bit), kept.connect() as mk:
            found = mk.versions.load_model(kept.ids["first"], mmap=True)
            same = all((found[name] == wanted[name]).all() for name in wanted)
            assert same or mk.scrubber.verify().problems


def test_every_bit_of_the_format(kept) -> None:
    path = kept.registry / "format.json"

    def opened():
        kept.connect().close()

    assert taken_all_the_same(path, every_bit(path), opened) == of_an_earlier_format(path)
    with flipped(path, *of_an_earlier_format(path)):
        look = Look(kept)
        assert (look.report.problems, look.failed) == ([], {})
    assert Look(kept).report.problems == []
