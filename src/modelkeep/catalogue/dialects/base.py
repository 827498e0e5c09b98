"""What a database must offer beside SQL that all of them know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import Connection

from modelkeep.errors import ModelkeepError


class Dialect(Protocol):
    """The errors and the checks of one kind of database; a module can be one."""

    @property
    def DRIVER_ERRORS(self) -> tuple[type[Exception], ...]:  # noqa: N802 - a constant of modules
        """What the driver raises."""
        ...

    def translate(self, error: Exception, name: str) -> ModelkeepError:
        """Return the error of ours that a driver error stands for.

        Args:
            error: What the driver raised.
            name: How the database is called.
        """
        ...

    def is_unanswered(self, error: Exception) -> bool:
        """Whether a commit that failed so may have been made all the same.

        Args:
            error: What the driver raised at the commit.
        """
        ...

    def integrity_problems(
        self, connection: Connection, name: str, names: Iterable[str]
    ) -> list[tuple[str, list[str]]]:
        """Return what is wrong with the database, with the ids of versions that it touches.

        Args:
            connection: To read with.
            name: How the database is called; of SQLite the path of its file.
            names: Of the tables and indexes that there must be.
        """
        ...


class ChangeCounter(Protocol):
    """A value that is another one once the database was changed by another connection."""

    def version(self) -> object:
        """Return it.

        Raises:
            Exception: The database does not answer.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds open."""
        ...
