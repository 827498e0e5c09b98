"""What a database must offer beside SQL that all of them know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from sqlalchemy import Connection

from modelkeep.errors import ModelkeepError


class Dialect(Protocol):
    """The errors and the checks of one kind of database; a module can be one."""

    @property
    def DRIVER_ERRORS(self) -> tuple[type[Exception], ...]:  # noqa: N802 - a constant of modules
        """What the driver raises."""
        ...

    @property
    def TURN_SECONDS(self) -> float:  # noqa: N802 - a constant of modules
        """How long who writes again and again stays away, so that who waits gets in between."""
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

    def announce(self, connection: Connection, model_ids: Iterable[str]) -> None:
        """Let who listens know, once this transaction is committed, that models were changed.

        Args:
            connection: In the transaction.
            model_ids: Which.
        """
        ...


class Hints(Protocol):
    """Tells that something was changed, mostly: who listens looks by itself as well, but less."""

    def subscribe(self, model_id: str, wake: Callable[[], object]) -> None:
        """Call something whenever the model may have been changed.

        Args:
            model_id: Which.
            wake: A bound method that waits for nothing; it is forgotten with its object.
        """
        ...

    def are_heard(self) -> bool:
        """Whether hints come at the moment; the first time it is asked, listening begins."""
        ...

    def close(self) -> None:
        """Listen no more; closing twice does no harm."""
        ...


class NoHints:
    """For a database that gives none."""

    def subscribe(self, model_id: str, wake: Callable[[], object]) -> None:
        """Do nothing."""

    def are_heard(self) -> bool:
        """Say no."""
        return False

    def close(self) -> None:
        """Do nothing."""


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
