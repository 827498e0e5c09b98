"""Tables of a page: cells that are escaped, aligned by kind and cut where they are long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from modelkeep.errors import InvalidInputError
from modelkeep.pages.wording import ABSENT, cleaned, shortened, shown_number

Tone = Literal["plain", "good", "bad", "added", "removed", "quiet"]
_LONGEST_TITLE = 2000
_LONGEST_HEADING = 28
_OPEN_ROWS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One entry of a table.

    Attributes:
        text: What is shown; cut where it is long, with the whole in its title.
        title: What is told beside it when it is pointed at, instead of the whole text.
        tone: How it is coloured; the colour never says what the text does not.
        is_number: Whether it is aligned as a number.
    """

    text: str
    title: str = ""
    tone: Tone = "plain"
    is_number: bool = False


Entry = Cell | str | float | None


def escaped(text: str) -> str:
    """Make a text safe between tags and in quoted attributes."""
    return escape(cleaned(text), quote=True)


def titled(text: str, most: int = 60) -> str:
    """Write a text, cut if it is long, with the whole as title."""
    short = shortened(text, most)
    if short == cleaned(text):
        return escaped(short)
    return f'<span class="cut" title="{escaped(text[:_LONGEST_TITLE])}">{escaped(short)}</span>'


def table_html(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Entry]],
    *,
    folded: bool | None = None,
    most_characters: int = 60,
) -> str:
    """Write a table, which scrolls sideways where the page is narrow.

    Args:
        caption: What it shows.
        columns: Their headings; the first column names the row.
        rows: One entry per column.
        folded: Whether it is closed until it is asked for; by default when it is long.
        most_characters: Of an entry; longer ones are cut.

    Raises:
        InvalidInputError: A row has another number of entries than there are columns.
    """
    lines, numbers = [], [True] * len(columns)
    for row in rows:
        if len(row) != len(columns):
            raise InvalidInputError(
                f"a row of the table {caption!r} has {len(row)} entries; "
                f"it must have {len(columns)}, one per column"
            )
        cells = [_cell(entry) for entry in row]
        numbers = [
            known and (cell.is_number or cell.text == ABSENT)
            for known, cell in zip(numbers, cells, strict=True)
        ]
        lines.append("<tr>" + _row(cells, most_characters) + "</tr>")
    heads = "".join(
        f'<th scope="col"{" class=n" if number and lines else ""}>'
        f"{titled(column, _LONGEST_HEADING)}</th>"
        for column, number in zip(columns, numbers, strict=True)
    )
    body = "\n".join(lines)
    table = (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escaped(caption)}">'
        f"<table><caption>{escaped(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
    if not (len(lines) > _OPEN_ROWS if folded is None else folded):
        return table
    count = f"{len(lines):,} row{'' if len(lines) == 1 else 's'}"
    return (
        f"<details><summary>{escaped(caption)} "
        f'<span class="quiet">({count})</span></summary>{table}</details>'
    )


def _cell(entry: Entry) -> Cell:
    if isinstance(entry, Cell):
        return entry
    if entry is None:
        return Cell(text=ABSENT, tone="quiet", is_number=True)
    if isinstance(entry, str):
        return Cell(text=entry)
    return Cell(text=shown_number(entry), is_number=True)


def _row(cells: Sequence[Cell], most: int) -> str:
    parts = []
    for place, cell in enumerate(cells):
        kinds = ["n"] * cell.is_number + [cell.tone] * (cell.tone != "plain")
        classes = f' class="{" ".join(kinds)}"' if kinds else ""
        tag = "td" if place else 'th scope="row"'
        shown = titled(cell.text, most)
        if cell.title:
            shown = (
                f'<span title="{escaped(cell.title)}">{escaped(shortened(cell.text, most))}</span>'
            )
        parts.append(f"<{tag}{classes}>{shown}")
    # The end tags of cells may be left out, which halves a table of thousands.
    return "".join(parts)
