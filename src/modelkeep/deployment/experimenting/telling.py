"""Puts together what an experiment says: the analysis, where it stands, and the answer in words."""

from __future__ import annotations

from collections.abc import Sequence

from modelkeep.deployment.experimenting import wording
from modelkeep.deployment.experimenting.analysis import ExperimentAnalysis
from modelkeep.deployment.experimenting.records import Experiment
from modelkeep.deployment.experimenting.result import ExperimentResult


def result_of(
    experiment: Experiment, analysis: ExperimentAnalysis, other_controls: Sequence[str]
) -> ExperimentResult:
    """Return the result of an experiment.

    Args:
        experiment: Where it stands.
        analysis: All of its evidence.
        other_controls: What production served in place of the control since it started; an empty
            text for nothing.
    """
    check, findings = analysis.share_check, analysis.findings()
    if other_controls:
        control = experiment.plan.arms[0].version_id
        findings += (wording.control_sentence(control, other_controls),)
    metrics = tuple(each.result() for each in analysis.metrics.values())
    answer = " ".join(effect.sentence for effect in metrics[0].effects)
    units = dict(zip(experiment.arms, analysis.units, strict=True))
    return ExperimentResult(
        experiment_id=experiment.experiment_id,
        model_id=experiment.model_id,
        state=experiment.state,
        allocation=experiment.plan.allocation,
        alpha=experiment.plan.alpha,
        units=units,
        shares=experiment.shares,
        share_check=check,
        metrics=metrics,
        findings=findings,
        sentence=findings[0] if check.found else answer,
    )
