"""Fills a registry for `million`, in a process of its own: what that takes is measured nowhere."""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import Engine, event, text

from benchmarks import million_places
from benchmarks.population import populate

_HURRY = {
    # No sync, and all that is inserted at random places stays in memory.
    "sqlite": ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000"),
    # Rows that are right need no look at the tables that they refer to.
    "postgresql": ("SET synchronous_commit=off", "SET session_replication_role=replica"),
}
_SMALLEST = 2_000
_SERVED = 5


def main(place: str, size: int) -> None:
    """Give half of the versions to one model, half of the rest to the next, and so on."""
    with million_places.connect(place) as services:
        engine = services.catalogue._engine  # noqa: SLF001 - set up otherwise than in use
        _hurry(engine)
        left, share, number = size, size // 2, 0
        while left:
            share = left if share * _SMALLEST < size else share
            populate(services, million_places.name_of(number), share)
            left, share, number = left - share, share // 2, number + 1
        if engine.dialect.name == "postgresql":
            # As the server does by itself after a while; SQLite does not.
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        for model in map(million_places.name_of, range(_SERVED)):
            latest = services.versions.get_version(f"{model}@latest").version_number
            for eighths in (3, 2, 1):
                ordinal = int(latest.rpartition(".")[2]) * eighths // 8 // 10 * 10 + 1
                services.deployments.deploy_version(f"{model}@1.0.{ordinal}", "production")


def _hurry(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for statement in _HURRY[engine.dialect.name]:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    # Those that are open already were set up without.
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
