"""How metrics changed: pure functions over two dicts of numbers."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping

from modelkeep.comparison.result import Direction, Improvements, MetricChange, Verdict

# Lets 0.999 to 1.0 count as the 0.1 % that it is, although its float difference is a bit more.
_ROUNDING = 1e-9


def compare_metrics(
    metrics1: Mapping[str, float],
    metrics2: Mapping[str, float],
    directions: Mapping[str, Direction | None],
    tolerance: float,
) -> dict[str, MetricChange]:
    """Compare every metric that one of two versions has.

    Args:
        metrics1: Of version1.
        metrics2: Of version2.
        directions: Which way is better; a metric that is not in it has no known direction.
        tolerance: Relative changes up to this fraction count as equal.

    Returns:
        The changes by name of the metric, sorted.
    """
    return {
        name: compare_values(
            metrics1.get(name), metrics2.get(name), directions.get(name), tolerance
        )
        for name in sorted(metrics1.keys() | metrics2.keys())
    }


def compare_values(
    value1: float | None, value2: float | None, direction: Direction | None, tolerance: float
) -> MetricChange:
    """Compare one metric of two versions.

    A value that is finite and then is not counts as worse whatever the direction: the measurement
    broke. A value that was not finite before cannot be compared with anything.

    Args:
        value1: Of version1; None if it does not have the metric.
        value2: Of version2; None if it does not have the metric.
        direction: Which way is better, if that is known.
        tolerance: Relative changes up to this fraction count as equal.

    Example:
        >>> compare_values(0.8, 0.9, "higher", 0.001)["verdict"]
        'better'
        >>> compare_values(0.8, float("nan"), "higher", 0.001)["verdict"]
        'worse'
    """
    verdict: Verdict
    difference = percent = relative = None
    if value1 is None or value2 is None:
        verdict = "missing"
    elif not math.isfinite(value1):
        verdict = "not_comparable"
    elif not math.isfinite(value2):
        verdict = "worse"
    else:
        difference = _finite(value2 - value1)
        percent = _percent(value1, difference)
        relative = relative_change(value1, value2)
        verdict = _judge(relative, direction, tolerance)
    return {
        "version1_value": value1,
        "version2_value": value2,
        "difference": difference,
        "percent_change": percent,
        "relative_change": relative,
        "direction": direction,
        "improved": {"better": True, "worse": False}.get(verdict),
        "verdict": verdict,
    }


def relative_change(value1: float, value2: float) -> float:
    """Return (value2 - value1) / max(|value1|, |value2|), which lies in [-2, 2].

    The greater magnitude as divisor keeps it bounded and makes it change only its sign when the
    two are swapped. From or to zero it is 1 in size, a change of sign up to 2. Between zeros it
    is 0, and a subnormal number counts as zero, since it has lost the digits that a ratio needs.

    Args:
        value1: A finite number.
        value2: A finite number.

    Example:
        >>> relative_change(1.0, 0.75), relative_change(0.75, 1.0), relative_change(0.0, 0.0)
        (-0.25, 0.25, 0.0)
    """
    before, after = _flushed(value1), _flushed(value2)
    greatest = max(abs(before), abs(after))
    if not greatest:
        return 0.0
    difference = after - before
    if math.isinf(difference):
        return after / greatest - before / greatest
    return difference / greatest


def gain_of(change: MetricChange) -> float | None:
    """Return what a change adds to the overall improvement, in [-1, 1], more being better.

    Returns:
        The relative change with the sign of the direction, clipped; 0 within the tolerance; -1
        for a measurement that broke; None for a change that is no evidence either way.
    """
    verdict, relative = change["verdict"], change["relative_change"]
    if verdict == "equal" and change["direction"]:
        return 0.0
    if verdict not in ("better", "worse"):
        return None
    size = 1.0 if relative is None else min(1.0, abs(relative))
    return size if verdict == "better" else -size


def has_broken(change: MetricChange) -> bool:
    """Tell whether the metric was finite in version1 and is NaN or infinite in version2."""
    return change["verdict"] == "worse" and change["relative_change"] is None


def calculate_improvements(metrics: Mapping[str, MetricChange]) -> Improvements:
    """Count what got better and worse.

    `overall_improvement` is the mean, over all metrics of known direction that are finite in both
    versions, of d * (b - a) / max(|a|, |b|), clipped to [-1, 1]: a is the value in version1, b in
    version2, d is 1 where higher is better and -1 where lower is. A change within the tolerance
    counts as 0 and a metric that was finite and no longer is as -1. It is 0.0 when there is no
    such metric. So it lies in [-1, 1] and, as long as all values are finite and the versions do
    not contradict each other on directions, changes only its sign when the versions are swapped.

    Args:
        metrics: As `compare_metrics` returns them.
    """
    gains = [gain for change in metrics.values() if (gain := gain_of(change)) is not None]
    improved = [name for name, change in metrics.items() if change["verdict"] == "better"]
    degraded = [name for name, change in metrics.items() if change["verdict"] == "worse"]
    return {
        "total_metrics_improved": len(improved),
        "total_metrics_degraded": len(degraded),
        # fsum rounds once, so that the mean cannot leave [-1, 1] or depend on the order.
        "overall_improvement": math.fsum(gains) / len(gains) if gains else 0.0,
        "improved_metrics": improved,
        "degraded_metrics": degraded,
    }


def _judge(relative: float, direction: Direction | None, tolerance: float) -> Verdict:
    if abs(relative) <= tolerance * (1.0 + _ROUNDING):
        return "equal"
    if direction is None:
        return "unknown_direction"
    return "better" if (relative > 0) == (direction == "higher") else "worse"


def _percent(value1: float, difference: float | None) -> float | None:
    if difference is None or not _flushed(value1):
        return None
    return _finite(100.0 * (difference / abs(value1)))


def _flushed(value: float) -> float:
    return value if abs(value) >= sys.float_info.min else 0.0


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
