"""Compares all tensors of two versions: which are the same, which changed and by how much."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from modelkeep.comparison.deep import TensorsDifference
from modelkeep.comparison.tensors.found import MOVED, Found, change_of
from modelkeep.comparison.tensors.holding import Pair, Sides
from modelkeep.comparison.tensors.naming import paired_by_name
from modelkeep.comparison.tensors.numbers import is_number, width_of
from modelkeep.comparison.tensors.permutations import order_of
from modelkeep.comparison.tensors.renames import find_renamed
from modelkeep.comparison.tensors.source import TensorSource
from modelkeep.comparison.tensors.sums import Sums, total
from modelkeep.errors import InvalidInputError

_LEAST_MEMORY_BYTES = 64 << 20
_LARGEST_BLOCK_BYTES = 4 << 20
_BLOCKS_IN_MEMORY = 64
# Rounding of a sum of squares in another order.
_ROUNDING = 1e-9
_WIDEST = 8  # bytes of an element whose places are told apart


def compare_tensors(
    source1: TensorSource, source2: TensorSource, *, most_memory_bytes: int = 512 << 20
) -> TensorsDifference:
    """Tell what happened to each tensor between two versions.

    Tensors are paired by file and name, then by name alone, then as `renames.find_renamed` says,
    which also finds what was renamed and changed. Of a pair with one shape and kind, the share
    that changed is by bits; of one with two kinds, by values. Norms are in float64:
    relative_norm = |b - a| / |a|, cosine = a.b / (|a| |b|), without the elements that are NaN or
    infinite in one of the two, which the notes count. A pair with other shapes is compared only
    where the elements are the same in C order (reshaped) or in another order (permuted).

    Over all tensors, relative_norm is the root of the sum of squared changes over the root of the
    sum of squares in version1, of every tensor that is in both and could be compared.

    Chunks that both versions share are not read twice, and not at all while nothing changed. All
    is read in blocks of up to 4 MiB, on two threads.

    Args:
        source1: The tensors of version1.
        source2: The tensors of version2.
        most_memory_bytes: What it may take; at least 64 MiB.

    Raises:
        IntegrityError: A file is damaged.
        InvalidInputError: The memory is less than that.
    """
    if most_memory_bytes < _LEAST_MEMORY_BYTES:
        raise InvalidInputError(
            f"most_memory_bytes is {most_memory_bytes}; it must be {_LEAST_MEMORY_BYTES} or more"
        )
    sides = Sides(
        first=source1,
        second=source2,
        block_bytes=min(_LARGEST_BLOCK_BYTES, most_memory_bytes // _BLOCKS_IN_MEMORY),
        most_memory_bytes=most_memory_bytes,
    )
    first, second = source1.list_tensors(), source2.list_tensors()
    named = paired_by_name(first, second)
    found = [
        *_held(sides, named.pairs),
        *find_renamed(sides, named.left1, named.left2),
    ]
    kept1 = {each.one for each in found}
    kept2 = {each.two for each in found}
    found += [Found(one=None, two=two, verdict="added") for two in second if two not in kept2]
    found += [Found(one=one, two=None, verdict="removed") for one in first if one not in kept1]
    order = {entry: at for at, entry in enumerate(second)}
    found.sort(key=lambda each: order.get(each.two, len(order)) if each.two else len(order))
    found = _with_sums_of_equal(sides, found)
    return _difference(found, [*_said_of(source1, 1), *_said_of(source2, 2)])


def _held(sides: Sides, pairs: Sequence[Pair]) -> Iterator[Found]:
    waiting = []
    for pair in pairs:
        one, two = pair
        known = sides.are_known_equal(pair)
        if known and one.shape == two.shape:
            yield Found(one=one, two=two, verdict="same")
        elif known and one.elements == two.elements:
            yield Found(one=one, two=two, verdict="reshaped")
        elif one.shape == two.shape or _may_have_moved(pair):
            waiting.append(pair)
        else:
            detail = f"of the shape {list(two.shape)} instead of {list(one.shape)}"
            yield Found(one=one, two=two, verdict="changed", detail=detail)
    for pair, sums in zip(waiting, sides.sums(waiting), strict=True):
        yield _judged(sides, pair, sums)


def _may_have_moved(pair: Pair) -> bool:
    one, two = pair
    return one.elements == two.elements and one.dtype == two.dtype


def _judged(sides: Sides, pair: Pair, sums: Sums) -> Found:
    one, two = pair
    if one.dtype != two.dtype:
        if is_number(one.dtype) and is_number(two.dtype):
            detail = "" if sums.changed else "with the same values"
            return Found(one=one, two=two, verdict="dtype_changed", detail=detail, sums=sums)
        return Found(one=one, two=two, verdict="dtype_changed", detail="these are not numbers")
    if not sums.changed:
        verdict = "same" if one.shape == two.shape else "reshaped"
        return Found(one=one, two=two, verdict=verdict, sums=sums)  # type: ignore[arg-type]
    order = _order_of(sides, pair, sums)
    if order:
        return Found(one=one, two=two, verdict="permuted", detail=order)
    if one.shape == two.shape:
        return Found(one=one, two=two, verdict="changed", sums=sums)
    detail = f"of the shape {list(two.shape)} instead of {list(one.shape)}, with other values"
    return Found(one=one, two=two, verdict="changed", detail=detail)


def _order_of(sides: Sides, pair: Pair, sums: Sums) -> str:
    one, _ = pair
    apart = abs(sums.squares1 - sums.squares2) > _ROUNDING * max(sums.squares1, sums.squares2)
    if apart or sums.odd1 or sums.odd2 or not is_number(one.dtype) or one.elements == 1:
        return ""
    return order_of(sides, pair) if width_of(one.dtype) <= _WIDEST else ""


def _with_sums_of_equal(sides: Sides, found: list[Found]) -> list[Found]:
    """Fill in the sums of tensors whose values are the same, which were not read, or moved.

    While nothing changed at all, none of their norms is needed, only whether they have one.
    """
    missing = {
        at: each.two
        for at, each in enumerate(found)
        if each.two and not each.sums and (each.verdict == "same" or each.verdict in MOVED)
    }
    if any(each.sums and each.sums.changed for each in found):
        sums = sides.sums_of_equal(list(missing.values()))
    else:
        sums = [
            Sums(elements=entry.elements, squares1=length, squares2=length, product=length)
            for entry, length in zip(
                missing.values(),
                map(float, sides.have_length(list(missing.values()))),
                strict=True,
            )
        ]
    filled = dict(zip(missing, sums, strict=True))
    return [
        replace(each, sums=filled[at]) if at in filled else each for at, each in enumerate(found)
    ]


def _difference(found: Sequence[Found], notes: list[str]) -> TensorsDifference:
    held = [each.sums for each in found if each.sums]
    numbers = [
        each.sums
        for each in found
        if each.sums and each.one and is_number(each.one.dtype) and is_number(each.entry.dtype)
    ]
    overall = total(numbers)
    changes = [change_of(each) for each in found]
    notes += _notes_on(found)
    return {
        "tensors": changes,
        "counts": dict(Counter(change["verdict"] for change in changes)),
        "relative_norm": overall.relative_norm if numbers else None,
        "changed_share": total(held).changed_share if held else None,
        "notes": notes,
    }


def _notes_on(found: Sequence[Found]) -> Iterator[str]:
    for each in found:
        sums, label = each.sums, each.entry.label
        if each.one and each.two and sums is None:
            yield f"{label}: not compared, {each.detail}"
        elif sums and (sums.odd1 or sums.odd2):
            yield (
                f"{label}: {sums.odd1} elements of version1 and {sums.odd2} of version2 are NaN "
                "or infinite, and left out"
            )
        elif sums and not math.isfinite(sums.squares1 + sums.squares2 + sums.squares_change):
            yield f"{label}: its squares are beyond float64, so that it has no norm"
        elif sums and not is_number(each.entry.dtype):
            yield f"{label}: {each.entry.dtype} is no number, so that it has no norm"


def _said_of(source: TensorSource, number: int) -> list[str]:
    return [f"version{number}: {note}" for note in source.notes]
