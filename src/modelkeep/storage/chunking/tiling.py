"""From the tensors in a file to regions that cover it without gap or overlap."""

from __future__ import annotations

from collections.abc import Iterable

from modelkeep.storage.chunking.bounded_file import MalformedFileError
from modelkeep.storage.chunking.region import (
    LONE_TENSOR_BYTES,
    MAX_REGIONS,
    SMALL_TENSOR_BYTES,
    TENSOR_PIECE_BYTES,
    Region,
)


def tile(tensors: list[Region], size: int) -> list[Region]:
    """Return regions that cover a file of this size exactly.

    Args:
        tensors: Where there are numbers, in any order.
        size: Bytes of the file, more than 0.

    Raises:
        MalformedFileError: Tensors overlap, reach beyond the file, or are too many.
    """
    if len(tensors) > MAX_REGIONS:
        raise MalformedFileError(f"more than {MAX_REGIONS} tensors")
    ordered = sorted((tensor for tensor in tensors if tensor.length), key=_offset)
    _check(ordered, size)
    regions = _cover(_grouped(ordered), size)
    if len(regions) > MAX_REGIONS:
        raise MalformedFileError(f"more than {MAX_REGIONS} regions")
    return regions


def _offset(region: Region) -> int:
    return region.offset


def _check(ordered: Iterable[Region], size: int) -> None:
    end = 0
    for tensor in ordered:
        if tensor.offset < end or tensor.length < 0:
            raise MalformedFileError(f"{tensor.name!r} overlaps what is before it")
        end = tensor.end
    if end > size:
        raise MalformedFileError(f"tensors reach to {end}, the file to {size}")


def _grouped(ordered: Iterable[Region]) -> list[Region]:
    groups: list[Region] = []
    open_group = False
    for tensor in ordered:
        small = tensor.length < SMALL_TENSOR_BYTES
        if small and open_group and _fit(groups[-1], tensor):
            first = groups[-1]
            length = first.length + tensor.length
            groups[-1] = Region(first.offset, length, first.element, first.name)
        else:
            groups.append(tensor)
        open_group = small
    return groups


def _fit(group: Region, tensor: Region) -> bool:
    return (
        group.end == tensor.offset
        and group.element == tensor.element
        and group.length + tensor.length <= TENSOR_PIECE_BYTES
    )


def _cover(groups: list[Region], size: int) -> list[Region]:
    regions: list[Region] = []
    end = 0
    for index, group in enumerate(groups):
        if group.offset > end:
            _add_plain(regions, end, group.offset)
        end = group.end
        following = groups[index + 1].offset if index + 1 < len(groups) else size
        beside_plain = following > end or (regions and not regions[-1].element)
        if group.length < LONE_TENSOR_BYTES and beside_plain:
            _add_plain(regions, group.offset, end)
        else:
            regions.append(group)
    if end < size:
        _add_plain(regions, end, size)
    return regions


def _add_plain(regions: list[Region], start: int, end: int) -> None:
    if regions and not regions[-1].element:
        start = regions.pop().offset
    regions.append(Region(start, end - start, "", ""))
