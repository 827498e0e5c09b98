"""Pages by every filter: they give what holds, once each, also while versions come and go."""

from itertools import product

import pytest

FILTERS = [
    {"tags": tags, "metrics": metrics, "status": status}
    for tags, metrics, status in product(
        ([], ["rare"], ["even", "third"]),
        ([], ["loss<=0.4"], ["loss>0.1", "extra!=3"]),
        (None, "ready", "deprecated"),
    )
]


def tags_of(number):
    named = {"even": number % 2 == 0, "third": number % 3 == 0, "rare": number % 11 == 0}
    return [name for name, holds in named.items() if holds]


def metrics_of(number):
    # Some lack one, and of some it is no number.
    extra = {"extra": float("nan") if number % 7 == 0 else number % 5} if number % 4 else {}
    return {"loss": number % 10 / 10, **extra}


@pytest.fixture
def filled(mk):
    """Sixty versions of one model, some deprecated, among those of another."""
    for number in range(60):
        made = mk.versions.create_version(
            "m", {"n": number}, tags=tags_of(number), metadata={"metrics": metrics_of(number)}
        )
        if number % 9 == 0:
            mk.versions.update_version_status(made.version_id, "deprecated")
        if number % 6 == 0:
            mk.versions.create_version(
                "other", {"n": number}, tags=["rare"], metadata={"metrics": {"loss": 0.2}}
            )
    return mk


def all_pages(mk, limit, **conditions):
    found, cursor = [], None
    while True:
        page = mk.versions.get_versions("m", limit=limit, cursor=cursor, **conditions)
        found += page
        cursor = page.next_cursor
        if cursor is None:
            return found


def holds(version, conditions):
    loss, extra = version.metrics["loss"], version.metrics.get("extra", float("nan"))
    met = {
        "loss<=0.4": loss <= 0.4,
        "loss>0.1": loss > 0.1,
        "extra!=3": extra == extra and extra != 3,  # noqa: PLR0124 - a NaN is not itself
    }
    return (
        set(conditions["tags"]) <= set(version.tags)
        and all(met[each] for each in conditions["metrics"])
        and conditions["status"] in (None, version.status.value)
    )


def test_pages_give_what_holds_the_newest_first(filled):
    everything = filled.versions.get_versions("m", limit=None)
    assert [each.version_number for each in everything] == [f"1.0.{n}" for n in range(59, -1, -1)]
    found = 0
    for conditions in FILTERS:
        wanted = [each for each in everything if holds(each, conditions)]
        assert filled.versions.get_versions("m", limit=None, **conditions) == wanted
        assert all_pages(filled, 4, **conditions) == wanted
        found += len(wanted)
    assert found > 200


@pytest.mark.parametrize("conditions", [{}, {"tags": ["even"]}, {"metrics": ["loss>=0"]}])
def test_pages_are_steady_while_versions_come_and_go(filled, conditions):
    before = filled.versions.get_versions("m", limit=None, **conditions)
    gone = {each.version_id for each in before[1::5]}
    first = filled.versions.get_versions("m", limit=6, **conditions)
    for version_id in gone:
        filled.versions.delete_version(version_id, backup=False)
    for number in range(3):
        filled.versions.create_version(
            "m", {"new": number}, tags=["even"], metadata={"metrics": {"loss": 0.5}}
        )
    found, cursor = [each.version_id for each in first], first.next_cursor
    while cursor is not None:
        page = filled.versions.get_versions("m", limit=6, cursor=cursor, **conditions)
        found += [each.version_id for each in page]
        cursor = page.next_cursor
    seen_first = {each.version_id for each in first}
    assert found == [
        each.version_id
        for each in before
        if each.version_id in seen_first or each.version_id not in gone
    ]
