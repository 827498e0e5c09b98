"""Experiments: their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from modelkeep.catalogue import rows
from modelkeep.catalogue.tables import EXPERIMENTS


def insert(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add an experiment."""
    rows.insert(connection, EXPERIMENTS, row)


def find(connection: Connection, experiment_id: str) -> dict[str, Any] | None:
    """Return the row of an experiment, or None."""
    return rows.find(connection, EXPERIMENTS, experiment_id=experiment_id)


def find_open(connection: Connection, model_id: str) -> dict[str, Any] | None:
    """Return the row of the experiment that splits the units of a model now, or None."""
    return rows.find(connection, EXPERIMENTS, open_model_id=model_id)


def change(
    connection: Connection, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Write changed columns of a row that was read in this transaction; return the new row."""
    return rows.change(connection, EXPERIMENTS, row, changes)


def of_model(connection: Connection, model_id: str, *, limit: int | None) -> list[dict[str, Any]]:
    """Return the experiments of a model, the newest first."""
    table = EXPERIMENTS.c
    query = select(EXPERIMENTS).where(table.model_id == model_id)
    query = query.order_by(table.created_at.desc(), table.experiment_id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def all_open(connection: Connection) -> list[str]:
    """Return the ids of all experiments that run, the oldest first."""
    query = select(EXPERIMENTS.c.experiment_id).where(EXPERIMENTS.c.open_model_id.is_not(None))
    return list(connection.execute(query.order_by(EXPERIMENTS.c.created_at)).scalars())
