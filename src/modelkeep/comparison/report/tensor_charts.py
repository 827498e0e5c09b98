"""Pictures of where the weights changed: every tensor as a cell, and how much by layer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from modelkeep.comparison.deep import TensorChange
from modelkeep.comparison.report.grouping import TensorGroup, common_roles
from modelkeep.pages import theme
from modelkeep.pages.charts import chart_of, labels_by_place, tooltips
from modelkeep.pages.wording import ABSENT, shortened, shown_bytes, shown_number, shown_share

_BOUNDS = (
    (0.0, "same"),
    (1e-3, "below 0.1 %"),
    (1e-2, "0.1 to 1 %"),
    (1e-1, "1 to 10 %"),
    (1.0, "10 to 100 %"),
    (math.inf, "above 100 %"),
)
_SIGNS = {
    "added": "+",
    "removed": "\u2212",
    "renamed": "R",
    "reshaped": "S",
    "permuted": "P",
    "dtype_changed": "D",
}
_OTHER = "not measured"
_COLOURS = {
    **dict(zip((name for _, name in _BOUNDS), theme.STEPS, strict=True)),
    "added": theme.ADDED,
    "removed": theme.REMOVED,
    _OTHER: theme.NEUTRAL,
}
_MOST_ACROSS = 48
# Rows of the full height that fit about a screen.
_MOST_TALL = 60
_LEAST_SHOWN = 1e-8
SIGNS_TOLD = "+ added, \u2212 removed, R renamed, S reshaped, P permuted, D another dtype"


def heat_chart(groups: Sequence[TensorGroup]) -> Any:
    """Draw each tensor as a cell: a row per layer, in the order of the model.

    Args:
        groups: As `grouping.group_tensors` returns them; a layer of more than 48 tensors takes
            several rows.
    """
    import altair as alt

    cells = list(_cells(groups))
    levels = [name for name in _COLOURS if any(cell["level"] == name for cell in cells)]
    rows = list(dict.fromkeys(cell["row"] for cell in cells))
    roles = common_roles(groups, _MOST_ACROSS)
    across = max(cell["place"] for cell in cells) + 1
    told = [shortened(role, 28) for role in roles]
    axis = alt.Axis(
        labelAngle=-45,
        labelOverlap=False,
        orient="bottom",
        ticks=False,
        domain=False,
        labelFontSize=10,
        labelLimit=150,
        labelExpr=labels_by_place(told),
    )
    base = chart_of(cells).encode(
        x=alt.X(
            "place:O",
            title=None,
            scale=alt.Scale(domain=list(range(across)), paddingInner=0.08),
            axis=axis if any(roles) else None,
        ),
        y=alt.Y("row:N", sort=rows, title=None, scale=alt.Scale(paddingInner=0.12)),
        tooltip=tooltips(_TIPS),
    )
    colour = alt.Color(
        "level:N",
        title="change, of the norm:",
        scale=alt.Scale(domain=levels, range=[_COLOURS[name] for name in levels]),
        legend=alt.Legend(symbolType="square", symbolStrokeWidth=0, columns=len(levels)),
    )
    signs = base.transform_filter("datum.sign != ''").mark_text(
        fontSize=11, fontWeight="bold", baseline="middle"
    )
    ink = alt.condition(
        "datum.level == 'added' || datum.level == 'removed'",
        alt.value(theme.PAPER),
        alt.value(theme.INK),
    )
    marks = base.mark_rect().encode(color=colour)
    return alt.layer(marks, signs.encode(text="sign:N", color=ink)).properties(
        height=len(rows) * (18 if len(rows) <= _MOST_TALL else 12)
    )


def bar_chart(tensors: Sequence[TensorChange]) -> Any:
    """Draw each tensor as a bar, on a logarithmic scale, with what became of it in words.

    Args:
        tensors: In the order of the model.
    """
    import altair as alt

    floor, top = _span([tensor["relative_norm"] for tensor in tensors])
    rows = [_bar(place, tensor, floor) for place, tensor in enumerate(tensors)]
    labels = [shortened(tensor["name"], 42) for tensor in tensors]
    base = chart_of(rows).encode(
        y=alt.Y(
            "place:O",
            title=None,
            axis=alt.Axis(
                labelExpr=labels_by_place(labels),
                labelLimit=300,
                labelOverlap=False,
            ),
        ),
        tooltip=tooltips(_TIPS),
    )
    x = alt.X(
        "size:Q",
        title="norm of the change / norm before (logarithmic)",
        scale=alt.Scale(type="log", domain=[floor, top], nice=False, clamp=True),
        axis=_log_axis(floor, top),
    )
    return alt.layer(
        base.mark_bar(color=theme.STEPS[3], height={"band": 0.7}).encode(
            x=x, x2=alt.X2Datum(floor)
        ),
        base.mark_text(align="left", dx=5, fontSize=11).encode(x=x, text="note:N"),
    ).properties(height=20 * len(tensors))


def range_chart(groups: Sequence[TensorGroup]) -> Any:
    """Draw for each layer the span of its changes, and their median, on a logarithmic scale.

    Args:
        groups: Those to show, in the order of the model.
    """
    import altair as alt

    floor, top = _span([size for group in groups for size in group.sizes])
    rows = [_layer(group, floor) for group in groups]
    names = [row["row"] for row in rows]
    base = chart_of(rows).encode(
        y=alt.Y("row:N", sort=names, title=None),
        tooltip=tooltips({name: name for name in _LAYER_TIPS}),
    )
    scale = alt.Scale(type="log", domain=[floor, top], nice=False, clamp=True)
    title = "norm of the change / norm before (logarithmic): smallest, median, largest"
    x = alt.X("at_largest:Q", title=title, scale=scale, axis=_log_axis(floor, top))
    moved = base.transform_filter("isValid(datum.at_largest)")
    return alt.layer(
        moved.mark_rule(
            strokeWidth=5, opacity=0.45, color=theme.STEPS[3], strokeCap="round"
        ).encode(x=x, x2="at_smallest:Q"),
        moved.mark_point(shape="circle", size=60, color=theme.STEPS[4], opacity=1).encode(x=x),
        moved.mark_tick(thickness=2, size=12, color=theme.INK).encode(
            x=alt.X("at_median:Q", scale=scale)
        ),
        base.mark_text(align="left", dx=8, fontSize=11, color=theme.QUIET).encode(
            x=alt.X("at_note:Q", scale=scale), text="note:N"
        ),
    ).properties(height=20 * len(groups))


def level_of(tensor: TensorChange) -> str:
    """Name the step of the scale that the change of a tensor is on."""
    if tensor["verdict"] in ("added", "removed"):
        return tensor["verdict"]
    size = tensor["relative_norm"]
    if tensor["verdict"] == "same" or size == 0:
        return "same"
    if size is None:
        return _OTHER
    return next(name for bound, name in _BOUNDS[1:] if size < bound or bound == math.inf)


_LAYER_TIPS = ("layer", "tensors", "changed", "smallest", "median", "largest")
_TIPS = {
    "name": "tensor",
    "verdict": "verdict",
    "detail": "detail",
    "shape": "shape",
    "dtype": "dtype",
    "bytes": "size",
    "norm": "change / norm before",
    "cosine": "cosine",
    "share": "elements changed",
    "largest": "largest change",
}


def _facts(tensor: TensorChange) -> dict[str, str]:
    before = f" (was {tensor['old_name']})" if tensor["old_name"] else ""
    return {
        "name": shortened(tensor["name"] + before, 200),
        "verdict": tensor["verdict"].replace("_", " "),
        "detail": shortened(tensor["detail"], 200) or ABSENT,
        "shape": step_of(tensor["shape1"], tensor["shape2"]),
        "dtype": step_of(tensor["dtype1"], tensor["dtype2"]),
        "bytes": f"{tensor['elements']:,} elements, {shown_bytes(tensor['size_bytes'])}",
        "norm": shown_share(tensor["relative_norm"]),
        "cosine": shown_number(tensor["cosine"]),
        "share": shown_share(tensor["changed_share"]),
        "largest": shown_number(tensor["largest_change"], 4),
    }


def step_of(before: object, after: object) -> str:
    """Write what was before and what is after, once where they are equal."""
    if before == after or before is None:
        return _shape(after)
    return _shape(before) if after is None else f"{_shape(before)} → {_shape(after)}"


def _shape(value: object) -> str:
    if isinstance(value, list):
        return " \u00d7 ".join(map(str, value)) or "scalar"
    return str(value)


def _cells(groups: Sequence[TensorGroup]) -> Iterator[dict[str, Any]]:
    for group in groups:
        for place, tensor in enumerate(group.tensors):
            start = place - place % _MOST_ACROSS
            name = shortened(group.name, 36)
            row = name if len(group.tensors) <= _MOST_ACROSS else f"{name} from {start + 1}"
            yield {
                **_facts(tensor),
                "row": row,
                "place": place - start,
                "level": level_of(tensor),
                "sign": _SIGNS.get(tensor["verdict"], ""),
            }


def _bar(place: int, tensor: TensorChange, floor: float) -> dict[str, Any]:
    size, verdict = tensor["relative_norm"], tensor["verdict"].replace("_", " ")
    measured = shown_share(size) if size else ""
    words = "" if verdict == "changed" and measured else verdict
    return {
        **_facts(tensor),
        "place": place,
        "size": max(size or floor, floor),
        "note": ", ".join(filter(None, (measured, words))),
    }


def _layer(group: TensorGroup, floor: float) -> dict[str, Any]:
    largest, median = group.largest, group.median
    smallest = min(group.sizes, default=None)
    counts: dict[str, int] = {}
    for tensor in group.tensors:
        if tensor["verdict"] not in ("same", "changed"):
            counts[tensor["verdict"]] = counts.get(tensor["verdict"], 0) + 1
    words = [f"{count} {verdict.replace('_', ' ')}" for verdict, count in counts.items()]
    words = words or ([] if largest else ["same"])
    return {
        "row": shortened(group.name, 36),
        "layer": shortened(group.name, 200),
        "tensors": len(group.tensors),
        "changed": group.changed,
        "smallest": shown_share(smallest),
        "median": shown_share(median),
        "largest": shown_share(largest),
        "at_smallest": max(smallest or floor, floor) if largest else None,
        "at_median": max(median or floor, floor) if largest else None,
        "at_largest": max(largest, floor) if largest else None,
        "at_note": max(largest or floor, floor),
        "note": ", ".join(words),
    }


def _span(sizes: Sequence[float | None]) -> tuple[float, float]:
    """Return the ends of the scale: powers of ten below, and room for a label above."""
    moved = [size for size in sizes if size and math.isfinite(size)]
    if not moved:
        return 1e-3, 1.0
    low = 10.0 ** math.floor(math.log10(max(min(moved), _LEAST_SHOWN)) - 0.05)
    high = max(moved)
    return low, max(high * (high / low) ** 0.15, 3 * low)


def _log_axis(floor: float, top: float) -> Any:
    import altair as alt

    powers = range(round(math.log10(floor)), math.floor(math.log10(top)) + 1)
    return alt.Axis(values=[10.0**power for power in powers], format="~g")
