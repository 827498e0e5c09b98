"""From a unit to its point, one of 2^64: the same in every process, on every machine, for ever.

The point is BLAKE2b (RFC 7693) with a digest of 8 bytes, read as an unsigned big-endian number, of

    the length of the salt's bytes (8 bytes, unsigned, big-endian), the salt, the unit

with the salt in UTF-8. The length in front keeps ("ab", "c") apart from ("a", "bc"). A change here
would move every unit of every running rollout; golden values in the tests forbid it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING

from modelkeep.errors import InvalidInputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Unit = str | int | bytes
"""What is routed: a user, a session, a device."""

Hasher = Callable[[Unit | None], int]
"""Gives the point of a unit under one salt."""

_DIGEST_SIZE = 8
_LENGTH_SIZE = 8


def unit_bytes(unit: Unit) -> bytes:
    """Return the bytes that stand for a unit.

    A str is its UTF-8, an int its decimal digits, bytes are themselves. So 42, "42" and b"42" are
    one unit: an id often is a number in one place and a text in another, and must not change its
    arm on the way. "042" is another unit.

    Args:
        unit: The unit.

    Returns:
        Its bytes.

    Raises:
        InvalidInputError: It is of another type, or a text that is not Unicode.
    """
    if isinstance(unit, str):
        try:
            return str.encode(unit)
        except UnicodeEncodeError as error:
            raise InvalidInputError(
                f"unit {unit!a} is not Unicode text: it has a lone surrogate; "
                "give the bytes it was read from"
            ) from error
    if isinstance(unit, bytes):
        return bytes(unit)
    if isinstance(unit, int) and not isinstance(unit, bool):
        # The digits, also of an enumeration whose text would be its name.
        return b"%d" % unit
    raise InvalidInputError(
        f"unit {ascii(unit)[:80]} is a {type(unit).__name__}; a unit is a str, an int or bytes"
    )


def random_point() -> int:
    """Return a point by chance, for a request that belongs to no unit."""
    # The system's source of chance is another one in each process, also after a fork.
    return int.from_bytes(os.urandom(_DIGEST_SIZE), "big")


def hasher_of(salt: str) -> Hasher:
    """Return a quick `point_of` for one salt.

    Args:
        salt: Of a rollout or an experiment.

    Returns:
        A function of a unit that returns its point; of None, a random point.

    Raises:
        InvalidInputError: The salt is not Unicode text.
    """
    copy = _primed(salt).copy
    from_bytes = int.from_bytes

    def hasher(unit: Unit | None) -> int:
        if type(unit) is str:
            try:
                data = unit.encode()
            except UnicodeEncodeError:
                data = unit_bytes(unit)
        elif unit is None:
            return random_point()
        else:
            data = unit_bytes(unit)
        digest = copy()
        digest.update(data)
        return from_bytes(digest.digest(), "big")

    return hasher


def point_of(salt: str, unit: Unit | None) -> int:
    """Return the point of a unit.

    Args:
        salt: Of a rollout or an experiment.
        unit: The unit; None for a random point.

    Returns:
        A number from 0 to 2^64 - 1.

    Raises:
        InvalidInputError: The unit is neither str, int nor bytes.
    """
    return hasher_of(salt)(unit)


def points_of(salt: str, units: Iterable[Unit | None]) -> NDArray[np.uint64]:
    """Return the points of many units.

    Args:
        salt: Of a rollout or an experiment.
        units: n units, also as a one-dimensional numpy array; None for a random point.

    Returns:
        n points, uint64, in the same order.

    Raises:
        InvalidInputError: One of the units is neither str, int nor bytes, or a single unit was
            given.
    """
    import numpy as np

    copy = _primed(salt).copy
    digests = []
    for data in _all_bytes(listed_units(units)):
        digest = copy()
        digest.update(data)
        digests.append(digest.digest())
    return np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)


def listed_units(units: Iterable[Unit | None]) -> list[Unit | None]:
    """Return the units as a list of plain Python values; a list is returned as it is.

    Args:
        units: n units, also as a one-dimensional numpy array.

    Returns:
        The n units.

    Raises:
        InvalidInputError: It is a single unit, or an array of another shape.
    """
    if type(units) is list:
        return units
    if units is None or isinstance(units, (str, bytes, int)):
        raise InvalidInputError(
            f"units {ascii(units)[:80]} is a single {type(units).__name__}; give a list of units, "
            "or use choose for one unit"
        )
    shape = getattr(units, "shape", None)
    if shape is not None and len(shape) != 1:
        raise InvalidInputError(f"units have the shape {shape}; give one dimension")
    # An array knows how to turn its numbers into those of Python.
    to_list = getattr(units, "tolist", None)
    return list(units) if to_list is None else list(to_list())


def _all_bytes(units: list[Unit | None]) -> Iterable[bytes]:
    if set(map(type, units)) == {str}:
        try:
            return [unit.encode() for unit in units]  # type: ignore[union-attr]
        except UnicodeEncodeError:
            pass  # Below it is told which one.
    return [
        # A digest of random bytes is as random as they are.
        os.urandom(_DIGEST_SIZE) if unit is None else unit_bytes(unit)
        for unit in units
    ]


def _primed(salt: str) -> blake2b:
    """Return the hash after the salt: copying it is quicker than to start with a key or a salt."""
    if not isinstance(salt, str):
        raise InvalidInputError(f"salt {ascii(salt)[:80]} is a {type(salt).__name__}; give a str")
    data = unit_bytes(salt)
    return blake2b(len(data).to_bytes(_LENGTH_SIZE, "big") + data, digest_size=_DIGEST_SIZE)
