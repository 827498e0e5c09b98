"""Whether several features drifted, with one error for all of them together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy.typing as npt

from modelkeep.tracking.drift.alarm import evidence_of, verdict_of
from modelkeep.tracking.drift.bins import Bins
from modelkeep.tracking.drift.rules import DriftRule, DriftVerdict


def judge_many(
    rule: DriftRule, features: Mapping[str, tuple[Bins, npt.ArrayLike]]
) -> dict[str, DriftVerdict]:
    """Judge features so that one look at all of them errs no more often than one at one of them.

    The significance is that of the rule for any false alarm among the features, however they
    depend on each other: the least p-value is tested at a k-th of it with k features, the next at
    a (k-1)-th, and so on until one is not significant (Holm, A simple sequentially rejective
    multiple test procedure, Scandinavian Journal of Statistics 6, 1979). Features with too few
    rows are not tested and not among the k.

    Args:
        rule: What counts as drift.
        features: By name the bins, with their reference, and the counts of what came in.

    Returns:
        The verdicts by name, the greatest effect first and those with too few rows last.

    Raises:
        InvalidInputError: The counts of a feature do not fit its bins; the message names it.
    """
    evidence = {name: evidence_of(*feature, name=name) for name, feature in features.items()}
    enough = [
        name
        for name, seen in evidence.items()
        if min(seen.rows, seen.reference_rows) >= rule.least_rows
    ]
    levels = dict.fromkeys(evidence, 0.0)
    for tested, name in enumerate(sorted(enough, key=lambda name: evidence[name].p_value)):
        levels[name] = rule.significance / (len(enough) - tested)
        if evidence[name].p_value >= levels[name]:
            # The remaining ones are not significant either; this is the level they fell short of.
            levels.update(
                {
                    other: levels[name]
                    for other in enough
                    if evidence[other].p_value >= evidence[name].p_value
                }
            )
            break
    verdicts = {
        name: verdict_of(rule, features[name][0], seen, levels[name])
        for name, seen in evidence.items()
    }
    ranked = sorted(
        verdicts.items(), key=lambda item: (item[1].drifted is None, -item[1].effect, item[0])
    )
    return dict(ranked)
