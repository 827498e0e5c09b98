"""Where the weights changed, for a terminal: a bar per tensor, or per layer where they are many."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text

from modelkeep.comparison.deep import TensorChange, TensorsDifference
from modelkeep.comparison.report.blocks import bar, plain_table
from modelkeep.comparison.report.grouping import TensorGroup, group_tensors
from modelkeep.pages.wording import plural, shortened, shown_share

_MOST_ROWS = 24
_WIDTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    name: str
    size: float | None
    note: str
    has_changed: bool


def layer_tables(tensors: TensorsDifference) -> Iterator[RenderableType]:
    """Yield what is printed of the weights."""
    found = tensors["tensors"]
    counts = ", ".join(
        f"{count:,} {name.replace('_', ' ')}" for name, count in tensors["counts"].items()
    )
    yield Text("\nWeights", "bold")
    yield Text(
        f"{plural(len(found), 'tensor')}: {counts or 'none'}; change of the norm "
        f"{shown_share(tensors['relative_norm'])}"
    )
    lines = [_of_tensor(tensor) for tensor in found]
    heading = "tensor"
    if len(found) > _MOST_ROWS:
        lines, heading = [_of_group(group) for group in group_tensors(found)], "layer"
    changed = [line for line in lines if line.has_changed]
    shown = _largest(changed)
    if shown:
        table = plain_table("")
        table.add_column(heading)
        table.add_column("largest change (log)", no_wrap=True)
        table.add_column("", justify="right", no_wrap=True)
        table.add_column("")
        floor, top = _span(shown)
        for line in shown:
            table.add_row(
                Text(shortened(line.name, 26)),
                Text(bar(_place(line.size, floor, top), _WIDTH), "blue"),
                shown_share(line.size),
                Text(line.note, "dim"),
            )
        yield table
    if len(changed) > len(shown):
        left = len(changed) - len(shown)
        yield Text(f"  and {plural(left, f'{heading}')} that changed less", "dim")
    if len(lines) > len(changed):
        yield Text(f"  the same: {plural(len(lines) - len(changed), heading)}", "dim")
    for note in tensors["notes"]:
        yield Text(f"  • {shortened(note, 300)}")


def _of_tensor(tensor: TensorChange) -> _Line:
    verdict = tensor["verdict"].replace("_", " ")
    before = f" from {shortened(tensor['old_name'], 20)}" if tensor["old_name"] else ""
    return _Line(
        name=tensor["name"],
        size=tensor["relative_norm"],
        note="" if verdict == "changed" else f"{verdict}{before}",
        has_changed=verdict != "same",
    )


def _of_group(group: TensorGroup) -> _Line:
    moved = f"{group.changed} of {len(group.tensors)}"
    return _Line(name=group.name, size=group.largest, note=moved, has_changed=bool(group.changed))


def _largest(lines: Sequence[_Line]) -> list[_Line]:
    by_size = sorted(range(len(lines)), key=lambda place: -_weight(lines[place]))
    return [lines[place] for place in sorted(by_size[:_MOST_ROWS])]


def _span(lines: Sequence[_Line]) -> tuple[float, float]:
    sizes = [line.size for line in lines if line.size and math.isfinite(line.size)]
    if not sizes:
        return 1e-3, 1.0
    # Half a power of ten below the least, so that it still has a bar.
    return min(sizes) / 3.0, max(sizes)


def _place(size: float | None, floor: float, top: float) -> float:
    if not size or size <= floor:
        return 0.0
    return math.log(size / floor) / math.log(top / floor)


def _weight(line: _Line) -> float:
    """Return what lines are chosen by: what cannot be measured was added or removed, or worse."""
    return math.inf if line.size is None else line.size
