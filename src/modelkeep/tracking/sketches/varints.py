"""Arrays of counts as bytes: LEB128 numbers, and runs of zeros by their length.

A number is written in groups of seven bits, the least first, with the top bit set on all but the
last byte (DWARF 5, section 7.6). A zero is followed by how many zeros there are in its run.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.arrays import BoolArray, IntArray

_BITS = 7
_LONGEST = 9  # bytes of a number below 2**63
_MOST_IN_ALL = 2.0**62  # so that no sum of them overflows


def pack_counts(counts: IntArray) -> bytes:
    """Return the bytes of counts, each 0 or more.

    Args:
        counts: One-dimensional.
    """
    if not counts.size:
        return b""
    zero = counts == 0
    starts: BoolArray = zero.copy()
    starts[1:] &= ~zero[:-1]
    kept = ~zero | starts
    places = np.flatnonzero(kept)
    numbers = counts[places]
    runs = np.flatnonzero(numbers == 0)
    lengths = np.diff(places, append=counts.size)[runs]
    return _to_leb128(np.insert(numbers, runs + 1, lengths))


def unpack_counts(data: bytes, most: int) -> IntArray:
    """Undo `pack_counts`.

    Args:
        data: What it returned.
        most: More counts than this are refused before memory is taken for them.

    Raises:
        InvalidInputError: The bytes are no such counts.
    """
    numbers = _from_leb128(data)
    opens = numbers == 0
    run = np.zeros(numbers.size, dtype=np.bool_)
    run[1:] = opens[:-1]
    if numbers.size and opens[-1]:
        raise InvalidInputError("a run of zeros has no length")
    if np.any(opens & run):
        raise InvalidInputError("a run of zeros has the length 0")
    lengths = np.where(run, numbers, np.where(opens, 0, 1))
    if lengths.size and (int(lengths.max()) > most or int(lengths.sum()) > most):
        raise InvalidInputError(f"there are more than {most} counts")
    result: IntArray = np.repeat(np.where(run, 0, numbers), lengths)
    if result.sum(dtype=np.float64) >= _MOST_IN_ALL:
        raise InvalidInputError("the counts together have more than 62 bits")
    return result


def _to_leb128(numbers: IntArray) -> bytes:
    widths = np.ones(numbers.size, dtype=np.int64)
    rest = numbers >> _BITS
    while rest.any():
        widths += rest > 0
        rest >>= _BITS
    ends = np.cumsum(widths)
    result: npt.NDArray[np.uint8] = np.empty(int(ends[-1]), dtype=np.uint8)
    starts = ends - widths
    for place in range(int(widths.max())):
        has = widths > place
        group = (numbers[has] >> (_BITS * place)) & 0x7F
        result[starts[has] + place] = group | np.where(widths[has] > place + 1, 0x80, 0)
    return result.tobytes()


def _from_leb128(data: bytes) -> IntArray:
    if not data:
        return np.empty(0, dtype=np.int64)
    groups = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(groups < 0x80)  # noqa: PLR2004  the bit that says "more follow"
    if not ends.size or ends[-1] != groups.size - 1:
        raise InvalidInputError("the last count is cut off")
    starts = np.concatenate([[0], ends[:-1] + 1])
    widths = ends - starts + 1
    if int(widths.max()) > _LONGEST:
        raise InvalidInputError("a count has more than 63 bits")
    places = np.arange(groups.size) - np.repeat(starts, widths)
    parts = (groups & 0x7F).astype(np.int64) << (_BITS * places)
    result: IntArray = np.add.reduceat(parts, starts)
    return result
