"""What can be asked of tracked activity, by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.activity import Activity
from modelkeep.tracking.chances import chances_of, is_of_two
from modelkeep.tracking.drift.alarm import DriftRule, DriftVerdict
from modelkeep.tracking.drift.many import judge_many
from modelkeep.tracking.references import PREDICTION, Reference, feature_key, feature_of

Better = Literal["higher", "lower"]
_ERRORS: tuple[tuple[str, Better | None], ...] = (
    ("mean_absolute_error", "lower"),
    ("mean_squared_error", "lower"),
    ("root_mean_squared_error", "lower"),
    ("median_absolute_error", "lower"),
    ("mean_absolute_percentage_error", "lower"),
    ("max_error", "lower"),
    ("mean_error", None),
    ("r2", "higher"),
    ("explained_variance", "higher"),
)
_FEATURE_MEAN, _CLASS_SHARE, _DRIFT = "mean:", "share:", "drift:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a version beside the activity that is asked about.

    Attributes:
        reference: What drift is held against.
        all_activity: Of all the time that is asked about: what probabilities stand for is learned
            from the labels in it.
    """

    reference: Reference | None = None
    all_activity: Activity | None = None


Value = Callable[[Activity, Known], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that is worked out of activity.

    Attributes:
        name: How it is asked for.
        value: Gives it, or None where the activity does not tell.
        better: Which way is better, where one is.
        is_estimate: Whether it stands in for what labels would tell.
        needs_version: Whether it is told of one version only.
    """

    name: str
    value: Value
    better: Better | None = None
    is_estimate: bool = False
    needs_version: bool = False


def measure_named(name: str) -> Measure:
    """Return what is asked for by this name.

    Args:
        name: One of `MEASURES`; or `mean:` and a feature that is a number, `share:` and a class
            among the predictions, `drift:` and a feature.

    Raises:
        InvalidInputError: There is no such measure.
    """
    if not isinstance(name, str):
        raise InvalidInputError(f"metric is {name!r}; it must be a text")
    found = MEASURES.get(name)
    if found is not None:
        return found
    for prefix, make in _FAMILIES.items():
        if name.startswith(prefix) and len(name) > len(prefix):
            return make(name.removeprefix(prefix))
    near = difflib.get_close_matches(name, MEASURES, n=1)
    hint = f"did you mean {near[0]!r}? There are" if near else "there are"
    known = ", ".join((*MEASURES, *(f"{prefix}NAME" for prefix in _FAMILIES)))
    raise InvalidInputError(f"no metric {name!r}; {hint} {known}")


def drift_of(
    activity: Activity, reference: Reference | None, rule: DriftRule | None = None
) -> dict[str, DriftVerdict]:
    """Return what became of features and predictions, the greatest drift first.

    Args:
        activity: Of one version.
        reference: Of the same; without one nothing is known.
        rule: What counts as drift.
    """
    if reference is None:
        return {}
    counts = activity.counts.get(reference.digest, {})
    judged = judge_many(
        rule or DriftRule(), {key: (reference.bins[key], each) for key, each in counts.items()}
    )
    return {_shown(key): verdict for key, verdict in judged.items()}


PREDICTIONS = "(predictions)"


def _shown(key: str) -> str:
    return PREDICTIONS if key == PREDICTION else feature_of(key)


def _quantile(q: float) -> Value:
    def value(activity: Activity, _: Known) -> float | None:
        latency = activity.latency
        return latency.quantile(q) if latency is not None and latency.count else None

    return value


def _ratio(part: str, whole: str) -> Value:
    def value(activity: Activity, _: Known) -> float | None:
        total = getattr(activity, whole)
        return getattr(activity, part) / total if total else None

    return value


def _scored(room: str, name: str) -> Value:
    def value(activity: Activity, _: Known) -> float | None:
        kept = getattr(activity, room)
        if kept is None or not kept.count:
            return None
        if name == "r2" and kept.count == 1:
            return None
        found: float = getattr(kept, name)()
        return found

    return value


def _of_chances(name: str, *, ranking: bool = False) -> Value:
    def value(activity: Activity, _: Known) -> float | None:
        of_two = is_of_two(activity)
        kept = chances_of(activity, of_two=of_two) if of_two or not ranking else None
        if kept is None or not kept.count:
            return None
        if ranking and not (kept.positive_count and kept.negative_count):
            return None
        found: float = getattr(kept, name)()
        return found

    return value


def _estimated_accuracy(activity: Activity, known: Known) -> float | None:
    everything = known.all_activity or activity
    of_two = is_of_two(everything)
    kept, all_kept = (chances_of(each, of_two=of_two) for each in (activity, everything))
    if kept is None or all_kept is None or not kept.unlabelled_count:
        return None
    return kept.estimated_accuracy(all_kept.calibration())


def _numbers(name: str) -> Value:
    def value(activity: Activity, _: Known) -> float | None:
        numbers = activity.numbers
        if numbers is None or not numbers.count:
            return None
        found: float = getattr(numbers, name)
        return found

    return value


def _units(activity: Activity, _: Known) -> float | None:
    return None if activity.units is None else round(activity.units.estimate())


def _most_drift(activity: Activity, known: Known) -> float | None:
    effects = [
        verdict.effect
        for verdict in drift_of(activity, known.reference).values()
        if verdict.drifted is not None
    ]
    return max(effects, default=None)


def _drift_of_one(key: str) -> Value:
    def value(activity: Activity, known: Known) -> float | None:
        verdict = drift_of(activity, known.reference).get(key)
        return None if verdict is None or verdict.drifted is None else verdict.effect

    return value


def _feature_mean(feature: str) -> Measure:
    def value(activity: Activity, _: Known) -> float | None:
        moments = activity.features.get(feature)
        return moments.mean if moments is not None and moments.count else None

    return Measure(name=f"{_FEATURE_MEAN}{feature}", value=value)


def _class_share(answer: str) -> Measure:
    def value(activity: Activity, _: Known) -> float | None:
        answers = activity.answers
        if answers is None or not answers.total:
            return None
        counts = {str(each): count for each, count in answers.counts().items()}
        return counts.get(answer, 0) / answers.total

    return Measure(name=f"{_CLASS_SHARE}{answer}", value=value)


def _feature_drift(feature: str) -> Measure:
    return Measure(
        name=f"{_DRIFT}{feature}",
        value=_drift_of_one(_shown(feature_key(feature))),
        better="lower",
        needs_version=True,
    )


_FAMILIES: Mapping[str, Callable[[str], Measure]] = {
    _FEATURE_MEAN: _feature_mean,
    _CLASS_SHARE: _class_share,
    _DRIFT: _feature_drift,
}

MEASURES: Mapping[str, Measure] = {
    each.name: each
    for each in (
        Measure(name="count", value=lambda activity, _: float(activity.rows)),
        Measure(name="units", value=_units),
        Measure(name="error_rate", value=_ratio("failures", "told"), better="lower"),
        Measure(name="label_coverage", value=_ratio("labelled", "predicted"), better="higher"),
        *(
            Measure(name=f"latency_p{round(100 * q)}", value=_quantile(q), better="lower")
            for q in (0.5, 0.9, 0.99)
        ),
        *(
            Measure(name=name, value=_scored("confusion", method), better="higher")
            for name, method in (
                ("accuracy", "accuracy"),
                ("balanced_accuracy", "balanced_accuracy"),
                ("precision", "precision"),
                ("recall", "recall"),
                ("f1", "f1"),
                ("matthews_correlation", "matthews_corrcoef"),
                ("cohen_kappa", "cohen_kappa"),
            )
        ),
        *(
            Measure(name=name, value=_scored("residuals", name), better=better)
            for name, better in _ERRORS
        ),
        *(
            Measure(name=name, value=_of_chances(name), better="lower")
            for name in ("log_loss", "brier_score_loss", "expected_calibration_error")
        ),
        *(
            Measure(name=name, value=_of_chances(name, ranking=True), better="higher")
            for name in ("roc_auc", "average_precision")
        ),
        Measure(
            name="estimated_accuracy",
            value=_estimated_accuracy,
            better="higher",
            is_estimate=True,
        ),
        Measure(name="prediction_mean", value=_numbers("mean")),
        Measure(name="prediction_sd", value=_numbers("standard_deviation")),
        Measure(name="drift", value=_most_drift, better="lower", needs_version=True),
        Measure(
            name="prediction_drift",
            value=_drift_of_one(PREDICTIONS),
            better="lower",
            needs_version=True,
        ),
    )
}
"""Drift is told in units of the least size that the rule calls drift."""
