"""The service that compares versions; what it decides lies in the pure functions beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, overload

from modelkeep.comparison.deep import DeepComparison
from modelkeep.comparison.directions import choose_directions, read_declarations
from modelkeep.comparison.lineage import trace_lineage
from modelkeep.comparison.looking_deeper import ArtifactSource, Sample, look_deeper
from modelkeep.comparison.metadata import compare_metadata, describe_version, is_parent_child
from modelkeep.comparison.metrics import calculate_improvements, compare_metrics
from modelkeep.comparison.ranked import Ranking
from modelkeep.comparison.ranking import rank_versions
from modelkeep.comparison.result import (
    Improvements,
    LineageEntry,
    MetadataDifference,
    MetricChange,
    Summary,
    VersionComparison,
)
from modelkeep.comparison.source import VersionSource
from modelkeep.comparison.summary import summarise
from modelkeep.errors import InvalidInputError, InvalidSettingError
from modelkeep.models import ModelVersion

_SECONDS_PER_HOUR = 3600.0


class VersionComparator:
    """Tells how two versions differ and whether the second should replace the first.

    It reads and never writes, and it holds no state but its settings, so threads may share it.
    Versions are named by id or as `model@1.2.0`, or handed in as they were read.
    """

    def __init__(
        self,
        *,
        versions: VersionSource,
        artifacts: ArtifactSource | None = None,
        metric_tolerance: float = 0.001,
    ) -> None:
        """Set up a comparator.

        Args:
            versions: Where versions are looked up.
            artifacts: Gives what is in their files; without it nothing is looked into.
            metric_tolerance: Relative changes of a metric up to this fraction count as equal.

        Raises:
            InvalidSettingError: The tolerance is negative or not finite.
        """
        if not (math.isfinite(metric_tolerance) and metric_tolerance >= 0):
            raise InvalidSettingError("metric_tolerance", metric_tolerance, "a number, 0.0 or more")
        self._versions = versions
        self._artifacts = artifacts
        self._metric_tolerance = metric_tolerance

    @overload
    def compare_versions(
        self,
        version1: str | ModelVersion,
        version2: str | ModelVersion,
        *,
        deep: Literal[False] = False,
        sample: None = None,
    ) -> VersionComparison: ...

    @overload
    def compare_versions(
        self,
        version1: str | ModelVersion,
        version2: str | ModelVersion,
        *,
        deep: Literal[True],
        sample: Sample | None = None,
    ) -> DeepComparison: ...

    def compare_versions(
        self,
        version1: str | ModelVersion,
        version2: str | ModelVersion,
        *,
        deep: bool = False,
        sample: Sample | None = None,
    ) -> VersionComparison:
        """Compare two versions; differences are version2 seen from version1.

        They may be of different models, which a finding then says. The result is JSON but for
        `created_at` and for metrics that are NaN or infinite.

        Args:
            version1: The version in use, or the baseline.
            version2: The version that may replace it.
            deep: Whether to look into the files as well: tensors, trees, signature; the result is
                a `deep.DeepComparison` then.
            sample: Rows that both are asked about, with `deep`.

        Returns:
            Facts, differences and a summary; `summary.recommend` defines the recommendation and
            `metrics.calculate_improvements` the overall improvement.

        Raises:
            VersionNotFoundError: A reference names no version.
            InvalidInputError: The sample does not fit, or there is one without `deep`.
            UntrustedModelError: A version may not be loaded to answer the sample.
            IntegrityError: A file that is looked into is damaged.
        """
        first, second = self._resolve(version1), self._resolve(version2)
        shallow = self._compare(first, second)
        if not deep:
            if sample is not None:
                raise InvalidInputError("a sample needs deep=True: the models must be loaded")
            return shallow
        if self._artifacts is None:
            raise InvalidInputError("this comparator sees no files; deep=True needs `artifacts`")
        return look_deeper(
            shallow,
            first,
            second,
            lineages=(
                trace_lineage(self._versions, first),
                trace_lineage(self._versions, second),
            ),
            artifacts=self._artifacts,
            sample=sample,
        )

    def compare_many(self, versions: Sequence[str | ModelVersion], **settings: Any) -> Ranking:
        """Rank up to 50 versions by their metrics, size and latency.

        Args:
            versions: References, or versions as they were read.
            settings: As of `ranking.rank_versions`: metrics, directions, weights, latencies.

        Raises:
            VersionNotFoundError: A reference names no version.
            InvalidInputError: They are too many, or a setting does not fit.
        """
        return rank_versions([self._resolve(each) for each in versions], **settings)

    def _compare(self, first: ModelVersion, second: ModelVersion) -> VersionComparison:
        elapsed = second.created_at - first.created_at
        metrics = self._compare_metrics(first, second)
        metadata = self._compare_metadata(first, second)
        improvements = self._calculate_improvements(metrics)
        return {
            "version1": describe_version(first),
            "version2": describe_version(second),
            "time_difference_hours": elapsed.total_seconds() / _SECONDS_PER_HOUR,
            "size_difference_bytes": second.size_bytes - first.size_bytes,
            "is_parent_child": is_parent_child(first, second),
            "metrics": metrics,
            "metadata": metadata,
            "improvements": improvements,
            "summary": self._generate_comparison_summary(
                first, second, metrics, improvements, metadata
            ),
        }

    def compare_to_baseline(
        self, version: str | ModelVersion, baseline: str | ModelVersion | None = None
    ) -> VersionComparison:
        """Compare a version to a baseline, which is version1 of the result.

        Args:
            version: The version to judge.
            baseline: What to judge it by; without it the first version of the same model, which
                may be the version itself.

        Raises:
            NotFoundError: A reference names no version.
        """
        judged = self._resolve(version)
        if baseline is None:
            baseline = self._versions.get_first_version(judged.model_id)
        return self.compare_versions(baseline, judged)

    def get_version_lineage(self, version: str | ModelVersion) -> list[LineageEntry]:
        """Return the line of versions that the version was made from, oldest first, itself last.

        Parents that were removed are shown as such; a parent of which nothing is known, and
        parents that form a loop, end the line with a note.

        Args:
            version: Where the line ends.

        Raises:
            VersionNotFoundError: The reference names no version.
        """
        return trace_lineage(self._versions, self._resolve(version))

    def _resolve(self, version: str | ModelVersion) -> ModelVersion:
        return version if isinstance(version, ModelVersion) else self._versions.get_version(version)

    def _compare_metrics(
        self, version1: ModelVersion, version2: ModelVersion
    ) -> dict[str, MetricChange]:
        declared = read_declarations(version1.configuration, version2.configuration)
        names = version1.metrics.keys() | version2.metrics.keys()
        directions = choose_directions(names, declared.chosen)
        return compare_metrics(
            version1.metrics, version2.metrics, directions, self._metric_tolerance
        )

    def _compare_metadata(
        self, version1: ModelVersion, version2: ModelVersion
    ) -> MetadataDifference:
        return compare_metadata(version1, version2)

    def _calculate_improvements(self, metrics: dict[str, MetricChange]) -> Improvements:
        return calculate_improvements(metrics)

    def _generate_comparison_summary(
        self,
        version1: ModelVersion,
        version2: ModelVersion,
        metrics: dict[str, MetricChange],
        improvements: Improvements,
        metadata: MetadataDifference,
    ) -> Summary:
        return summarise(version1, version2, metrics, improvements, metadata)
