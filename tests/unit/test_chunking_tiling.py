"""From tensors to regions without gap or overlap."""

from __future__ import annotations

import pytest

from modelkeep.storage.chunking import region as sizes
from modelkeep.storage.chunking import tiling
from modelkeep.storage.chunking.bounded_file import MalformedFileError
from modelkeep.storage.chunking.region import Region
from modelkeep.storage.chunking.tiling import tile

KIB = 1024


def test_without_tensors_all_is_plain() -> None:
    assert tile([], 10) == [Region(0, 10, "", "")]


def test_gaps_are_plain_and_order_does_not_matter() -> None:
    tensors = [Region(300_000, 100_000, "F32", "b"), Region(100, 200_000, "F16", "a")]
    assert tile(tensors, 500_000) == [
        Region(0, 100, "", ""),
        Region(100, 200_000, "F16", "a"),
        Region(200_100, 99_900, "", ""),
        Region(300_000, 100_000, "F32", "b"),
        Region(400_000, 100_000, "", ""),
    ]


def test_a_lone_small_tensor_joins_the_plain_bytes_beside_it() -> None:
    tensors = [Region(100, 400, "F32", "a"), Region(600, 80 * KIB, "F32", "b")]
    assert tile(tensors, 600 + 80 * KIB)[0] == Region(0, 600, "", "")


def test_a_lone_small_tensor_between_large_ones_stays_itself() -> None:
    tensors = [
        Region(0, 80 * KIB, "F32", "a"),
        Region(80 * KIB, 400, "F32", "b"),
        Region(80 * KIB + 400, 80 * KIB, "F32", "c"),
    ]
    assert tile(tensors, 160 * KIB + 400) == tensors


def test_a_gap_or_another_kind_ends_a_group() -> None:
    step = 8 * KIB
    tensors = [
        Region(0, step, "F32", "a"),
        Region(step, step, "F32", "b"),
        Region(2 * step, step, "F16", "c"),
        Region(3 * step + 8, step, "F16", "d"),
    ]
    assert [(r.name, r.length) for r in tile(tensors, 4 * step + 8)] == [
        ("a", 2 * step),
        ("c", step),
        ("", 8),
        ("d", step),
    ]


@pytest.mark.parametrize(
    "tensors",
    [
        [Region(0, 100, "F32", "a"), Region(96, 100, "F32", "b")],
        [Region(0, 1001, "U8", "a")],
        [Region(-4, 100, "F32", "a")],
        [Region(0, 100, "U8", "a"), Region(100, -50, "U8", "b"), Region(50, 100, "U8", "c")],
    ],
)
def test_overlaps_and_what_reaches_outside_are_refused(tensors: list[Region]) -> None:
    with pytest.raises(MalformedFileError):
        tile(tensors, 1000)


def test_too_many_regions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiling, "MAX_REGIONS", 10)
    step = 2 * sizes.LONE_TENSOR_BYTES
    apart = [Region(n * step, step // 2, "F32", "") for n in range(8)]
    with pytest.raises(MalformedFileError, match="regions"):
        tile(apart, 100 * step)
    with pytest.raises(MalformedFileError, match="tensors"):
        tile([Region(n, 1, "U8", "") for n in range(11)], 100)
