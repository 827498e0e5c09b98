"""What an accumulator takes in: arrays that were looked at before they are counted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError, InvalidSettingError

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def checked_assignments(
    arms: npt.ArrayLike, weights: npt.ArrayLike
) -> tuple[BoolArray, FloatArray]:
    """Return which arm each observation had, and how probable the canary was for it.

    Args:
        arms: Whether each observation was in the canary; any shape.
        weights: The probability of the canary at its exposure, 0 to 1; the shape of `arms`, or one
            number for all.

    Returns:
        Two arrays of the shape of `arms`.

    Raises:
        InvalidInputError: An arm is not a truth value, a weight not in [0, 1], the shapes differ,
            or an observation is in an arm that had no chance.
    """
    arm, weight = checked_truths("arms", arms), np.asarray(weights, dtype=np.float64)
    if weight.ndim and weight.shape != arm.shape:
        raise InvalidInputError(
            f"arms have the shape {arm.shape} and weights {weight.shape}; they must be equal"
        )
    # A NaN fails both comparisons, so it is found as well.
    wrong = ~((weight >= 0) & (weight <= 1))
    if wrong.any():
        raise InvalidInputError(
            f"weights hold {_first(weight, wrong)}; the probability of the canary is in [0, 1]"
        )
    weight = np.broadcast_to(weight, arm.shape)
    impossible = np.where(arm, weight == 0, weight == 1)
    if impossible.any():
        at, chance = _first(arm, impossible), _first(weight, impossible)
        raise InvalidInputError(
            f"an observation in the {'canary' if at else 'stable'} arm has the weight {chance}, "
            "which gives that arm no chance; weights are the probability of the canary"
        )
    return arm, weight


def checked_truths(
    name: str, truths: npt.ArrayLike, shape: tuple[int, ...] | None = None
) -> BoolArray:
    """Return an array of truth values; the integers 0 and 1 will do.

    Args:
        name: What they are, for the message.
        truths: The values.
        shape: What their shape must be; None for any.

    Raises:
        InvalidInputError: Something else is in it, or the shape is another.
    """
    array = np.asarray(truths)
    if shape is not None and array.shape != shape:
        raise InvalidInputError(f"{name} have the shape {array.shape}; it must be {shape}")
    if array.dtype != np.bool_:
        wrong = (array != 0) & (array != 1)
        # An empty list becomes an array of floats, which is no mistake.
        if array.size and (array.dtype.kind not in "iu" or wrong.any()):
            shown = _first(array, wrong) if wrong.any() else f"values of type {array.dtype}"
            raise InvalidInputError(f"{name} hold {shown}; they must be True or False")
        array = array.astype(np.bool_)
    return array


def checked_values(name: str, values: npt.ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Return an array of finite numbers.

    Args:
        name: What they are, for the message.
        values: The numbers.
        shape: What their shape must be.

    Raises:
        InvalidInputError: The shape is another, or a number is not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape != shape:
        raise InvalidInputError(f"{name} have the shape {array.shape}; it must be {shape}")
    wrong = ~np.isfinite(array)
    if wrong.any():
        raise InvalidInputError(
            f"{name} hold {_first(array, wrong)}; leave out what is not a finite number"
        )
    return array


def checked_indices(name: str, indices: npt.ArrayLike, count: int) -> IntArray:
    """Return an array of indices of arms.

    Args:
        name: What they are, for the message.
        indices: Whole numbers from 0, any shape.
        count: How many arms there are.

    Raises:
        InvalidInputError: One is not a whole number in [0, count).
    """
    array = np.asarray(indices)
    if array.size and array.dtype.kind not in "iub":
        raise InvalidInputError(
            f"{name} are of type {array.dtype}; they must be indices, 0 to {count - 1}"
        )
    wrong = (array < 0) | (array >= count)
    if wrong.any():
        raise InvalidInputError(
            f"{name} hold {_first(array, wrong)}; with {count} arms they are 0 to {count - 1}"
        )
    return array.astype(np.int64)


def checked_alpha(alpha: float) -> float:
    """Return the error rate.

    Raises:
        InvalidSettingError: It is not in (0, 1).
    """
    if not 0 < alpha < 1:
        raise InvalidSettingError("alpha", alpha, "above 0 and below 1, such as 0.05")
    return alpha


def _first(array: npt.NDArray[np.generic], wrong: BoolArray) -> object:
    return array[wrong].ravel()[0].item()
