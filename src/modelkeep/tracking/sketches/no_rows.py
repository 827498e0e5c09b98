"""The error of a summary that has too few rows to say what it is asked for."""

from __future__ import annotations

from modelkeep.errors import NotFoundError


class NoRowsError(NotFoundError):
    """A summary holds fewer rows than the answer needs.

    Attributes:
        what: The quantity that was asked for.
        found: How many rows there are.
        needed: How many there must be.
    """

    code = "no_rows"

    def __init__(self, what: str, found: int = 0, needed: int = 1) -> None:
        super().__init__(f"{what} needs at least {needed} rows that count; there are {found}")
        self.what = what
        self.found = found
        self.needed = needed


def require_rows(what: str, found: int, needed: int = 1) -> None:
    """Check that there are enough rows.

    Raises:
        NoRowsError: There are not.
    """
    if found < needed:
        raise NoRowsError(what, found, needed)
