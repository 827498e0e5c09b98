"""An experiment as people and programs see it, and as its row keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec

from modelkeep import canonical
from modelkeep.deployment.experimenting.plan import ExperimentPlan
from modelkeep.errors import DamagedCatalogueError


class ExperimentState(Enum):
    """Where an experiment stands.

    RUNNING: it splits the units.
    STOPPED: someone ended it; all units are on the control.
    STOPPED_SRM: it ended by itself, because the arms did not get their shares of the units.
    """

    RUNNING = "running"
    STOPPED = "stopped"
    STOPPED_SRM = "stopped_srm"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentProgress:
    """What an experiment remembers besides its plan.

    Attributes:
        reason: Why it ended.
        winner: The arm that someone named when it was stopped; it changes nothing by itself.
        started_event: The event that started it.
        ended_event: The event that ended it; 0 while it runs.
        shares: Of each arm now, or when it ended, the control first.
    """

    reason: str = ""
    winner: str | None = None
    started_event: int
    ended_event: int = 0
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One A/B test.

    Attributes:
        experiment_id: Of this test, also the id of its split of the units.
        model_id: The model.
        state: Where it stands.
        plan: What was agreed.
        created_at: When it started, aware UTC.
        updated_at: When it was last changed, aware UTC.
        progress: What it remembers.
    """

    experiment_id: str
    model_id: str
    state: ExperimentState
    plan: ExperimentPlan
    created_at: datetime
    updated_at: datetime
    progress: ExperimentProgress

    @property
    def is_open(self) -> bool:
        """Whether it splits the units."""
        return self.state is ExperimentState.RUNNING

    @property
    def arms(self) -> dict[str, str]:
        """The version of each arm by its name, the control first."""
        return {arm.name: arm.version_id for arm in self.plan.arms}

    @property
    def shares(self) -> dict[str, float]:
        """The share of each arm by its name, now or when it ended."""
        names = (arm.name for arm in self.plan.arms)
        return dict(zip(names, self.progress.shares, strict=True))


def to_experiment(row: Mapping[str, Any]) -> Experiment:
    """Return an experiment from its row.

    Raises:
        DamagedCatalogueError: The row cannot be read.
    """
    try:
        return Experiment(
            experiment_id=row["experiment_id"],
            model_id=row["model_id"],
            state=ExperimentState(row["state"]),
            plan=msgspec.json.decode(row["plan"], type=ExperimentPlan),
            created_at=canonical.from_microseconds(row["created_at"]),
            updated_at=canonical.from_microseconds(row["updated_at"]),
            progress=msgspec.json.decode(row["progress"], type=ExperimentProgress),
        )
    except (ValueError, TypeError, msgspec.DecodeError) as error:
        raise DamagedCatalogueError(f"experiment {row['experiment_id']!r}", str(error)) from error


def to_text(record: ExperimentPlan | ExperimentProgress) -> str:
    """Return a plan or a progress as its row keeps it."""
    return canonical.encode_text(msgspec.to_builtins(record))
