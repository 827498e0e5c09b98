"""How small something will get, from a sample: order-0 entropy (Shannon 1948), bits a symbol."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from modelkeep.storage.codecs.elements import Numbers, Octets

INCOMPRESSIBLE = 7.8
"""Bits a byte above which entropy coding is not tried."""

_SAMPLE = 4096
_WINDOWS = 128
_WORDS = 1024
_REPEATED = 0.05
_BY_CHANCE = 1.1

_Scalar = TypeVar("_Scalar", bound=np.generic)

# n * log2(n), so that an entropy is one look-up for each symbol
_N_LOG_N = np.arange(_SAMPLE + 1) * np.log2(np.maximum(np.arange(_SAMPLE + 1), 1))


def sample(
    values: npt.NDArray[_Scalar], size: int = _SAMPLE, windows: int = _WINDOWS
) -> npt.NDArray[_Scalar]:
    """Return values from windows spread evenly, or all of an array that is no longer.

    Args:
        values: What to choose from.
        size: How many to return, a multiple of the windows.
        windows: In how many pieces.
    """
    if len(values) <= size:
        return values
    rows = values[: len(values) // windows * windows].reshape(windows, -1)
    return rows[:, : size // windows].reshape(-1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a sample of bytes says of coding all of them.

    Attributes:
        entropy: Bits a byte, of the sample's frequencies.
        commonest: The share of the most frequent byte.
        runs: Whether equal neighbours are more frequent than chance makes them.
        long_runs: Whether they are so frequent that matches will say more than frequencies.
    """

    entropy: float
    commonest: float
    runs: bool
    long_runs: bool


def foresee(octets: Octets) -> Outlook:
    """Return what a sample of at least one byte says."""
    some = sample(octets)
    counts = np.bincount(some, minlength=256)
    shares = counts / len(some)
    chance = float(shares @ shares)
    pairs = np.count_nonzero(some[1:] == some[:-1]) / len(some)
    return Outlook(
        entropy=_entropy(counts),
        commonest=float(shares.max()),
        runs=bool(pairs > _BY_CHANCE * chance),
        long_runs=bool(pairs > 2 * chance + _REPEATED),
    )


def foresee_planes(coded: Numbers) -> tuple[float, bool]:
    """Return what coding byte planes each by itself will come to.

    Args:
        coded: A `sample` of numbers, at least one.

    Returns:
        The bits of one number, and whether there is more to find than frequencies.
    """
    bits, runs = 0.0, False
    for plane in range(coded.dtype.itemsize):
        octets = (coded >> (8 * plane)).astype(np.uint8)
        outlook = foresee(octets)
        bits += outlook.entropy if outlook.entropy <= INCOMPRESSIBLE else 8
        runs |= outlook.long_runs
    return bits, runs


def repeats(raw: memoryview) -> bool:
    """Say whether words of eight bytes occur again and again, as in no trained weights."""
    words = np.sort(sample(np.frombuffer(raw, "<u8", len(raw) // 8))[::4][:_WORDS])
    return bool(np.count_nonzero(words[1:] == words[:-1]) > _REPEATED * len(words))


def _entropy(counts: npt.NDArray[np.intp]) -> float:
    total = int(counts.sum())
    return math.log2(total) - float(_N_LOG_N[counts].sum()) / total
