"""A rebuild from packs that hold chunks twice: as differences and in full, sound and damaged."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from modelkeep.catalogue.chunks import ChunkKind
from modelkeep.orchestrator import wiring
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.storage.packs import read_index

RANDOM = random.Random(7)
FIRST = RANDOM.randbytes(60_000)
CHANGED = FIRST[:30_000] + b"changed" + FIRST[30_000:]
X, Y = RANDOM.randbytes(60_000), RANDOM.randbytes(60_000)


def folder(place: Path, **files: bytes) -> Path:
    place.mkdir(parents=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    return place


def rebuilt(mk, open_registry):
    """The registry again, after its catalogue was lost."""
    mk.close()
    for path in Path(mk.config.storage_path).glob("catalogue.sqlite*"):
        path.unlink()
    report = wiring.rebuild_catalogue(mk.config)
    return open_registry(backup_enabled=False), report


# Which copy comes first depends on the names of packs, which are random.
@pytest.mark.parametrize("turn", range(8))
def test_a_dead_difference_does_not_hide_a_full_copy(open_registry, tmp_path, turn) -> None:
    mk = open_registry(backup_enabled=False)
    create = mk.versions.create_version
    one = create("m", folder(tmp_path / "1", b=FIRST, y=Y))
    two = create("m", folder(tmp_path / "2", b=CHANGED, x=X), parent_version=one.version_id)
    create("keepx", folder(tmp_path / "3", x=X))
    create("keepy", folder(tmp_path / "4", y=Y))
    mk.versions.delete_version(two.version_id)
    mk.versions.delete_version(one.version_id)
    four = create("other", folder(tmp_path / "5", b=CHANGED))
    five = create("other", folder(tmp_path / "6", b=FIRST))
    again, report = rebuilt(mk, open_registry)
    assert report.damaged == []
    for version, content in ((four, CHANGED), (five, FIRST)):
        out = again.versions.load_model(
            version.version_id, destination=tmp_path / "out" / version.version_id
        )
        assert (out / "b").read_bytes() == content
    again.versions.cleanup_old_versions()
    assert again.scrubber.verify().problems == []


def test_a_damaged_copy_of_a_document_does_not_hide_a_sound_one(open_registry, tmp_path) -> None:
    mk = open_registry(backup_enabled=False)
    version = mk.versions.create_version("m", {"a": 1})
    root = tmp_path / "registry"
    (name,) = mk.storage.packs_of(version)
    before = (root / name).read_bytes()
    for n in range(20):
        mk.versions.create_version("n", {"a": n})
    assert mk.compactor.collect().packs > 0
    assert not (root / name).exists()
    (root / name).write_bytes(before)
    first = min([*(root / "blobs").glob("??/*")], key=lambda path: path.name)
    index = read_index(LocalBlobs(root / "blobs"), bytes.fromhex(first.name))
    document = next(chunk for chunk in index if chunk.kind is ChunkKind.DOCUMENT)
    content = bytearray(first.read_bytes())
    content[document.offset_bytes + 10] ^= 1
    first.chmod(0o600)
    first.write_bytes(content)
    again, report = rebuilt(mk, open_registry)
    lost = 0 if first.name == Path(name).name else 1
    assert report.versions >= 21 - lost
    assert again.versions.load_model(version.version_id) == {"a": 1}


def test_a_file_with_the_bytes_of_a_recipe_is_a_file(mk, tmp_path) -> None:
    """And a file whose recipe is there as a file keeps what it needs."""
    content = RANDOM.randbytes(300_000)
    (tmp_path / "large").write_bytes(content)
    first = mk.versions.create_version("m", tmp_path / "large")
    root = mk.versions.get_manifest(first.version_id).files[0].root_blake3
    (tmp_path / "recipe").write_bytes(mk.storage.read_chunk(root))
    second = mk.versions.create_version("n", tmp_path / "recipe")
    out = mk.versions.load_model(second.version_id, destination=tmp_path / "out")
    assert out.read_bytes() == (tmp_path / "recipe").read_bytes()
    mk.versions.delete_version(first.version_id)
    mk.versions.cleanup_old_versions()
    third = mk.versions.create_version("m", tmp_path / "large")
    mk.versions.delete_version(second.version_id)
    mk.compactor.collect()
    out = mk.versions.load_model(third.version_id, destination=tmp_path / "again")
    assert out.read_bytes() == content
    assert mk.scrubber.verify().problems == []
