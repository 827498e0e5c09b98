"""The error for a library that comes with an extra of Modelkeep and is not installed."""

from __future__ import annotations

from modelkeep.errors import InvalidInputError, MissingLibraryError


class MissingExtraError(MissingLibraryError):
    """A library that an extra brings is not installed.

    Attributes:
        extra: What to install, as in `pip install "modelkeep[extra]"`.
    """

    code = "missing_extra"

    def __init__(self, what: str, library: str, extra: str) -> None:
        # The parent speaks of a format, which this is not.
        InvalidInputError.__init__(
            self,
            f'{what} needs the library {library!r}: pip install "modelkeep[{extra}]"',
        )
        self.format_name = what
        self.library = library
        self.extra = extra
