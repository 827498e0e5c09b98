"""Retention: what goes and, above all, what never goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from modelkeep.management.retention import RetentionRule, find_expired
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def version(
    number: int, *, days: int = 0, status: ModelStatus = ModelStatus.READY, **more: object
) -> ModelVersion:
    plain = ModelVersion(
        version_id=f"id-{number}",
        model_id="m",
        version_number=str(number),
        status=status,
        deployment_stage=DeploymentStage.DEVELOPMENT,
        model_path="",
        metadata_path="",
        checksum="",
        created_at=NOW - timedelta(days=days),
        updated_at=NOW,
        created_by="",
        description="",
        tags=[],
        metrics={},
        dependencies={},
        configuration={},
        deployment_config={},
        parent_version=None,
        size_bytes=0,
        is_active=False,
    )
    return replace(plain, **more)


def gone(versions: list[ModelVersion], *, newest: int = 2, days: int = 90, targets=()) -> dict:
    rule = RetentionRule(newest=newest, days=days)
    placed = enumerate(versions, start=1)
    found = find_expired(placed, rule=rule, rollback_targets=set(targets), now=NOW)
    return {item.version.version_number: item.reason for item in found}


def test_beyond_the_newest_and_too_old_go_with_their_reasons() -> None:
    versions = [version(4), version(3, days=91), version(2, days=10), version(1, days=100)]
    assert gone(versions) == {
        "1": "beyond the newest 2, older than 90 days",
        "2": "beyond the newest 2",
        "3": "older than 90 days",
    }


def test_the_newest_stays_however_old_it_is() -> None:
    assert gone([version(1, days=1000)]) == {}


def test_what_serves_is_written_or_kept_stays() -> None:
    versions = [
        version(9),
        version(8, days=100, is_active=True),
        version(7, days=100, status=ModelStatus.DEPLOYED),
        version(6, days=100, status=ModelStatus.TRAINING),
        version(5, days=100, tags=["keep"]),
        version(4, days=100),
        version(3, days=100, status=ModelStatus.FAILED),
    ]
    assert set(gone(versions, newest=1, targets=["id-4"])) == {"3"}


@st.composite
def histories(draw: st.DrawFn) -> list[ModelVersion]:
    count = draw(st.integers(1, 12))
    ages = sorted(draw(st.lists(st.integers(0, 200), min_size=count, max_size=count)))
    return [
        version(
            count - place,
            days=age,
            status=draw(st.sampled_from(list(ModelStatus))),
            is_active=draw(st.booleans()),
            tags=draw(st.sampled_from([[], ["keep"], ["other"]])),
        )
        for place, age in enumerate(ages)
    ]


@given(histories(), st.integers(1, 15), st.integers(0, 200))
def test_nothing_protected_ever_goes(versions, newest, days) -> None:
    removed = gone(versions, newest=newest, days=days)
    for place, each in enumerate(versions):
        if each.version_number in removed:
            assert place > 0
            assert not each.is_active
            assert "keep" not in each.tags
            assert each.status not in (ModelStatus.DEPLOYED, ModelStatus.TRAINING)
            assert place >= newest or (NOW - each.created_at).days > days
