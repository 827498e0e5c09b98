"""Listing versions: filters on indices, pages by key, never by offset."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, or_, select

from modelkeep import canonical
from modelkeep.catalogue.tables import VERSION_METRICS, VERSION_TAGS, VERSIONS
from modelkeep.catalogue.versions import to_version
from modelkeep.errors import InvalidInputError
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

_OPERATORS = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "==": operator.eq,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
_FILTER = re.compile(r"\s*(.+?)\s*(<=|>=|!=|==|=|<|>)\s*(\S+)\s*")


class VersionPage(list[ModelVersion]):
    """Versions, newest first, and where the next page begins.

    Attributes:
        next_cursor: To be given as `cursor` for the next page; None after the last.
    """

    def __init__(self, versions: Iterable[ModelVersion], next_cursor: str | None) -> None:
        super().__init__(versions)
        self.next_cursor = next_cursor


@dataclass(frozen=True, slots=True)
class MetricFilter:
    """A condition on a metric, such as `accuracy >= 0.9`; a NaN or missing metric fails it."""

    name: str
    comparison: str
    value: float

    @classmethod
    def parse(cls, text: str) -> MetricFilter:
        """Read `name<op>number`, op one of `<= >= != == = < >`.

        Raises:
            InvalidInputError: It is not of this form.
        """
        match = _FILTER.fullmatch(text) if isinstance(text, str) else None
        value = _number(match[3]) if match else None
        if match is None or value is None:
            raise InvalidInputError(
                f"metric filter {text!r} is not like 'accuracy>=0.9' "
                f"(a name, one of {' '.join(_OPERATORS)}, a number)"
            )
        return cls(match[1], match[2], value)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionQuery:
    """Which versions of a model are wanted; all conditions must hold."""

    model_id: str
    status: ModelStatus | None = None
    deployment_stage: DeploymentStage | None = None
    tags: Sequence[str] = ()
    metrics: Sequence[MetricFilter] = field(default=())


def page(
    connection: Connection, query: VersionQuery, *, limit: int | None, cursor: str | None
) -> VersionPage:
    """Return at most `limit` versions after the cursor, newest first; None gives all.

    Raises:
        InvalidInputError: The limit is below 1, or the cursor was not given by a page.
    """
    if limit is not None and limit < 1:
        raise InvalidInputError(f"limit is {limit}; it must be 1 or more, or None for all")
    statement, ordinal = _selected(query)
    if cursor is not None:
        statement = statement.where(ordinal < _ordinal(cursor))
    if limit is not None:
        # One more than asked tells whether there is a next page.
        statement = statement.limit(limit + 1)
    found = connection.execute(statement).all()
    versions = [to_version(row[:-1]) for row in found[:limit]]
    more = limit is not None and len(found) > limit
    return VersionPage(versions, str(found[len(versions) - 1][-1]) if more else None)


def newest_and_edge(connection: Connection, model_id: str, count: int) -> tuple[int, int]:
    """Return the ordinals of the newest version of a model and of the last of the newest `count`.

    The second is 0 where there are fewer, both are where there is none.
    """
    query = select(VERSIONS.c.ordinal).where(VERSIONS.c.model_id == model_id)
    query = query.order_by(VERSIONS.c.ordinal.desc()).limit(1)
    newest = connection.execute(query).scalar()
    edge = connection.execute(query.offset(count - 1)).scalar()
    return newest or 0, edge or 0


def oldest_first(
    connection: Connection,
    model_id: str,
    *,
    after: int,
    below: int,
    before: datetime,
    limit: int,
) -> list[tuple[int, ModelVersion]]:
    """Return versions of a model, the oldest first, each with its ordinal.

    Args:
        connection: To read with.
        model_id: The model.
        after: Only with a greater ordinal than this.
        below: With a smaller ordinal than this, or
        before: made before this time, aware UTC.
        limit: At most so many.
    """
    columns = [VERSIONS.c[name] for name in ModelVersion.__dataclass_fields__]
    early = VERSIONS.c.created_at < canonical.to_microseconds(before)
    query = (
        select(*columns, VERSIONS.c.ordinal)
        .where(VERSIONS.c.model_id == model_id, VERSIONS.c.ordinal > after)
        .where(or_(VERSIONS.c.ordinal < below, early))
        .order_by(VERSIONS.c.ordinal)
        .limit(limit)
    )
    return [(row[-1], to_version(row[:-1])) for row in connection.execute(query)]


def _ordinal(cursor: str) -> int:
    if not isinstance(cursor, str) or not cursor.isdecimal() or len(cursor) > 18:  # noqa: PLR2004
        raise InvalidInputError(f"cursor {cursor!r} is not the next_cursor of a page")
    return int(cursor)


def _selected(query: VersionQuery) -> tuple[Select[Any], ColumnElement[int]]:
    """Return what selects the versions that are wanted, newest first, and what orders them.

    The index of the first tag is walked along, else that of the first metric, so that a page of a
    rare tag is as quick as any. Else the versions are: by status, stage, or just by number.
    """
    columns = [VERSIONS.c[name] for name in ModelVersion.__dataclass_fields__]
    tags, metrics = list(query.tags), list(query.metrics)
    conditions: list[ColumnElement[Any]] = []
    if tags:
        walked = VERSION_TAGS
        conditions.append(VERSION_TAGS.c.tag == tags.pop(0))
    elif metrics:
        walked = VERSION_METRICS
        conditions.append(_holds(VERSION_METRICS, metrics.pop(0)))
    else:
        walked = VERSIONS
    if query.status is not None:
        conditions.append(VERSIONS.c.status == query.status.value)
    if query.deployment_stage is not None:
        conditions.append(VERSIONS.c.deployment_stage == query.deployment_stage.value)
    for tag in tags:
        others = VERSION_TAGS.alias()
        conditions.append(_has(others, others.c.tag == tag))
    for wanted in metrics:
        measured = VERSION_METRICS.alias()
        conditions.append(_has(measured, _holds(measured, wanted)))
    statement = select(*columns, walked.c.ordinal)
    if walked is not VERSIONS:
        same = VERSIONS.c.version_id == walked.c.version_id
        statement = statement.join_from(walked, VERSIONS, same)
    statement = statement.where(walked.c.model_id == query.model_id, *conditions)
    return statement.order_by(walked.c.ordinal.desc()), walked.c.ordinal


def _holds(table: FromClause, wanted: MetricFilter) -> ColumnElement[bool]:
    compare = _OPERATORS[wanted.comparison]
    return and_(table.c.name == wanted.name, compare(table.c.value, wanted.value))


def _has(table: FromClause, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.c.version_id == VERSIONS.c.version_id, condition)
