"""Up to fifty versions side by side: the trade-offs between them, and one order of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from modelkeep.comparison.directions import choose_directions, read_declarations
from modelkeep.comparison.ranked import Axis, RankedVersion, Ranking
from modelkeep.comparison.result import Direction
from modelkeep.errors import InvalidInputError, InvalidSettingError, UnknownChoiceError
from modelkeep.models import ModelVersion

MOST_VERSIONS = 50

SIZE = "size_bytes"
LATENCY = "latency_seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One axis with the values of the versions in the order in which they were given."""

    name: str
    direction: Direction | None
    weight: float
    values: tuple[float | None, ...]

    def known(self) -> list[float]:
        return [value for value in self.values if value is not None]

    def gains(self) -> list[float | None]:
        """Return how far each value is from the worst to the best, in [0, 1]; all equal are 1."""
        known = self.known()
        if not known:
            return [None] * len(self.values)
        worst, best = min(known), max(known)
        if self.direction == "lower":
            worst, best = best, worst
        if worst == best:
            return [None if value is None else 1.0 for value in self.values]
        # Halves, since the difference of two finite numbers may be too great for a float.
        span = best / 2.0 - worst / 2.0
        return [
            None if value is None else (value / 2.0 - worst / 2.0) / span for value in self.values
        ]


def rank_versions(
    versions: Sequence[ModelVersion],
    *,
    metrics: Iterable[str] | None = None,
    directions: Mapping[str, Direction] | None = None,
    weights: Mapping[str, float] | None = None,
    latencies: Mapping[str, float] | None = None,
) -> Ranking:
    """Hold versions against each other on their metrics, size and latency.

    A gain is (value - worst) / (best - worst) among these versions, in the direction of the axis;
    where all values are equal it is 1. The score is the mean of the gains on the axes that have a
    weight. A version lacking such a value has no score and no rank, for it can neither be counted
    as the worst nor be left out of the mean fairly. On the Pareto front a missing value is worse
    than every other and equal to a missing one, so it never helps. A metric that is not finite
    counts as missing. The work grows with the square of the versions times the axes.

    Args:
        versions: From 1 to 50, each once; of one model or several.
        metrics: Which metrics count; by default those of known direction that more than half of
            the versions have.
        directions: Which way is better, by metric; else as the configurations of the versions
            declare it, the later version winning, else by the name.
        weights: How much an axis counts in the score, at least 0; by default 1 for a metric and 0
            for `size_bytes` and `latency_seconds`, which are part of the front all the same.
        latencies: Seconds, by version id.

    Returns:
        The table, the axes and what does not count.

    Raises:
        InvalidInputError: There are none, too many or doubled versions, or a metric, direction,
            weight or latency cannot be used.
    """
    _check_versions(versions)
    notes: list[str] = []
    measured = {} if latencies is None else dict(latencies)
    _check_numbers("latency", measured)
    given = _directions(versions, directions or {})
    names = _choose_metrics(versions, metrics, given, notes)
    lines = _lines(versions, names, given, dict(weights or {}), measured)
    counting = [line for line in lines if line.direction is not None]
    front = _find_front(counting, len(versions))
    scores = _scores(counting, len(versions))
    if any(score is None for score in scores):
        notes += _notes_on_scores(versions, counting, scores)
    order = sorted(range(len(versions)), key=lambda place: _sort_key(scores[place]))
    ranks = _ranks(scores)
    rows: list[RankedVersion] = [
        {
            "version_id": versions[place].version_id,
            "model_id": versions[place].model_id,
            "version_number": versions[place].version_number,
            "metrics": {line.name: line.values[place] for line in lines if line.name in set(names)},
            "size_bytes": versions[place].size_bytes,
            "latency_seconds": measured.get(versions[place].version_id),
            "on_front": front[place],
            "score": scores[place],
            "rank": ranks[place],
            "missing": [line.name for line in counting if line.values[place] is None],
        }
        for place in order
    ]
    return {"rows": rows, "axes": [_axis(line, order) for line in lines], "notes": notes}


def _check_versions(versions: Sequence[ModelVersion]) -> None:
    if not 0 < len(versions) <= MOST_VERSIONS:
        raise InvalidInputError(
            f"{len(versions)} versions cannot be ranked; give from 1 to {MOST_VERSIONS}"
        )
    ids = [version.version_id for version in versions]
    doubled = sorted({one for one in ids if ids.count(one) > 1})
    if doubled:
        raise InvalidInputError(f"version {doubled[0]!r} is given more than once; give each once")


def _check_numbers(what: str, numbers: Mapping[str, float]) -> None:
    for name, number in numbers.items():
        if not (math.isfinite(number) and number >= 0):
            raise InvalidSettingError(f"{what} of {name!r}", number, "a finite number from 0 on")


def _directions(
    versions: Sequence[ModelVersion], chosen: Mapping[str, Direction]
) -> dict[str, Direction | None]:
    declared: dict[str, Direction] = {}
    for version in versions:
        declared.update(read_declarations({}, version.configuration).chosen)
    for name, direction in chosen.items():
        if direction not in ("higher", "lower"):
            raise UnknownChoiceError(f"direction of {name!r}", direction, ("higher", "lower"))
    declared.update(chosen)
    return choose_directions(sorted({m for v in versions for m in v.metrics}), declared)


def _choose_metrics(
    versions: Sequence[ModelVersion],
    wanted: Iterable[str] | None,
    directions: Mapping[str, Direction | None],
    notes: list[str],
) -> list[str]:
    if wanted is not None:
        names = list(dict.fromkeys(wanted))
        for name in names:
            if name not in directions:
                raise UnknownChoiceError("metric", name, sorted(directions))
            if directions[name] is None:
                notes.append(
                    f"{name} does not count: whether higher or lower is better is not known"
                )
        return names
    undirected = [name for name, direction in directions.items() if direction is None]
    if undirected:
        notes.append(
            f"{', '.join(undirected)} left out: whether higher or lower is better is not known"
        )
    common: list[str] = []
    rare: list[str] = []
    for name, direction in directions.items():
        count = sum(_finite(version.metrics.get(name)) is not None for version in versions)
        if direction is not None:
            (common if 2 * count > len(versions) else rare).append(name)
    if rare:
        notes.append(f"{', '.join(rare)} left out: no more than half of the versions have it")
    return common


def _lines(
    versions: Sequence[ModelVersion],
    names: Sequence[str],
    directions: Mapping[str, Direction | None],
    weights: dict[str, float],
    latencies: Mapping[str, float],
) -> list[_Line]:
    found: list[tuple[str, Direction | None, float, list[float | None]]] = [
        (name, directions[name], 1.0, [_finite(v.metrics.get(name)) for v in versions])
        for name in names
    ]
    # What the version itself says of its size stands before a metric of the same name.
    found = [one for one in found if one[0] not in (SIZE, LATENCY)]
    found.append((SIZE, "lower", 0.0, [float(version.size_bytes) for version in versions]))
    times = [latencies.get(version.version_id) for version in versions]
    if any(time is not None for time in times):
        found.append((LATENCY, "lower", 0.0, times))
    for name in weights:
        if name not in {one[0] for one in found}:
            raise UnknownChoiceError("axis in weights", name, [one[0] for one in found])
    _check_numbers("weight", weights)
    return [
        _Line(
            name=name,
            direction=direction,
            weight=0.0 if direction is None else float(weights.get(name, weight)),
            values=tuple(values),
        )
        for name, direction, weight, values in found
    ]


def _find_front(lines: Sequence[_Line], count: int) -> list[bool]:
    goodness = [
        [
            -math.inf if value is None else (value if line.direction == "higher" else -value)
            for line in lines
            for value in (line.values[place],)
        ]
        for place in range(count)
    ]
    return [not any(_dominates(other, one) for other in goodness) for one in goodness]


def _dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    return one != other and all(mine >= its for mine, its in zip(one, other, strict=True))


def _scores(lines: Sequence[_Line], count: int) -> list[float | None]:
    weighted = [(line.gains(), line.weight) for line in lines if line.weight > 0]
    # Divided by the greatest first, so that the sum of weights stays finite.
    greatest = max((weight for _, weight in weighted), default=0.0)
    total = math.fsum(weight / greatest for _, weight in weighted)
    scores: list[float | None] = []
    for place in range(count):
        gains = [(gains[place], weight / greatest) for gains, weight in weighted]
        known = [gain * weight for gain, weight in gains if gain is not None]
        complete = bool(gains) and len(known) == len(gains)
        scores.append(math.fsum(known) / total if complete else None)
    return scores


def _ranks(scores: Sequence[float | None]) -> list[int | None]:
    known = [score for score in scores if score is not None]
    return [
        None if score is None else 1 + sum(_is_above(other, score) for other in known)
        for score in scores
    ]


def _is_above(one: float, other: float) -> bool:
    return one > other and not math.isclose(one, other, rel_tol=1e-12)


def _sort_key(score: float | None) -> tuple[bool, float]:
    return score is None, 0.0 if score is None else -score


def _notes_on_scores(
    versions: Sequence[ModelVersion], lines: Sequence[_Line], scores: Sequence[float | None]
) -> list[str]:
    counting = [line for line in lines if line.weight > 0]
    if not counting:
        return ["There is no rank: no axis has a weight"]
    notes = []
    for place, version in enumerate(versions):
        if scores[place] is None:
            missing = [line.name for line in counting if line.values[place] is None]
            notes.append(f"{version.version_id} has no rank: it has no {', '.join(missing)}")
    return notes


def _axis(line: _Line, order: Sequence[int]) -> Axis:
    known = line.known()
    return {
        "name": line.name,
        "direction": line.direction,
        "weight": line.weight,
        "min": min(known, default=None),
        "max": max(known, default=None),
        "values": [line.values[place] for place in order],
    }


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
