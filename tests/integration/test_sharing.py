"""Versions share what they have in common, and give back only what nobody needs."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from modelkeep.errors import InvalidInputError
from modelkeep.storage.scrub_plan import ScrubPlan


def stored(mk) -> int:
    return sum(path.stat().st_size for path in Path(mk.config.storage_path).glob("blobs/*/*"))


def tensors(change: float = 0.0) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(3)
    found = {f"layer{n}": generator.standard_normal((512, 512)).astype("f4") for n in range(6)}
    noise = generator.standard_normal((512, 512)).astype("f4")
    return {name: value + np.float32(change) * noise for name, value in found.items()}


@pytest.mark.local_files
def test_a_fine_tune_costs_a_part_of_the_model(mk, tmp_path) -> None:
    sizes = []
    for n, change in enumerate((0.0, 1e-4, 1e-4)):
        save_file(tensors(change), tmp_path / f"{n}.safetensors")
        before = stored(mk)
        mk.versions.create_version("m", tmp_path / f"{n}.safetensors")
        sizes.append(stored(mk) - before)
    raw = (tmp_path / "0.safetensors").stat().st_size
    assert 0.5 * raw < sizes[0] < 0.95 * raw
    assert sizes[1] < 0.6 * sizes[0]
    assert sizes[2] < 0.001 * raw
    for n in range(3):
        out = mk.versions.load_model(f"m@1.0.{n}", destination=tmp_path / f"out{n}")
        assert out.read_bytes() == (tmp_path / f"{n}.safetensors").read_bytes()
    assert mk.scrubber.verify().problems == []


def other_weights() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(77)
    return {f"layer{n}": generator.standard_normal((512, 512)).astype("f4") for n in range(6)}


def own_bytes(mk, reference: str) -> int:
    return mk.storage.calculate_version_usage(mk.versions.get_version(reference)).own_bytes


def test_without_a_parent_the_nearest_version_is_found(mk, tmp_path) -> None:
    """Not the newest one, whose weights have nothing to do with it."""
    for n, made in enumerate((tensors(), other_weights(), tensors(1e-4))):
        save_file(made, tmp_path / f"{n}.safetensors")
        mk.versions.create_version("m", tmp_path / f"{n}.safetensors")
    raw = (tmp_path / "0.safetensors").stat().st_size
    assert own_bytes(mk, "m@1.0.1") > 0.8 * raw
    assert own_bytes(mk, "m@1.0.2") < 0.6 * raw
    # A given parent is believed, and stored in full where it is of no use.
    save_file(tensors(2e-4), tmp_path / "3.safetensors")
    mk.versions.create_version("m", tmp_path / "3.safetensors", parent_version="m@1.0.1")
    assert own_bytes(mk, "m@1.0.3") > 0.8 * raw


def test_a_fine_tune_of_another_model_is_a_difference_to_it(mk, tmp_path) -> None:
    save_file(tensors(), tmp_path / "base.safetensors")
    save_file(tensors(1e-4), tmp_path / "tuned.safetensors")
    mk.versions.create_version("base", tmp_path / "base.safetensors")
    mk.versions.create_version("tuned", tmp_path / "tuned.safetensors")
    assert own_bytes(mk, "tuned@latest") < 0.6 * (tmp_path / "tuned.safetensors").stat().st_size
    mk.versions.delete_version("base@latest", backup=False)
    out = mk.versions.load_model("tuned@latest", destination=tmp_path / "out")
    assert out.read_bytes() == (tmp_path / "tuned.safetensors").read_bytes()
    assert mk.scrubber.verify().problems == []


def test_a_removed_parent_never_breaks_a_child(mk, tmp_path) -> None:
    made = []
    for n in range(7):
        save_file(tensors(n * 1e-5), tmp_path / f"{n}.safetensors")
        made.append(mk.versions.create_version("m", tmp_path / f"{n}.safetensors"))
    for version in made[:-1]:
        mk.versions.delete_version(version.version_id, backup=False)
        mk.compactor.collect()
        assert mk.scrubber.verify().problems == []
    out = mk.versions.load_model("m@latest", destination=tmp_path / "out")
    assert out.read_bytes() == (tmp_path / "6.safetensors").read_bytes()
    mk.versions.delete_version(made[-1].version_id, backup=False)
    mk.compactor.collect()
    assert stored(mk) == 0


def test_a_changed_pickle_is_stored_as_a_difference(mk, tmp_path) -> None:
    content = bytearray(random.Random(5).randbytes(2_000_000))
    (tmp_path / "a").write_bytes(content)
    mk.versions.create_version("m", tmp_path / "a")
    before = stored(mk)
    content[1_000_000:1_000_000] = b"a few bytes more"
    del content[300_000:300_100]
    (tmp_path / "b").write_bytes(content)
    version = mk.versions.create_version("m", tmp_path / "b")
    assert stored(mk) - before < 10_000
    usage = mk.storage.calculate_version_usage(version)
    assert usage.own_bytes < 10_000
    assert usage.shared_bytes > 1_900_000
    out = mk.versions.load_model(version.version_id, destination=tmp_path / "out")
    assert out.read_bytes() == content


@pytest.mark.local_files
def test_nothing_is_coded_where_that_is_switched_off(open_registry, tmp_path) -> None:
    mk = open_registry(compression_enabled=False)
    (tmp_path / "zeros").write_bytes(bytes(1_000_000))
    version = mk.versions.create_version("m", tmp_path / "zeros")
    # Equal chunks are one all the same.
    assert 200_000 < stored(mk) < 600_000
    out = mk.versions.load_model(version.version_id, destination=tmp_path / "out")
    assert out.read_bytes() == bytes(1_000_000)
    # What one setting stored, the other reads.
    mk.close()
    other = open_registry(compression_enabled=True)
    out = other.versions.load_model(version.version_id, destination=tmp_path / "out2")
    assert out.read_bytes() == bytes(1_000_000)


def test_many_small_models_are_few_files_and_little_more_than_their_bytes(mk) -> None:
    generator, raw = random.Random(9), 0
    for _ in range(1_500):
        content = generator.randbytes(5_000)
        raw += len(content)
        mk.versions.create_version("m", content)
    root = Path(mk.config.storage_path)
    files = [path for path in root.rglob("*") if path.is_file()]
    assert len(files) < 700
    mk.compactor.collect()
    files = [path for path in root.rglob("*") if path.is_file()]
    assert len(files) < 12
    assert stored(mk) < 1.2 * raw
    assert mk.scrubber.verify().problems == []


@pytest.mark.local_files
def test_collecting_says_first_what_it_would_give_back(mk, tmp_path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    (first / "shared").write_bytes(random.Random(1).randbytes(400_000))
    (first / "own").write_bytes(random.Random(2).randbytes(900_000))
    one = mk.versions.create_version("m", first)
    (first / "own").unlink()
    mk.versions.create_version("m", first)
    mk.versions.delete_version(one.version_id, backup=False)
    before = stored(mk)
    planned = mk.compactor.collect(dry_run=True)
    assert planned.freed_bytes > 800_000
    assert stored(mk) == before
    done = mk.compactor.collect()
    assert before - stored(mk) == done.freed_bytes > 800_000
    assert mk.compactor.collect().freed_bytes == 0
    assert mk.scrubber.verify().problems == []


@pytest.mark.local_files
def test_a_sample_and_a_rest_find_damage(mk, tmp_path) -> None:
    for n in range(6):
        mk.versions.create_version("m", {"n": n})
    packs = sorted((tmp_path / "registry/blobs").glob("*/*"), key=lambda path: path.name)
    assert mk.scrubber.verify(ScrubPlan(sample=0.5)).packs == 3
    assert mk.scrubber.verify(ScrubPlan(bytes_per_second=1e9)).packs == 6
    # One slice after another sees all, and then begins anew.
    size = packs[0].stat().st_size
    seen = [mk.scrubber.verify(ScrubPlan(most_bytes=size, resume=True)).packs for _ in range(8)]
    assert sum(seen) > 6
    packs[-1].chmod(0o600)
    packs[-1].write_bytes(b"damaged")
    found = [mk.scrubber.verify(ScrubPlan(most_bytes=size, resume=True)).problems for _ in range(8)]
    assert any(found)
    for wrong in ({"sample": 0.0}, {"sample": 1.5}, {"bytes_per_second": 0.0}):
        with pytest.raises(InvalidInputError):
            ScrubPlan(**wrong)
