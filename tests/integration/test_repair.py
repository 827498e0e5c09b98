"""A damaged version is mended from its backup, or from a whole file in the cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from modelkeep.catalogue import chunks
from modelkeep.catalogue.chunks import ChunkKind
from modelkeep.cli.main import app
from modelkeep.errors import IntegrityError


def arrays(seed: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    return {f"w{n}": generator.standard_normal((300, 400)).astype("f4") for n in range(3)}


def places(mk) -> list[str]:
    return ["--storage", mk.config.storage_path, "--backups", mk.config.backup_path]


def damage(mk, version: str) -> None:
    """Flip a bit in the largest stored chunk of a version."""
    with mk.catalogue.read() as connection:
        roots = chunks.roots_of(connection, mk.versions.get_version(version).version_id)
        needed = chunks.needed_by(connection, roots).values()
    row = max(
        (each for each in needed if each.kind is ChunkKind.DATA), key=lambda row: row.stored_bytes
    )
    name = row.pack.hex()
    path = Path(mk.config.storage_path) / "blobs" / name[:2] / name
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[row.offset_bytes + row.stored_bytes // 2] ^= 1
    path.write_bytes(content)


def test_what_the_cache_holds_mends_a_version(mk) -> None:
    first, second = arrays(1), arrays(2)
    mk.versions.create_version("a", first)
    mk.versions.create_version("b", second)
    mk.versions.load_model("a@latest", mmap=True)
    damage(mk, "a@latest")
    with pytest.raises(IntegrityError):
        mk.versions.load_model("a@latest")
    result = CliRunner().invoke(app, [*places(mk), "verify", "--repair"])
    assert result.exit_code == 0, result.output
    assert "all is as it was stored" in result.output
    loaded = mk.versions.load_model("a@latest")
    assert all((loaded[name] == value).all() for name, value in first.items())
    assert mk.scrubber.verify().problems == []


def test_without_a_copy_the_damage_stays_told_and_the_rest_is_mended(mk) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        mk.versions.create_version(name, arrays(seed))
    mk.versions.backup_version("b@latest")
    for name in "ab":
        damage(mk, f"{name}@latest")
    with pytest.raises(IntegrityError):
        mk.versions.repair_version("a@latest")
    result = CliRunner().invoke(app, [*places(mk), "verify", "--repair"])
    assert result.exit_code == 6
    assert mk.versions.get_version("a@latest").version_id in result.output
    assert mk.versions.get_version("b@latest").version_id not in result.output
    assert (mk.versions.load_model("b@latest")["w1"] == arrays(2)["w1"]).all()


def test_a_damaged_copy_mends_nothing(mk) -> None:
    mk.versions.create_version("a", arrays(1))
    mk.versions.load_model("a@latest", mmap=True)
    damage(mk, "a@latest")
    (copy,) = Path(mk.config.storage_path).glob("cache/*/*")
    copy.chmod(0o600)
    content = bytearray(copy.read_bytes())
    content[-1] ^= 1
    copy.write_bytes(content)
    copy.chmod(0o400)
    with pytest.raises(IntegrityError):
        mk.versions.repair_version("a@latest")
    assert mk.scrubber.verify().touched_versions
