"""Numbers: what follows what, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.errors import InvalidNumberError, UnknownChoiceError
from modelkeep.management.numbering import (
    STRATEGIES,
    check_bump,
    check_number,
    strategy_named,
    strategy_of,
)

NOW = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)


def follow(strategy: str, last: str | None, bump: str = "patch") -> str:
    return strategy_named(strategy).next(last, now=NOW, bump=bump)


@pytest.mark.parametrize(
    ("last", "bump", "expected"),
    [
        (None, "major", "1.0.0"),
        ("1.0.0", "patch", "1.0.1"),
        ("1.9.9", "minor", "1.10.0"),
        ("1.9.9", "major", "2.0.0"),
        ("2.0.0-rc.1", "patch", "2.0.0"),
        ("2.0.0-rc.1", "major", "2.0.0"),
        ("2.1.0-rc.1", "minor", "2.1.0"),
        ("2.1.1-rc.1", "minor", "2.2.0"),
        ("2.1.0-rc.1", "major", "3.0.0"),
    ],
)
def test_semantic_steps(last, bump, expected) -> None:
    assert follow("semantic", last, bump) == expected


def test_semantic_precedence_is_that_of_the_specification() -> None:
    # The example of section 11 of Semantic Versioning 2.0.0.
    order = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11"
    numbers = [*order.split(), "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1"]
    key = strategy_named("semantic").key
    assert sorted(reversed(numbers), key=key) == numbers


def test_timestamp_of_the_moment_and_when_it_is_taken() -> None:
    assert follow("timestamp", None) == "20260131.235959"
    assert follow("timestamp", "20260131.235958") == "20260131.235959"
    assert follow("timestamp", "20260131.235959") == "20260131.235959.1"
    assert follow("timestamp", "20260131.235959.9") == "20260131.235959.10"


def test_timestamp_grows_also_when_the_clock_goes_back() -> None:
    assert follow("timestamp", "20270101.000000") == "20270101.000000.1"


def test_incremental() -> None:
    assert [follow("incremental", None), follow("incremental", "9")] == ["1", "10"]


@pytest.mark.parametrize(
    ("strategy", "number"),
    [
        ("semantic", "1.0"),
        ("semantic", "v1.0.0"),
        ("semantic", "01.0.0"),
        ("semantic", "1.0.0+build"),
        ("semantic", "1.0.0-01"),
        ("semantic", "1.0.0-"),
        ("semantic", "latest"),
        ("semantic", 1),
        ("semantic", "9" * 65 + ".0.0"),
        ("timestamp", "20261301.000000"),
        ("timestamp", "20260101.246060"),
        ("timestamp", "20260101.000000.0"),
        ("timestamp", "1.0.0"),
        ("incremental", "0"),
        ("incremental", "01"),
        ("incremental", "-1"),
        ("incremental", "١"),
    ],
)
def test_numbers_that_are_none_are_told_with_the_rule(strategy, number) -> None:
    with pytest.raises(InvalidNumberError, match="it must be"):
        check_number(number, strategy=strategy, last=None)


@pytest.mark.parametrize(
    ("strategy", "last", "number"),
    [
        ("semantic", "1.2.3", "1.2.3"),
        ("semantic", "1.10.0", "1.9.0"),
        ("semantic", "1.0.0", "1.0.0-rc.1"),
        ("timestamp", "20260131.235959.2", "20260131.235959.1"),
        ("incremental", "10", "9"),
    ],
)
def test_a_number_not_greater_than_the_last_is_told_with_the_last(strategy, last, number) -> None:
    with pytest.raises(InvalidNumberError, match=f"greater than the last one given, {last}"):
        check_number(number, strategy=strategy, last=last)


def test_unknown_words_are_told() -> None:
    with pytest.raises(UnknownChoiceError, match="patch, minor, major, auto"):
        check_bump("huge")
    with pytest.raises(UnknownChoiceError, match="semantic, timestamp, incremental"):
        strategy_named("calver")


def test_a_number_tells_its_strategy() -> None:
    assert strategy_of("1.2.3") == "semantic"
    assert strategy_of("20260131.235959") == "timestamp"
    assert strategy_of("12") == "incremental"
    assert strategy_of("v3") is None


steps = st.lists(
    st.tuples(
        st.sampled_from(["patch", "minor", "major"]),
        st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1)),
    ),
    max_size=30,
)


@given(strategy=st.sampled_from(sorted(STRATEGIES)), steps=steps)
def test_numbers_only_grow_whatever_the_clock_says(strategy, steps) -> None:
    numbering = strategy_named(strategy)
    given_numbers: list[str] = []
    for bump, now in steps:
        last = given_numbers[-1] if given_numbers else None
        number = numbering.next(last, now=now.replace(tzinfo=UTC), bump=bump)
        check_number(number, strategy=strategy, last=last)
        given_numbers.append(number)
    keys = [numbering.key(number) for number in given_numbers]
    assert keys == sorted(keys)
    assert len(set(given_numbers)) == len(given_numbers)
