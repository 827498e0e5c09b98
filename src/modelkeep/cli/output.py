"""What commands print: JSON for programs, tables for people, progress on the error stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from modelkeep.errors import InvalidInputError
from modelkeep.orchestrator.plain import to_plain

__all__ = [
    "console",
    "metrics",
    "moment",
    "print_fields",
    "print_json",
    "print_table",
    "progress",
    "say",
    "size",
    "to_plain",
    "write_page",
]
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_PIPE_WIDTH = 160
_MOST_METRICS = 4


def console() -> Console:
    """Return where tables go; a pipe gets wide lines, so that nothing is cut."""
    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)


def print_json(value: Any) -> None:
    """Print a result as indented JSON."""
    sys.stdout.write(json.dumps(to_plain(value), indent=2, ensure_ascii=False) + "\n")


def print_table(columns: Sequence[str], lines: Sequence[Sequence[str]], *, title: str = "") -> None:
    """Print lines under headings; ids and numbers are never broken."""
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column in ("id", "number", "stage"), overflow="fold")
    for line in lines:
        table.add_row(*line)
    console().print(table)


def print_fields(fields: Mapping[str, str]) -> None:
    """Print names and values, one a line; empty values are left out."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields.items():
        if value:
            table.add_row(name, value)
    console().print(table)


def write_page(path: Path, page: str) -> None:
    """Write a page, and say where it is."""
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"the page cannot be written to {path}: {error}") from error
    sys.stderr.write(f"wrote {path} ({size(path.stat().st_size)})\n")


def say(text: str) -> None:
    """Print a sentence."""
    console().print(text, markup=False, soft_wrap=True)


def size(count: float) -> str:
    """Return a number of bytes for people."""
    unit = 0
    while count >= 1024 and unit < len(_UNITS) - 1:  # noqa: PLR2004
        count /= 1024
        unit += 1
    return f"{count:.0f} {_UNITS[unit]}" if unit == 0 else f"{count:.1f} {_UNITS[unit]}"


def moment(value: datetime) -> str:
    """Return a time for people, in UTC."""
    return f"{value:%Y-%m-%d %H:%M:%S}Z"


def metrics(values: Mapping[str, float]) -> str:
    """Return some metrics in short."""
    shown = [f"{name}={value:.4g}" for name, value in list(values.items())[:_MOST_METRICS]]
    rest = len(values) - _MOST_METRICS
    return " ".join(shown) + (f" and {rest} more" if rest > 0 else "")


@contextmanager
def progress(what: str, total_bytes: int | None) -> Iterator[Callable[[int], None]]:
    """Show bytes and time left on the error stream while a block works, where that is a screen.

    Args:
        what: What is being done.
        total_bytes: How much there is to do; None when that is not known.
    """
    screen = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as bars:
        task = bars.add_task(what, total=total_bytes)
        yield lambda count: bars.advance(task, count)
