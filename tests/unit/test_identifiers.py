"""Names and ids: what is refused, and that ids sort by time and never collide."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from modelkeep.errors import InvalidNameError, VersionNotFoundError
from modelkeep.identifiers import VersionIds, check_model_id, parse_reference

BAD = [
    "", "x" * 300, "../x", "/etc", "a/b", "a\\b", "a\0b", "\ud800", "CON", "con.model", "lpt1",
    "NUL", ".hidden", "-option", "ends.", "with space", "m@1", "naïve", "a\nb", None, 7,
]  # fmt: skip


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_bad_names_are_refused_with_the_name_and_the_rule(name: object) -> None:
    with pytest.raises(InvalidNameError) as caught:
        check_model_id(name)
    assert "model_id" in str(caught.value)
    assert "use 1 to 128 ASCII letters" in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["m", "sentiment_model", "bert-base.v2", "_x", "0", "x" * 128])
def test_good_names_pass(name: str) -> None:
    assert check_model_id(name) == name


def test_ids_sort_by_time_also_within_one_microsecond() -> None:
    ids, now = VersionIds(), datetime(2026, 1, 1, tzinfo=UTC)
    made = [ids.new(now) for _ in range(1000)]
    made += [ids.new(now + timedelta(milliseconds=step)) for step in range(1, 1000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_of_a_clock_that_goes_back_still_grow() -> None:
    ids, now = VersionIds(), datetime(2026, 1, 1, tzinfo=UTC)
    first = ids.new(now)
    assert ids.new(now - timedelta(hours=1)) > first


def test_ids_of_other_processes_in_the_same_instant_differ() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = [VersionIds().new(now) for _ in range(5000)]
    assert len(set(made)) == len(made)


def test_ids_of_threads_differ() -> None:
    ids, now = VersionIds(), datetime(2026, 1, 1, tzinfo=UTC)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ids.new(now), range(2000)))
    assert len(set(made)) == len(made)


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    now = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
    made = VersionIds().new(now)
    assert made[14] == "7"
    assert made[19] in "89ab"
    assert int(made.replace("-", "")[:12], 16) == int(now.timestamp() * 1000)


@pytest.mark.parametrize("text", ["", "@", "m@", "@1.0.0", None])
def test_references_without_a_form_are_told(text: object) -> None:
    with pytest.raises(VersionNotFoundError):
        parse_reference(text)
