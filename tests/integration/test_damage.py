"""Damage to the store itself: `verify` names it and every version it touches; repairs mend it."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from modelkeep.catalogue import chunks
from modelkeep.catalogue.chunks import ChunkKind
from modelkeep.errors import (
    DamagedCatalogueError,
    IntegrityError,
    ModelkeepError,
    NewerFormatError,
)
from modelkeep.orchestrator import wiring


@pytest.fixture
def filled(mk) -> dict[str, str]:
    """A registry with shared and own blobs, deployments, a removal and a backup; ids by name."""
    ids = {}
    for name, value in (("a", 1), ("b", 2), ("twin", 2)):
        version = mk.versions.create_version(
            "m", {"weights": [value] * 50}, metadata={"accuracy": value / 10}, tags=[name]
        )
        ids[name] = version.version_id
        mk.versions.backup_version(version.version_id)
    mk.deployments.deploy_version(ids["a"], "production")
    mk.deployments.deploy_version(ids["b"], "production")
    mk.versions.update_description(ids["a"], "described later")
    gone = mk.versions.create_version("m", {"weights": []})
    mk.versions.delete_version(gone.version_id)
    return ids


def flip(path: Path, offset: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 1 << bit
    path.chmod(0o600)
    path.write_bytes(content)


def pack_of(mk, version_id: str) -> Path:
    """Return the pack in which a version's document is; its bytes too, if it was the first."""
    root = Path(mk.config.storage_path)
    return root / chunk_of(mk, version_id, ChunkKind.DOCUMENT)[0]


def chunk_of(mk, version_id: str, kind: ChunkKind) -> tuple[str, int, int]:
    """Return where a chunk of a version lies: pack, offset, length."""
    with mk.catalogue.read() as connection:
        needed = chunks.needed_by(connection, chunks.roots_of(connection, version_id))
    (found,) = (chunk for chunk in needed.values() if chunk.kind is kind)
    name = found.pack.hex()
    return f"blobs/{name[:2]}/{name}", found.offset_bytes, found.stored_bytes


@pytest.mark.parametrize("damage", ["flip", "truncate", "remove", "empty"])
def test_a_damaged_pack(mk, filled, damage) -> None:
    name, offset, length = chunk_of(mk, filled["b"], ChunkKind.DATA)
    path = Path(mk.config.storage_path) / name
    content = path.read_bytes()
    path.chmod(0o600)
    if damage == "flip":
        flip(path, offset + length // 2, 3)
    elif damage == "remove":
        path.unlink()
    else:
        path.write_bytes(content[: offset + 3] if damage == "truncate" else b"")
    report = mk.scrubber.verify()
    assert report.touched_versions == sorted([filled["b"], filled["twin"]])
    assert {problem.place for problem in report.problems} == {"pack"}
    assert path.name in report.problems[0].what
    for call in (
        lambda: mk.versions.load_model(filled["twin"]),
        lambda: mk.versions.load_model(filled["twin"], destination=path.parent / "out"),
    ):
        with pytest.raises(IntegrityError, match=path.name) as caught:
            call()
    assert not (path.parent / "out").exists()
    if damage != "remove":
        assert caught.value.expected == path.name
        assert len(caught.value.actual) == 64
        assert caught.value.actual in str(caught.value)
    with pytest.raises(IntegrityError):
        mk.versions.delete_version(filled["twin"])
    assert mk.versions.load_model(filled["a"]) == {"weights": [1] * 50}
    mk.versions.restore_version(filled["b"])
    assert mk.scrubber.verify().problems == []
    assert mk.versions.load_model(filled["twin"]) == {"weights": [2] * 50}


def test_every_single_byte_of_a_pack_counts(mk, filled) -> None:
    """Each is told; what is damaged does not load, and what loads is what was stored."""
    path = pack_of(mk, filled["a"])
    spans = [chunk_of(mk, filled["a"], kind)[1:] for kind in (ChunkKind.DATA, ChunkKind.DOCUMENT)]
    original = path.read_bytes()
    path.chmod(0o600)
    inside = harmless = 0
    for offset in range(0, len(original), 7):
        damaged = bytearray(original)
        damaged[offset] ^= 1 << (offset % 8)
        path.write_bytes(damaged)
        found = [p for p in mk.scrubber.verify().problems if p.place == "pack"]
        assert found, f"byte {offset} of {path}"
        touched = {each for problem in found for each in problem.versions}
        if any(start <= offset < start + length for start, length in spans):
            inside += 1
            # A compressed frame has a few bits that its content does not depend on.
            harmless += not touched
        else:
            assert touched == set(), f"byte {offset} of {path}"
        if touched:
            assert touched == {filled["a"]}
            with pytest.raises(ModelkeepError, match=path.name):
                mk.versions.load_model(filled["a"])
        else:
            assert mk.versions.load_model(filled["a"]) == {"weights": [1] * 50}
    assert inside > 50
    assert harmless <= inside // 10
    path.write_bytes(original)
    assert mk.scrubber.verify().problems == []


@pytest.mark.parametrize("damage", ["flip", "truncate", "remove", "tail"])
def test_a_damaged_document_is_mended_from_the_backup(mk, filled, damage) -> None:
    name, offset, length = chunk_of(mk, filled["a"], ChunkKind.DOCUMENT)
    path = Path(mk.config.storage_path) / name
    path.chmod(0o600)
    if damage == "remove":
        path.unlink()
    elif damage == "flip":
        flip(path, offset + length // 2)
    else:
        cut = offset + 5 if damage == "truncate" else -1
        path.write_bytes(path.read_bytes()[:cut])
    report = mk.scrubber.verify()
    assert report.problems
    assert report.touched_versions == ([] if damage == "tail" else [filled["a"]])
    before = mk.versions.get_version(filled["a"])
    mk.versions.restore_version(filled["a"])
    assert mk.scrubber.verify().problems == []
    assert mk.versions.load_model(filled["a"]) == {"weights": [1] * 50}
    assert mk.versions.get_version(filled["a"]).description == before.description


def test_a_document_that_leads_out_of_the_artifact_is_refused(mk, filled, tmp_path) -> None:
    from modelkeep.storage import documents
    from modelkeep.storage.manifest import FileEntry, Manifest

    document = mk.storage.load_version_metadata(mk.versions.get_version(filled["a"]))
    entry = FileEntry(path="../../evil", sha256="0" * 64, size_bytes=1)
    hostile = documents.VersionDocument(
        version=document.version, manifest=Manifest(format="file", files=(entry,)), ordinal=1
    )
    text = documents.encode(hostile)
    with pytest.raises(IntegrityError, match=r"'\.\./\.\./evil' in it leads out"):
        documents.decode(text, source="document")


def state(mk) -> dict[str, object]:
    """Return all that the catalogue says."""
    return {
        "versions": list(mk.versions.get_versions("m", limit=None)),
        "active": mk.deployments.get_all_active_deployments(),
        "history": mk.deployments.get_deployment_history("m"),
        "statistics": mk.versions.get_statistics("m"),
        "next": mk.versions.generate_version_number("m"),
    }


def test_flipped_bytes_of_the_database_are_found_and_mended(
    open_registry, filled, tmp_path
) -> None:
    """At 120 places: nothing that is known changed, or `verify` tells it and all is mended."""
    mk = open_registry()
    expected = state(mk)
    config = mk.config
    with mk.catalogue.write() as connection:
        connection.exec_driver_sql("SELECT 1")
    root = tmp_path / "registry"
    _checkpoint(root / "catalogue.sqlite")
    mk.close()
    shutil.copytree(root, tmp_path / "sound", symlinks=True)
    size = (root / "catalogue.sqlite").stat().st_size
    found = 0
    chooser = random.Random(7)
    for _ in range(120):
        shutil.rmtree(root)
        shutil.copytree(tmp_path / "sound", root, symlinks=True)
        offset = _used_offset(root / "catalogue.sqlite", chooser, size)
        flip(root / "catalogue.sqlite", offset, chooser.randrange(8))
        if _is_sound(config, expected):
            continue
        found += 1
        wiring.rebuild_catalogue(config)
        with wiring.open_services(config) as again:
            assert again.scrubber.verify().problems == [], offset
            for version_id in filled.values():
                assert again.versions.load_model(version_id)
    assert found > 60


def _checkpoint(path: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _used_offset(path: Path, chooser: random.Random, size: int) -> int:
    """Return a place with content: most of a small database is empty space."""
    content = path.read_bytes()
    while True:
        offset = chooser.randrange(size)
        if content[offset]:
            return offset


def _is_sound(config, expected: dict[str, object]) -> bool:
    """Whether nothing changed; if something did, it must have been told."""
    try:
        with wiring.open_services(config) as mk:
            report = mk.scrubber.verify()
            if report.problems:
                return False
            actual = state(mk)
    except ModelkeepError:
        return False
    assert actual == expected
    return True


def test_a_database_that_is_none_is_told_and_rebuilt(open_registry, filled, tmp_path) -> None:
    mk = open_registry()
    config = mk.config
    mk.close()
    path = tmp_path / "registry/catalogue.sqlite"
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(DamagedCatalogueError, match="modelkeep rebuild"):
        open_registry()
    report = wiring.rebuild_catalogue(config)
    assert (report.versions, report.from_documents, report.salvaged) == (3, 3, 0)
    assert Path(report.old_catalogue).read_bytes().startswith(b"not a database")
    mk = open_registry()
    assert [v.version_number for v in mk.versions.get_versions("m")] == ["1.0.2", "1.0.1", "1.0.0"]
    assert mk.versions.get_version("m@1.0.0").tags == ["a"]
    assert mk.scrubber.verify().problems == []


def test_a_lost_database_is_told_and_rebuilt_with_every_field(open_registry, tmp_path) -> None:
    mk = open_registry()
    made = [
        mk.versions.create_version(
            "m",
            {"n": n},
            metadata={"loss": float("nan"), "signature": {"in": n}, "created_by": "grace"},
            description=f"number {n}",
            tags=["x"],
        )
        for n in range(3)
    ]
    mk.close()
    for path in (tmp_path / "registry").glob("catalogue.sqlite*"):
        path.unlink()
    with pytest.raises(DamagedCatalogueError, match="missing beside the documents"):
        open_registry()
    wiring.rebuild_catalogue(mk.config)
    mk = open_registry()
    for version in made:
        again = mk.versions.get_version(version.version_id)
        assert repr(again) == repr(version)
    assert [v.version_id for v in mk.versions.get_versions("m")] == [
        v.version_id for v in reversed(made)
    ]
    assert mk.versions.create_version("m", {"n": 9}).version_number == "1.0.3"


def test_a_rebuild_of_a_sound_catalogue_loses_nothing(open_registry, filled) -> None:
    mk = open_registry()
    expected = state(mk)
    removed = mk.versions.get_statistics("m").removed_versions
    mk.close()
    report = wiring.rebuild_catalogue(mk.config)
    assert (report.versions, report.salvaged, report.stages) == (3, 3, 1)
    mk = open_registry()
    assert state(mk) == expected
    assert removed == 1
    assert mk.scrubber.verify().problems == []


def test_a_store_of_a_later_release_is_told(open_registry, tmp_path) -> None:
    open_registry().close()
    path = tmp_path / "registry/format.json"
    path.chmod(0o600)
    path.write_text(json.dumps({"modelkeep_store": 2}))
    with pytest.raises(NewerFormatError, match="has format 2, this release reads up to 1"):
        open_registry()
    path.write_text("{")
    with pytest.raises(IntegrityError, match=r"format\.json"):
        open_registry()


def test_existing_documents_can_be_taken_in_again(mk, filled) -> None:
    from modelkeep.catalogue import versions

    with mk.catalogue.write() as connection:
        mk.storage.release_version(connection, filled["twin"])
        versions.remove(connection, filled["twin"])
    report = mk.versions.load_existing_versions()
    assert (report.loaded, report.known, report.damaged) == ([filled["twin"]], 2, [])
    assert mk.versions.load_model(filled["twin"]) == {"weights": [2] * 50}
    assert mk.scrubber.verify().problems == []


def change(mk, statement: str, *values: object) -> None:
    """Write to the catalogue what no release would."""
    mk.close()
    with contextlib.closing(sqlite3.connect(mk.catalogue.path)) as connection:
        connection.execute(statement, values)
        connection.commit()


@pytest.mark.parametrize("size", [1 << 50, -3])
def test_a_size_that_cannot_be_is_told_before_memory_is_taken(mk, filled, size) -> None:
    change(mk, "UPDATE chunks SET raw_bytes = ?", size)
    with pytest.raises(IntegrityError):
        mk.versions.load_model(filled["a"])
    assert filled["a"] in mk.scrubber.verify().touched_versions


def test_a_depth_of_another_type_is_told(mk, filled) -> None:
    change(mk, "UPDATE chunks SET depth = x''")
    assert filled["a"] in mk.scrubber.verify().touched_versions


def test_a_name_that_is_none_is_an_error_of_ours(mk, filled) -> None:
    statement = "UPDATE versions SET document_blake3 = 'x' || substr(document_blake3, 2)"
    change(mk, statement + " WHERE version_id = ?", filled["a"])
    assert filled["a"] in mk.scrubber.verify().touched_versions
    for call in (mk.versions.load_model, mk.versions.restore_version):
        with pytest.raises(ModelkeepError):
            call(filled["a"])


def test_damaged_hints_hinder_no_load(open_registry) -> None:
    first = open_registry()
    first.versions.create_version("m", {"a": 1})
    change(first, "DROP TABLE version_loads")
    again = open_registry()
    assert again.versions.load_model("m@latest") == {"a": 1}
    again.close()
