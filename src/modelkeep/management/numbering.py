"""Version numbers: three ways to count, each with an order in which numbers only grow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from modelkeep.catalogue import registrations
from modelkeep.errors import InvalidNumberError, UnknownChoiceError
from modelkeep.models import ModelVersion

BUMPS = ("patch", "minor", "major", "auto")
# Semantic Versioning 2.0.0 (https://semver.org), without build metadata: it has no place in the
# order, so a number with it could not be told to be greater.
_IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMANTIC = re.compile(
    rf"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
)
_TIMESTAMP = re.compile(r"([0-9]{8})\.([0-9]{6})(?:\.([1-9][0-9]*))?")
_INCREMENTAL = re.compile(r"[1-9][0-9]*")
_LONGEST = 64


class Numbering(Protocol):
    """A way to count.

    Attributes:
        rule: What a number must look like, in words.
    """

    rule: str

    def key(self, number: str) -> Any:
        """Return what orders this number among others, or raise ValueError if it is not one."""
        ...

    def next(self, last: str | None, *, now: datetime, bump: str) -> str:
        """Return the number after `last`; `bump` is patch, minor or major."""
        ...


class SemanticNumbering:
    """1.0.0, then greater by a patch, a minor or a major step; prereleases such as 2.0.0-rc.1."""

    rule = "it must be like 1.2.3 or 1.2.3-rc.1 (https://semver.org), without build metadata"

    def key(self, number: str) -> Any:
        """Return the precedence of section 11 of Semantic Versioning."""
        match = _SEMANTIC.fullmatch(number)
        if match is None:
            raise ValueError(number)
        core = tuple(int(part) for part in match.group(1, 2, 3))
        if match[4] is None:
            return core, 1, ()
        parts = match[4].split(".")
        return core, 0, tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)

    def next(self, last: str | None, *, now: datetime, bump: str) -> str:  # noqa: ARG002
        """Return the number one step after the last."""
        if last is None:
            return "1.0.0"
        (major, minor, patch), released, _ = self.key(last)
        # What a prerelease announces comes next, if it is as large a step as asked.
        announced = bump == "patch" or (bump == "minor" and patch == 0) or (minor == 0 == patch)
        if not released and announced:
            return f"{major}.{minor}.{patch}"
        if bump == "major":
            return f"{major + 1}.0.0"
        return f"{major}.{minor + 1}.0" if bump == "minor" else f"{major}.{minor}.{patch + 1}"


class TimestampNumbering:
    """The moment of creation in UTC, `YYYYMMDD.HHMMSS`, and `.N` when that is taken."""

    rule = "it must be like 20260131.235959 or 20260131.235959.2"

    def key(self, number: str) -> Any:
        """Return date, time and place in the second."""
        match = _TIMESTAMP.fullmatch(number)
        if match is None:
            raise ValueError(number)
        datetime.strptime(f"{match[1]}{match[2]}+0000", "%Y%m%d%H%M%S%z")
        return int(match[1]), int(match[2]), int(match[3] or 0)

    def next(self, last: str | None, *, now: datetime, bump: str) -> str:  # noqa: ARG002
        """Return the number of this moment, or the one after the last if that is not greater."""
        number = f"{now:%Y%m%d.%H%M%S}"
        if last is None or self.key(number) > self.key(last):
            return number
        date, time, place = self.key(last)
        return f"{date:08}.{time:06}.{place + 1}"


class IncrementalNumbering:
    """1, 2, 3."""

    rule = "it must be a whole number from 1, without leading zeros"

    def key(self, number: str) -> Any:
        """Return the number."""
        if not _INCREMENTAL.fullmatch(number):
            raise ValueError(number)
        return int(number)

    def next(self, last: str | None, *, now: datetime, bump: str) -> str:  # noqa: ARG002
        """Return one more."""
        return str(int(last) + 1) if last is not None else "1"


STRATEGIES: dict[str, Numbering] = {
    "semantic": SemanticNumbering(),
    "timestamp": TimestampNumbering(),
    "incremental": IncrementalNumbering(),
}


def strategy_named(name: str) -> Numbering:
    """Return the way to count of this name.

    Raises:
        UnknownChoiceError: There is none.
    """
    if name not in STRATEGIES:
        raise UnknownChoiceError("versioning_strategy", name, STRATEGIES)
    return STRATEGIES[name]


def strategy_of(number: str) -> str | None:
    """Return the name of the way to count that a number belongs to, or None."""
    for name, strategy in STRATEGIES.items():
        try:
            strategy.key(number)
        except ValueError:
            continue
        return name
    return None


def check_number(number: object, *, strategy: str, last: str | None) -> str:
    """Return an explicit number if it may be given now.

    Raises:
        InvalidNumberError: It is not of the strategy, or not greater than the last one given.
    """
    numbering = strategy_named(strategy)
    if not isinstance(number, str) or len(number) > _LONGEST:
        raise InvalidNumberError(number, numbering.rule)
    try:
        key = numbering.key(number)
    except ValueError as error:
        raise InvalidNumberError(number, numbering.rule) from error
    if last is not None and not key > numbering.key(last):
        raise InvalidNumberError(number, f"it must be greater than the last one given, {last}")
    return number


def highest_with(row: Mapping[str, Any], number: str) -> dict[str, str]:
    """Return the highest number by strategy after one came to a model from elsewhere.

    Args:
        row: Of the model.
        number: What came; empty is returned if it is of no strategy, or not the highest.
    """
    strategy = strategy_of(number)
    if strategy is None:
        return {}
    key = STRATEGIES[strategy].key
    last = registrations.last_number(row, strategy)
    return {strategy: number} if last is None or key(number) > key(last) else {}


def check_bump(bump: object) -> str:
    """Return the bump if it is one.

    Raises:
        UnknownChoiceError: It is not.
    """
    if bump not in BUMPS:
        raise UnknownChoiceError("bump", bump, BUMPS)
    return str(bump)


def choose_bump(
    before: ModelVersion | None, *, dependencies: dict[str, str], configuration: dict[str, Any]
) -> str:
    """Return the step that `auto` takes from the version before.

    Major when the recorded input/output signature changes or a library's major version does,
    minor when configuration or dependencies do, else patch.
    """
    if before is None:
        return "patch"
    old = before.configuration
    if old.get("signature") != configuration.get("signature"):
        return "major"
    common = before.dependencies.keys() & dependencies.keys()
    if any(_major(before.dependencies[name]) != _major(dependencies[name]) for name in common):
        return "major"
    if before.dependencies != dependencies or _described(old) != _described(configuration):
        return "minor"
    return "patch"


def _major(version: str) -> str:
    return version.lstrip("vV=<>~^! ").split(".")[0]


def _described(configuration: dict[str, Any]) -> dict[str, Any]:
    # Saying which way a metric improves does not change the model.
    return {name: value for name, value in configuration.items() if name != "metric_directions"}
