"""Which versions have had their time: a pure function of what is known."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from modelkeep.models import ModelStatus, ModelVersion

KEEP_TAG = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A version that retention removes, and why.

    Attributes:
        version: As it is now.
        reason: In words.
    """

    version: ModelVersion
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """How much is kept.

    Attributes:
        newest: So many of the newest versions of a model.
        days: Versions that are not older than this.
    """

    newest: int
    days: int

    def oldest(self, now: datetime) -> datetime:
        """Return when versions were made that had their time just now."""
        return now - timedelta(days=self.days)


def find_expired(
    placed: Iterable[tuple[int, ModelVersion]],
    *,
    rule: RetentionRule,
    rollback_targets: AbstractSet[str],
    now: datetime,
) -> list[Expired]:
    """Return those of the versions of a model that go, in their order.

    A version goes when it is beyond the newest ones or too old; never when it is active, DEPLOYED,
    TRAINING, tagged `keep`, the newest, or what an active stage would roll back to.

    Args:
        placed: Versions with their places: 1 is the newest, 2 the one before it, and so on; of
            those beyond `rule.newest` any greater number will do.
        rule: How much is kept.
        rollback_targets: Ids of what active stages would roll back to.
        now: The time, aware UTC.
    """
    oldest = rule.oldest(now)
    expired = []
    for place, version in placed:
        reasons = []
        if place > rule.newest:
            reasons.append(f"beyond the newest {rule.newest}")
        if version.created_at < oldest:
            reasons.append(f"older than {rule.days} days")
        if reasons and place > 1 and not is_protected(version, rollback_targets):
            expired.append(Expired(version=version, reason=", ".join(reasons)))
    return expired


def is_protected(version: ModelVersion, rollback_targets: AbstractSet[str]) -> bool:
    """Whether a version stays whatever its age, as long as it is as it is now."""
    return (
        version.is_active
        or version.status in (ModelStatus.DEPLOYED, ModelStatus.TRAINING)
        or KEEP_TAG in version.tags
        or version.version_id in rollback_targets
    )
