"""The result of an experiment in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from modelkeep.deployment.experimenting.axes import Axis
from modelkeep.deployment.experimenting.drawing import range_of
from modelkeep.deployment.experimenting.result import ExperimentResult, MetricResult, TrailPoint
from modelkeep.deployment.experimenting.wording import amount, interval_amounts

COLUMNS, ROWS = 60, 13
_COLOURS = {"better": "green", "worse": "red", "undecided": "blue"}


def to_terminal(result: ExperimentResult) -> RenderableType:
    """Return the result for `rich` to print: the answer, the units, and each interval over time.

    Args:
        result: What the experiment says.
    """
    parts: list[RenderableType] = [Panel(Text(result.sentence), title=Text(result.model_id))]
    parts += [Text(f"! {each}", style="yellow") for each in result.findings]
    units = Table("arm", "units", "share", title=f"Units ({result.state.value})")
    for arm, count in result.units.items():
        units.add_row(Text(arm), f"{count:,}", f"{100 * result.shares[arm]:.1f} %")
    parts.append(units)
    for found in result.metrics:
        parts += _metric(found)
    return Group(*parts)


def interval_lines(
    trail: Sequence[TrailPoint], *, columns: int = COLUMNS, rows: int = ROWS
) -> tuple[str, ...]:
    """Return the interval over time as lines of text, the greatest difference first.

    Args:
        trail: At least one point.
        columns: How wide.
        rows: How high, 3 or more.

    Returns:
        `rows` lines of `columns` characters: the interval shaded, the effect in it, 0 dashed.
    """
    low, high = range_of(trail)
    up = Axis(low=low, high=high, start=rows - 1.0, end=0.0)
    grid = [[" "] * columns for _ in range(rows)]
    grid[round(up.place(0.0))] = ["╌"] * columns
    last = trail[-1].units
    for column in range(columns):
        until = last * (column + 1) / columns
        known = [point for point in trail if point.units <= until]
        if not known:
            continue
        point = known[-1]
        for row in range(round(up.place(point.high)), round(up.place(point.low)) + 1):
            grid[row][column] = "░"
        grid[round(up.place(point.effect))][column] = "━"
    zero = round(up.place(0.0))
    for column, shown in enumerate(grid[zero]):
        grid[zero][column] = "╌" if shown == "░" else shown
    return tuple("".join(row) for row in grid)


def _metric(found: MetricResult) -> list[RenderableType]:
    table = Table("arm", "units", "difference", "from", "to", "decision")
    table.title = Text(found.metric.name)
    charts: list[RenderableType] = []
    for effect in found.effects:
        numbers = interval_amounts(found.metric, effect)
        colour = _COLOURS[effect.decision]
        decision = Text(effect.decision, style=colour)
        table.add_row(Text(effect.arm), f"{effect.units:,}", *numbers, decision)
        if effect.trail:
            lines = interval_lines(effect.trail)
            low, high = range_of(effect.trail)
            top, bottom = (amount(found.metric, end, signed=True) for end in (high, low))
            chart = Text("\n").join(Text(line, style=colour) for line in lines)
            title = Text(f"{effect.arm}: {bottom} to {top}, 0 to {effect.trail[-1].units:,} units")
            charts.append(Panel(chart, title=title, expand=False))
    return [table, *charts]
