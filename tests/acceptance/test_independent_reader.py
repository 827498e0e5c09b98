"""The reader in docs, written from the design notes, gets every byte out of a real store."""

from __future__ import annotations

import ast
import hashlib
import pickle
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import modelkeep
from modelkeep.models import ModelVersion
from modelkeep.orchestrator.services import Services

READER = Path(__file__).parents[2] / "docs/read_store.py"


def read_store(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(READER), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def listed(store: Path) -> dict[str, tuple[str, str, int]]:
    done = read_store(store)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    return {version: (model, number, int(size)) for model, number, version, size in lines}


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def packs(store: Path) -> list[Path]:
    return sorted((store / "blobs").glob("??/*"))


def codecs_in(store: Path) -> set[int]:
    """The first byte of every stored chunk, by the offsets of note 0003."""
    found = set()
    for path in packs(store):
        pack = path.read_bytes()
        at, length = struct.unpack_from("<QQ", pack, len(pack) - 56)
        end = at + length
        while at < end:
            offset, *_, count = struct.unpack_from("<IIIII", pack, at + 34)
            found.add(pack[offset])
            at += 54 + 32 * count
    return found


def safetensors(seed: int, *, tuned: bool) -> bytes:
    """A file of four dtypes; the tuned one has the same tensors, changed a little."""
    import json

    random_numbers, small = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    f32 = random_numbers.normal(0, 0.02, 400_000).astype("<f4")
    bf16 = random_numbers.normal(0, 0.02, 300_000).astype("<f4")
    f16 = random_numbers.normal(0, 0.02, 100_001).astype("<f2")
    i64 = np.cumsum(random_numbers.integers(0, 9, 40_000)).astype("<i8")
    f32[:4] = np.array([0x7FC00001, 0x80000000, 0xFF800000, 1], "<u4").view("<f4")
    if tuned:
        f32[100:] += small.normal(0, 1e-6, len(f32) - 100).astype("<f4")
        bf16[100:] += small.normal(0, 1e-5, len(bf16) - 100).astype("<f4")
        f16[100:] += small.normal(0, 1e-5, len(f16) - 100).astype("<f2")
        i64[100:] += 1
    tensors = {
        "encoder.weight": ("F32", f32.tobytes(), 4),
        "encoder.half": ("BF16", (bf16.view("<u4") >> 16).astype("<u2").tobytes(), 2),
        "decoder.half": ("F16", f16.tobytes(), 2),
        "decoder.ids": ("I64", i64.tobytes(), 8),
    }
    header, body = {}, b""
    for name, (dtype, content, width) in tensors.items():
        places = [len(body), len(body) + len(content)]
        header[name] = {
            "dtype": dtype,
            "shape": [len(content) // width],
            "data_offsets": places,
        }
        body += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def plain_pickle(*, changed: bool) -> bytes:
    words = random.Random(5)
    model = {f"node {at}": words.randbytes(9).hex() for at in range(20_000)}
    if changed:
        model["node 7000"] = "another"
        model["new"] = "one more"
    return pickle.dumps(model)


class Kept:
    """What was stored, version by version."""

    def __init__(self, mk: Services, folder: Path) -> None:
        self.mk = mk
        self.folder = folder
        self.files: dict[str, dict[str, bytes]] = {}
        self.versions: dict[str, ModelVersion] = {}

    def file(self, model: str, name: str, content: bytes, **more: object) -> ModelVersion:
        path = self.folder / f"{len(self.files)}" / name
        path.parent.mkdir()
        path.write_bytes(content)
        return self._note(self.mk.versions.create_version(model, path, **more), {name: content})

    def tree(self, model: str, content: dict[str, bytes]) -> ModelVersion:
        folder = self.folder / f"{len(self.files)}"
        for name, data in content.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        (folder / "nothing in here").mkdir()
        return self._note(self.mk.versions.create_version(model, folder), content)

    def _note(self, version: ModelVersion, content: dict[str, bytes]) -> ModelVersion:
        self.files[version.version_id] = content
        self.versions[version.version_id] = version
        return version

    def forget(self, version_id: str) -> None:
        del self.files[version_id]
        del self.versions[version_id]

    def check(self, store: Path, target: Path) -> None:
        """Compare all that the reader finds with what was stored."""
        found = listed(store)
        for version_id, version in self.versions.items():
            shown = (version.model_id, version.version_number, version.size_bytes)
            assert found[version_id] == shown
            done = read_store(store, version_id, target / version_id)
            assert done.returncode == 0, done.stderr
            assert files_of(target / version_id) == self.files[version_id]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kept]:
    """A registry with a bit of everything, closed; copy it before changing it."""
    folder = tmp_path_factory.mktemp("independent")
    root = folder / "registry"
    with modelkeep.connect(
        root, backup_path=str(folder / "backups"), backup_enabled=False, max_versions_per_model=2
    ) as mk:
        kept = Kept(mk, tmp_path_factory.mktemp("sources"))
        metadata = {"accuracy": 0.1, "steps": 1e16, "loss": float("nan"), "note": "é \u2028 \x07"}
        kept.file("tiny", "model.json", b'{"w": [1, 2, 3]}', metadata=metadata)
        kept.file("tiny", "empty", b"")
        kept.file("noise", "model.bin", random.Random(1).randbytes(200_000))
        kept.tree("tree", {"a/b.txt": b"b" * 3000, "a/é.bin": bytes(70_000), "c": b"c"})
        base = kept.file("net", "model.safetensors", safetensors(3, tuned=False))
        tuned = safetensors(3, tuned=True)
        kept.file("net", "model.safetensors", tuned, parent_version=base.version_id)
        old = kept.file("forest", "model.pkl", plain_pickle(changed=False))
        new = kept.file("forest", "model.pkl", plain_pickle(changed=True))
        assert new.size_bytes > 64 << 10
        # Its chunks stay, because the next version is a difference to them.
        mk.versions.delete_version(old.version_id, backup=False)
        kept.forget(old.version_id)
    return root, kept


def test_every_byte_of_every_version_comes_out(store, tmp_path: Path) -> None:
    root, kept = store
    kept.check(root, tmp_path)


def test_the_store_has_every_codec(store) -> None:
    assert codecs_in(store[0]) == {0, 1, 2, 3, 4}


def test_the_catalogue_is_not_needed(store, tmp_path: Path) -> None:
    root, kept = store
    shutil.copytree(root / "blobs", tmp_path / "bare/blobs")
    shutil.copy(root / "format.json", tmp_path / "bare")
    kept.check(tmp_path / "bare", tmp_path / "out")


def test_after_retention_and_a_merge_of_packs(store, tmp_path: Path) -> None:
    root = tmp_path / "registry"
    shutil.copytree(store[0], root)
    kept = Kept(None, tmp_path)
    kept.files, kept.versions = dict(store[1].files), dict(store[1].versions)
    before = packs(root)
    with modelkeep.connect(
        root, backup_path=str(tmp_path / "b"), backup_enabled=False, max_versions_per_model=2
    ) as mk:
        kept.mk = mk
        for at in range(30):
            kept.file("many", "m.json", f"[{at}]".encode())
        report = mk.versions.cleanup_old_versions()
        assert len(report.expired) == 28
        for item in report.expired:
            kept.forget(item.version.version_id)
        mk.versions.remove_leftovers()
    assert packs(root) != before
    kept.check(root, tmp_path / "out")


def test_a_chunk_is_read_from_the_copy_that_is_whole(store, tmp_path: Path) -> None:
    """Packs of the moment before a merge and after it, and one of them damaged."""
    root = tmp_path / "registry"
    shutil.copytree(store[0], root)
    old = {path.name: path.read_bytes() for path in packs(root)}
    with modelkeep.connect(root, backup_path=str(tmp_path / "b"), backup_enabled=False) as mk:
        for at in range(20):
            mk.versions.create_version("many", {"at": at}, format="json")
        mk.versions.remove_leftovers()
    merged = [path for path in packs(root) if path.name not in old]
    assert len(merged) == 1
    for name, content in old.items():
        path = root / "blobs" / name[:2] / name
        path.chmod(0o644) if path.exists() else None
        path.write_bytes(content)
    spoil(merged[0], 20)
    store[1].check(root, tmp_path / "out")


def spoil(path: Path, at: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_flipped_bit_never_gives_wrong_bytes(store, tmp_path: Path) -> None:
    root, kept = store
    places = random.Random(11)
    refused = 0
    for turn in range(12):
        copy = tmp_path / f"{turn}"
        shutil.copytree(root, copy)
        path = places.choice([each for each in packs(copy) if each.stat().st_size > 200_000])
        spoil(path, places.randrange(16, path.stat().st_size), places.randrange(8))
        for version_id in kept.versions:
            done = read_store(copy, version_id, copy / "out" / version_id)
            if done.returncode:
                refused += 1
                assert done.stderr.strip()
            else:
                assert files_of(copy / "out" / version_id) == kept.files[version_id]
        shutil.rmtree(copy)
    assert refused >= 10


@pytest.mark.parametrize("place", ["a chunk", "the index", "the footer", "the magic"])
def test_damage_is_refused(store, tmp_path: Path, place: str) -> None:
    root = tmp_path / "registry"
    shutil.copytree(store[0], root)
    (version_id,) = (
        each.version_id for each in store[1].versions.values() if each.model_id == "noise"
    )
    content = next(iter(store[1].files[version_id].values()))
    (path,) = (each for each in packs(root) if content[:64] in each.read_bytes())
    pack = path.read_bytes()
    at = {
        "a chunk": pack.index(content[:64]) + 7,
        "the index": struct.unpack_from("<Q", pack, len(pack) - 56)[0] + 40,
        "the footer": len(pack) - 20,
        "the magic": 6,
    }[place]
    spoil(path, at)
    assert read_store(root, version_id, tmp_path / "out").returncode == 1
    if place != "a chunk":
        done = read_store(root)
        assert done.returncode == 1
        assert path.name in done.stderr


def test_a_later_codec_is_refused_by_name(store, tmp_path: Path) -> None:
    root = tmp_path / "registry"
    shutil.copytree(store[0], root)
    (version_id,) = (
        each.version_id for each in store[1].versions.values() if each.model_id == "noise"
    )
    content = next(iter(store[1].files[version_id].values()))
    for path in packs(root):
        at = path.read_bytes().find(content[:64])
        if at > 0:
            spoil(path, at - 1, bit=3)
    done = read_store(root, version_id, tmp_path / "out")
    assert done.returncode == 1
    assert "codec 8" in done.stderr


def test_it_is_short_and_stands_alone() -> None:
    text = READER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").split(".")[0])
    assert imported - sys.stdlib_module_names <= {"backports", "compression", "blake3", "numpy"}
    assert "importlib" not in imported


def test_the_text_of_a_backup_has_the_digest_of_the_notes(store, tmp_path: Path) -> None:
    """Documents outside of packs are checked by nothing else."""
    root = tmp_path / "registry"
    shutil.copytree(store[0], root)
    with modelkeep.connect(root, backup_path=str(tmp_path / "backups")) as mk:
        folder = mk.versions.backup_version("tiny@1.0.0")
    program = (
        "import runpy, sys, json, hashlib\n"
        "canonical = runpy.run_path(sys.argv[1])['canonical']\n"
        "text = open(sys.argv[2], 'rb').read()\n"
        "document = json.loads(text, parse_int=str.encode, parse_float=str.encode)\n"
        "stated = document.pop('sha256')\n"
        "print(hashlib.sha256(canonical(document).encode()).hexdigest() == stated)"
    )
    command = [sys.executable, "-c", program, str(READER), str(folder / "version.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert b"1e16" in (folder / "version.json").read_bytes()
    sums = dict(
        line.split("  ", 1)[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines()
    )
    digest = hashlib.sha256((folder / "version.json").read_bytes()).hexdigest()
    assert sums["version.json"] == digest
