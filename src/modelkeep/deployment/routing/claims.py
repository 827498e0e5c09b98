"""Which arm has which ranges of points, when weights change.

An arm that grows takes points of the stable arm, from above what it has and then from the lowest;
one that shrinks gives its highest points back, which are those it took last unless it had to go on
from below. So a ramp up moves units from stable to the arm and no others, and an arm whose weight
stays keeps its ranges as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from numbers import Real

from modelkeep.deployment.routing.table import POINTS, Claim
from modelkeep.errors import InvalidInputError

MOST_ARMS = 256
"""With the stable one; an arm's index is kept in a byte."""

_GRID = 1 << 52
_Range = tuple[int, int]


def points_of_weight(weight: float) -> int:
    """Return how many points a weight is.

    The weight is rounded down to a multiple of 2^-52, so that weights whose sum is 1 in floating
    point never need more points than there are. That is the only rounding.

    Args:
        weight: The share of all points, 0 to 1.

    Returns:
        A number of points, 0 to 2^64; a multiple of 2^12.
    """
    return math.floor(weight * _GRID) * (POINTS // _GRID)


def claims_for(previous: tuple[Claim, ...], weights: Sequence[float]) -> tuple[Claim, ...]:
    """Return the claims when the arms get these weights, moving as few points as possible.

    A point that another arm gives back in the same step is taken only when the points that were
    stable before do not suffice.

    Args:
        previous: The claims until now, sorted and without overlap.
        weights: Of the arms 1, 2, ...: `weights[0]` is that of arm 1. The stable arm 0 has the
            rest. An arm that is not among them gives back what it has.

    Returns:
        The claims from now on, sorted, without overlap, adjacent ranges of an arm merged.

    Raises:
        InvalidInputError: A weight is no number from 0 to 1, their sum is over 1, there are too
            many, or the previous claims overlap or leave the points.
    """
    check_claims(previous)
    sizes = _sizes(weights)
    held: dict[int, list[_Range]] = {}
    for start, end, arm in previous:
        held.setdefault(arm, []).append((start, end))
    free = list(unclaimed(previous))
    given_back: list[_Range] = []
    for arm, ranges in held.items():
        surplus = _total(ranges) - sizes.get(arm, 0)
        if surplus > 0:
            held[arm], given = _split_top(ranges, surplus)
            given_back += given
    for arm, size in sizes.items():
        ranges = held.get(arm, [])
        missing = size - _total(ranges)
        for pool in (free, given_back):
            taken = _take(pool, missing, above=max((end for _, end in ranges), default=0))
            ranges = ranges + taken
            missing -= _total(taken)
        held[arm] = ranges
    return _merged(Claim(*span, arm) for arm, ranges in held.items() for span in ranges)


def check_claims(claims: Sequence[Claim]) -> None:
    """Refuse claims that are not sorted, overlap, are empty, leave the points or name arm 0.

    Args:
        claims: Of one table.

    Raises:
        InvalidInputError: They are so; the claim is named.
    """
    before = 0
    for start, end, arm in claims:
        if not before <= start < end <= POINTS:
            raise InvalidInputError(
                f"the claim of the points {start} to {end} by arm {arm} is not valid: claims are "
                f"sorted, not empty, do not overlap and lie in 0 to {POINTS}"
            )
        if not 1 <= arm < MOST_ARMS:
            raise InvalidInputError(
                f"the claim of the points {start} to {end} is by arm {arm}; "
                f"an arm with claims is 1 to {MOST_ARMS - 1}"
            )
        before = end


def _sizes(weights: Sequence[float]) -> dict[int, int]:
    if len(weights) >= MOST_ARMS:
        raise InvalidInputError(
            f"{len(weights)} weights are too many; give at most {MOST_ARMS - 1}, "
            "the stable arm has none"
        )
    for arm, weight in enumerate(weights, start=1):
        # Written so that NaN, which compares as false, is refused too.
        if isinstance(weight, bool) or not isinstance(weight, Real) or not 0 <= weight <= 1:
            raise InvalidInputError(
                f"weight {ascii(weight)[:80]} of arm {arm} is not valid; it must be 0 to 1"
            )
    total = math.fsum(weights)
    if total > 1:
        raise InvalidInputError(f"the weights {list(weights)} sum to {total}; it must be at most 1")
    return {arm: points_of_weight(float(weight)) for arm, weight in enumerate(weights, start=1)}


def unclaimed(claims: Iterable[Claim]) -> Iterator[tuple[int, int]]:
    """Give the ranges that no claim has, which are those of the stable arm.

    Args:
        claims: Sorted and without overlap.

    Yields:
        The first point and the point after the last one, in order.
    """
    before = 0
    for start, end, _ in claims:
        if start > before:
            yield before, start
        before = end
    if before < POINTS:
        yield before, POINTS


def _split_top(ranges: list[_Range], size: int) -> tuple[list[_Range], list[_Range]]:
    """Return the ranges without their highest points, so many, and those."""
    kept = sorted(ranges)
    given = []
    while size:
        start, end = kept.pop()
        cut = max(start, end - size)
        given.append((cut, end))
        size -= end - cut
        if cut > start:
            kept.append((start, cut))
    return kept, given


def _take(pool: list[_Range], size: int, *, above: int) -> list[_Range]:
    """Take so many points out of a pool, or all that it has: those above a point come first."""
    taken = []
    for start, end in sorted(pool, key=lambda span: (span[0] < above, span)):
        if not size:
            break
        cut = min(end, start + size)
        taken.append((start, cut))
        size -= cut - start
        pool.remove((start, end))
        if cut < end:
            pool.append((cut, end))
    return taken


def _total(ranges: Iterable[_Range]) -> int:
    return sum(end - start for start, end in ranges)


def _merged(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    merged: list[Claim] = []
    for claim in sorted(claims):
        if merged and merged[-1].end == claim.start and merged[-1].arm == claim.arm:
            merged[-1] = merged[-1]._replace(end=claim.end)
        else:
            merged.append(claim)
    return tuple(merged)
