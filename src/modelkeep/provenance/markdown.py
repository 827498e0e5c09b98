"""Pieces of Markdown that hold any text without breaking the page around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MARKS = re.compile(r"([\\`*_\[\]|~#$])")
_LEADING = re.compile(r"^(?:(?P<digits>\d{1,9})(?=[.)](?:\s|$))|(?=[-+=>]))")
_FENCES = re.compile(r"`{3,}")


def plain(text: str) -> str:
    """Return a text on one line in which nothing is markup; only addresses may become links."""
    return _LEADING.sub(r"\g<digits>\\", _inline(text))


def quoted(text: str) -> list[str]:
    """Return a text as a block quote, line by line, in which nothing is markup."""
    return [f"> {plain(line)}".rstrip() for line in _LINE_BREAKS.split(text)]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table; the cells are plain texts."""
    return [
        f"| {' | '.join(head)} |",
        f"|{' --- |' * len(head)}",
        *(f"| {' | '.join(_inline(cell) for cell in row)} |" for row in rows),
    ]


def code(language: str, text: str) -> list[str]:
    """Return a block of code whose fence is longer than any in the text."""
    longest = max((len(run) for run in _FENCES.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}{language}", *text.splitlines(), fence]


def _inline(text: str) -> str:
    """Return a text as it may stand after others on a line."""
    flat = _CONTROLS.sub("\ufffd", _LINE_BREAKS.sub(" ", text))
    return _MARKS.sub(r"\\\1", flat.replace("&", "&amp;").replace("<", "&lt;")).strip()
