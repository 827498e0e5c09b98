"""Several versions created together: one pack, one transaction, all or none."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from modelkeep import ModelVersioningConfig, ModelVersioningService, NewVersion
from modelkeep.errors import (
    InvalidMetricError,
    InvalidNumberError,
    UnserialisableModelError,
    VersionNotFoundError,
)


def packs(mk) -> list[Path]:
    return list(Path(mk.config.storage_path).glob("blobs/*/*"))


def new(model_id: str, n: int, **more) -> NewVersion:
    return NewVersion(model_id=model_id, model_data={"n": n}, **more)


@pytest.mark.local_files
def test_many_models_share_a_pack(mk) -> None:
    made = mk.versions.create_versions(
        new(f"m{n % 3}", n, metadata={"accuracy": n / 100}, tags=["sweep"]) for n in range(90)
    )
    assert len(packs(mk)) == 1
    assert [each.version_number for each in made[:7]] == ["1.0.0"] * 3 + ["1.0.1"] * 3 + ["1.0.2"]
    assert len({each.version_id for each in made}) == 90
    for n, each in enumerate(made):
        assert mk.versions.get_version(each.version_id) == each
        assert each.metrics == {"accuracy": n / 100}
        assert mk.versions.load_model(each.version_id) == {"n": n}
    assert mk.scrubber.verify().problems == []
    kinds = [event.kind for event in mk.versions.get_events(made[40].version_id)]
    assert kinds == ["version_created"]


def test_equal_models_are_stored_once_and_versions_stay_their_own(mk) -> None:
    made = mk.versions.create_versions([new("m", 1), new("m", 1), new("other", 1)])
    assert len({each.checksum for each in made}) == 1
    mk.versions.delete_version(made[0].version_id)
    for each in made[1:]:
        assert mk.versions.load_model(each.version_id) == {"n": 1}
    assert mk.scrubber.verify().problems == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (NewVersion(model_id="m", model_data=lambda: 0, format="pickle"), UnserialisableModelError),
        (new("m", 2, metadata={"metrics": {"accuracy": "good"}}), InvalidMetricError),
        (new("m", 2, number="0.5.0"), InvalidNumberError),
        (new("m", 2, parent_version="m@9.9.9"), VersionNotFoundError),
    ],
)
def test_one_that_cannot_be_kept_leaves_none(mk, wrong, error) -> None:
    first = mk.versions.create_version("m", {"n": 0})
    before = packs(mk)
    with pytest.raises(error):
        mk.versions.create_versions([new("m", 1), wrong, new("m", 3)])
    assert packs(mk) == before
    assert list(mk.versions.get_versions("m")) == [first]
    assert mk.versions.create_version("m", {"n": 4}).version_number == "1.0.1"
    assert mk.scrubber.verify().problems == []


def test_explicit_numbers_and_the_next_follow_one_another(mk) -> None:
    made = mk.versions.create_versions(
        [new("m", 1), new("m", 2, number="2.0.0"), new("m", 3), new("m", 4, bump="minor")]
    )
    assert [each.version_number for each in made] == ["1.0.0", "2.0.0", "2.0.1", "2.1.0"]


def test_none_is_none(mk) -> None:
    assert mk.versions.create_versions([]) == []
    assert packs(mk) == []


def test_the_async_face(tmp_path) -> None:
    async def main() -> None:
        config = ModelVersioningConfig(storage_path=str(tmp_path / "registry"))
        async with ModelVersioningService(config) as service:
            made = await service.create_model_versions(new("m", n) for n in range(3))
            assert await service.load_model_version(made[2]) == {"n": 2}

    asyncio.run(main())
