"""Listing versions: filters on indices, pages by key, never by offset."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, or_, select

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
    columns = [VERSIONS.c[name] for name in ModelVersion.__dataclass_fields__]
    table, ordinal, conditions = _sought(query)
    statement = (
        select(*columns, VERSIONS.c.ordinal)
        .select_from(table)
        .where(VERSIONS.c.model_id == query.model_id, *conditions)
        .order_by(ordinal.desc())
    )
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


def _sought(
    query: VersionQuery,
) -> tuple[FromClause, ColumnElement[int], list[ColumnElement[Any]]]:
    """Return where to look, by what to order, and what must hold beside the model.

    A tag or a metric is looked for in the order of its own index, so that what has it is all that
    is read: to find one version of a thousand, a look at each would take a thousand.
    """
    conditions: list[ColumnElement[Any]] = []
    if query.status is not None:
        conditions.append(VERSIONS.c.status == query.status.value)
    if query.deployment_stage is not None:
        conditions.append(VERSIONS.c.deployment_stage == query.deployment_stage.value)
    looked_for = [_tagged(tag) for tag in query.tags]
    looked_for += [_measured(wanted) for wanted in query.metrics]
    if not looked_for:
        return VERSIONS, VERSIONS.c.ordinal, conditions
    (first, holds), *others = looked_for
    conditions += [first.c.model_id == query.model_id, holds]
    for table, condition in others:
        same = table.c.version_id == VERSIONS.c.version_id
        conditions.append(exists().where(same, condition))
    joined = first.join(VERSIONS, VERSIONS.c.version_id == first.c.version_id)
    return joined, first.c.ordinal, conditions


def _tagged(tag: str) -> tuple[FromClause, ColumnElement[Any]]:
    table = VERSION_TAGS.alias()
    return table, table.c.tag == tag


def _measured(wanted: MetricFilter) -> tuple[FromClause, ColumnElement[Any]]:
    table = VERSION_METRICS.alias()
    compare = _OPERATORS[wanted.comparison]
    return table, and_(table.c.name == wanted.name, compare(table.c.value, wanted.value))
