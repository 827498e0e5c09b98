"""Rankings of versions made up for pages."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from modelkeep.comparison.ranked import Ranking
from modelkeep.comparison.ranking import rank_versions
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

_START = datetime(2026, 3, 1, tzinfo=UTC)


def ranking(count: int) -> Ranking:
    """Rank versions of one model: the larger is the better and the slower."""
    dice = random.Random(3)
    versions, latencies = [], {}
    for place in range(count):
        size = dice.uniform(0.2, 1)
        versions.append(
            ModelVersion(
                version_id=f"mv-{place}",
                model_id="ticket-router",
                version_number=f"1.{place}.0",
                status=ModelStatus.READY,
                deployment_stage=DeploymentStage.DEVELOPMENT,
                model_path="",
                metadata_path="",
                checksum="",
                created_at=_START,
                updated_at=_START,
                created_by="ada",
                description="",
                tags=[],
                dependencies={},
                configuration={},
                deployment_config={},
                parent_version=None,
                is_active=False,
                size_bytes=int(size * 4e8),
                metrics={
                    "accuracy": 0.8 + 0.15 * size + dice.gauss(0, 0.02),
                    "f1_macro": 0.75 + 0.15 * size + dice.gauss(0, 0.02),
                    **({"ece": 0.05 * dice.random()} if place != 2 else {}),
                },
            )
        )
        if place != 1:
            latencies[f"mv-{place}"] = 0.004 + 0.02 * size + dice.uniform(0, 0.004)
    return rank_versions(versions, latencies=latencies)
