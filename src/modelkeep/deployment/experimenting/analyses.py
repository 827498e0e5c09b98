"""Analyses of the evidence of experiments, kept so that a look reads only what is new."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from modelkeep.catalogue.evidence import EvidenceStore
from modelkeep.deployment.experimenting.records import Experiment

if TYPE_CHECKING:
    from modelkeep.deployment.experimenting.analysis import ExperimentAnalysis


class Analyses:
    """The analysis of each experiment that runs.

    Args:
        evidence: What was recorded.
    """

    def __init__(self, *, evidence: EvidenceStore) -> None:
        self._evidence = evidence
        self._kept: dict[str, ExperimentAnalysis] = {}
        self._lock = threading.Lock()

    @contextmanager
    def latest(self, experiment: Experiment) -> Iterator[ExperimentAnalysis]:
        """Give the analysis of all that was recorded until now, to one thread at a time.

        Args:
            experiment: Whose; of one that has ended nothing is kept.

        Raises:
            DamagedEvidenceError: What was recorded cannot be read.
        """
        with self._lock:
            # What fails half-way is not kept: it would count a block for some metrics only.
            kept = self._kept.pop(experiment.experiment_id, None)
            analysis = self.afresh(experiment, kept)
            if experiment.is_open:
                self._kept[experiment.experiment_id] = analysis
            yield analysis

    def afresh(
        self, experiment: Experiment, begun: ExperimentAnalysis | None = None
    ) -> ExperimentAnalysis:
        """Return an analysis of all blocks.

        Args:
            experiment: Whose.
            begun: One to go on with; None to begin with the first block.

        Raises:
            DamagedEvidenceError: What was recorded cannot be read.
        """
        # numpy takes a tenth of a second to import, and most processes look at no result.
        from modelkeep.deployment.experimenting.analysis import ExperimentAnalysis

        analysis = ExperimentAnalysis(experiment.plan) if begun is None else begun
        for sequence, payload in self._evidence.read(
            experiment.experiment_id, after=analysis.sequence
        ):
            analysis.add(sequence, payload)
        return analysis
