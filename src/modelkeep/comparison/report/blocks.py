"""Tables and bars of block characters for a terminal."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(share: float, width: int) -> str:
    """Draw a share in [0, 1] as a bar, to an eighth of a character.

    Example:
        >>> bar(0.5, 5)
        '██▌  '
    """
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def centred_bar(share: float, width: int) -> Text:
    """Draw a share in [-1, 1] as a bar to the left or right of the middle.

    Args:
        share: What to draw.
        width: Characters in all, an odd number.
    """
    half = width // 2
    length = round(min(abs(share), 1.0) * half) or 1
    left = ("█" * length).rjust(half) if share < 0 else " " * half
    right = "█" * length if share > 0 else ""
    drawn = Text(left, "yellow")
    drawn.append("│", "dim")
    return drawn.append(right.ljust(half), "blue")


def plain_table(title: str) -> Table:
    """Return an empty table with a line under its headings."""
    return Table(
        title=Text(f"\n{title}", "bold") if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        header_style="dim",
    )
