"""What is loaded most is stored in full, the others as differences; no version is lost by that."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from modelkeep.catalogue import chunks, loads
from modelkeep.catalogue.chunks import ChunkKind
from modelkeep.errors import ModelNotFoundError
from modelkeep.orchestrator import wiring

SHAPE = (256, 700)


def stored(mk) -> int:
    return sum(path.stat().st_size for path in Path(mk.config.storage_path).glob("blobs/*/*"))


def weights(generator: np.random.Generator) -> dict[str, np.ndarray]:
    return {f"layer{n}": generator.standard_normal(SHAPE).astype("f4") for n in range(3)}


def tuned(old: dict[str, np.ndarray], generator: np.random.Generator) -> dict[str, np.ndarray]:
    return {
        name: value + (1e-7 * generator.standard_normal(SHAPE)).astype("f4")
        for name, value in old.items()
    }


class Family:
    """Versions of one model, with the bytes that each must give back."""

    def __init__(self, mk, folder: Path, seed: int = 1) -> None:
        self.mk = mk
        self.folder = folder
        self.generator = np.random.default_rng(seed)
        self.weights: dict[str, dict[str, np.ndarray]] = {}
        self.content: dict[str, bytes] = {}

    def add(self, parent: str | None = None) -> str:
        old = None if parent is None else self.weights[parent]
        made = weights(self.generator) if old is None else tuned(old, self.generator)
        path = self.folder / "m.safetensors"
        save_file(made, path)
        new = self.mk.versions.create_version("m", path, parent_version=parent).version_id
        self.weights[new], self.content[new] = made, path.read_bytes()
        return new

    def chain(self, length: int) -> list[str]:
        made = [self.add()]
        while len(made) < length:
            made.append(self.add(made[-1]))
        return made

    def load(self, version: str) -> bytes:
        target = self.folder / "out"
        return self.mk.versions.load_model(version, destination=target).read_bytes()

    def check(self) -> None:
        """All come back, nothing is damaged, and the catalogue says truly how deep chunks are."""
        for version, content in self.content.items():
            assert self.load(version) == content
        assert self.mk.scrubber.verify().problems == []
        rows = self.rows()
        for row in rows.values():
            if row.kind is ChunkKind.RECIPE or not row.needs:
                assert row.depth == 0
            else:
                assert row.depth == 1 + max(rows[need].depth for need in row.needs)
                assert row.depth <= 4

    def rows(self) -> dict[bytes, chunks.StoredChunk]:
        with self.mk.catalogue.read() as connection:
            return {row.chunk: row for row, _ in chunks.all_chunks(connection)}

    def codec(self, row: chunks.StoredChunk) -> int:
        """The first byte of what is stored of a chunk."""
        name = row.pack.hex()
        pack = Path(self.mk.config.storage_path) / "blobs" / name[:2] / name
        return pack.read_bytes()[row.offset_bytes]

    def depth(self, version: str) -> int:
        """How deep the deepest chunk of a version is."""
        with self.mk.catalogue.read() as connection:
            needed = chunks.needed_by(connection, chunks.roots_of(connection, version))
        recipe = next(row for row in needed.values() if row.kind is ChunkKind.RECIPE)
        return max(needed[part].depth for part in recipe.needs)


@pytest.fixture
def family(mk, tmp_path) -> Family:
    return Family(mk, tmp_path)


def test_the_newest_is_turned_to_the_full_one(mk, family) -> None:
    made = family.chain(4)
    before = stored(mk)
    assert [family.depth(each) for each in made] == [0, 1, 2, 3]
    report = mk.versions.repack("m")
    assert [family.depth(each) for each in made] == [3, 2, 1, 0]
    assert report.chunks >= 12
    assert report.after_bytes < 1.1 * report.before_bytes
    assert stored(mk) < 1.1 * before
    family.check()
    assert mk.versions.repack("m").chunks == 0


def test_what_is_loaded_most_comes_first_then_what_serves_then_the_newest(mk, family) -> None:
    made = family.chain(4)
    mk.deployments.deploy_version(made[1], "production")
    mk.versions.repack()
    assert family.depth(made[1]) == 0
    for _ in range(3):
        family.load(made[2])
    mk.versions.repack()
    assert family.depth(made[2]) == 0
    family.check()


def test_counts_of_loads_outlive_the_process(open_registry, tmp_path) -> None:
    first = open_registry()
    family = Family(first, tmp_path)
    made = family.chain(3)
    for version in (made[1], made[1], made[2]):
        family.load(version)
    first.close()
    family.mk = open_registry()
    family.mk.versions.repack()
    assert family.depth(made[1]) == 0


def test_counts_are_written_after_many_loads(mk, family) -> None:
    made = family.add()
    for _ in range(100):
        mk.versions.open_tensors(made).close()
    with mk.catalogue.read() as connection:
        assert loads.of_version(connection, made) == 100
    mk.versions.delete_version(made, force=True)
    with mk.catalogue.read() as connection:
        assert loads.of_version(connection, made) == 0


def test_deleting_the_full_one_breaks_none_of_those_that_stand_on_it(mk, family) -> None:
    made = family.chain(4)
    mk.versions.repack("m")
    mk.versions.delete_version(made[3], force=True)
    del family.content[made[3]]
    family.check()
    mk.compactor.collect()
    mk.versions.delete_version(made[0], force=True)
    del family.content[made[0]]
    mk.versions.repack("m")
    family.check()
    for version in made[1:3]:
        mk.versions.delete_version(version, force=True)
    mk.compactor.collect()
    assert list(Path(mk.config.storage_path).glob("blobs/*/*")) == []


def test_no_chain_gets_too_deep(mk, family) -> None:
    """To turn a child of a root whose other line is four deep would make that line five deep."""
    root = family.add()
    line = root
    for _ in range(4):
        line = family.add(line)
    assert family.depth(line) == 4
    child = family.add(root)
    for _ in range(9):
        family.load(child)
    mk.versions.repack("m")
    assert family.depth(child) == 1
    for _ in range(20):
        family.load(line)
    mk.versions.repack("m")
    assert family.depth(line) == 1
    assert family.depth(child) == 4
    mk.versions.delete_version(child, force=True)
    del family.content[child]
    mk.versions.repack("m")
    assert family.depth(line) == 0
    family.check()


def test_best_makes_it_smaller_and_any_reader_reads_it(mk, family, tmp_path) -> None:
    made = family.chain(3)
    (tmp_path / "text").write_text("".join(f"{n * n % 997} " for n in range(200_000)))
    text = mk.versions.create_version("text", tmp_path / "text").version_id
    before = mk.storage.calculate_storage_usage().stored_bytes
    report = mk.versions.repack(best=True)
    assert report.after_bytes < report.before_bytes
    assert mk.storage.calculate_storage_usage().stored_bytes < before
    family.check()
    out = mk.versions.load_model(text, destination=tmp_path / "text.out")
    assert out.read_bytes() == (tmp_path / "text").read_bytes()
    assert 5 in {family.codec(row) for row in family.rows().values()}
    assert len(made) == 3


def test_a_rebuild_after_a_repack_finds_all_again(open_registry, tmp_path) -> None:
    """The old forms may be in packs still: of a chunk and its base, each may need the other."""
    mk = open_registry()
    family = Family(mk, tmp_path)
    made = family.chain(4)
    mk.versions.load_model(made[3], destination=tmp_path / "once")
    mk.versions.repack()
    config = mk.config
    mk.close()
    catalogue = Path(config.storage_path) / "catalogue.sqlite"
    catalogue.rename(tmp_path / "lost.db")
    for each in Path(config.storage_path).glob("catalogue.sqlite-*"):
        each.unlink()
    report = wiring.rebuild_catalogue(config)
    assert report.versions == 4
    family.mk = open_registry()
    family.check()


def test_a_model_that_is_not_there_is_told(mk) -> None:
    with pytest.raises(ModelNotFoundError):
        mk.versions.repack("nobody")


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_work_keeps_every_version(mk, family, seed) -> None:
    chance = random.Random(seed)
    alive: list[str] = [family.add()]
    for _ in range(25):
        what = chance.choice(["add", "add", "load", "load", "repack", "delete", "gc"])
        if what == "add":
            alive.append(family.add(chance.choice([*alive, None])))
        elif what == "load":
            family.load(chance.choice(alive))
        elif what == "repack":
            mk.versions.repack(best=chance.random() < 0.3)
        elif what == "delete" and len(alive) > 1:
            gone = alive.pop(chance.randrange(len(alive)))
            mk.versions.delete_version(gone, force=True)
            del family.content[gone]
        elif what == "gc":
            mk.compactor.collect()
    family.check()
