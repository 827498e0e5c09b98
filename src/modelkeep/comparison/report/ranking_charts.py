"""Pictures of many versions: one cost against one gain, and all axes beside one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from modelkeep.comparison.ranked import Axis, RankedVersion
from modelkeep.comparison.ranking import SIZE
from modelkeep.pages import theme
from modelkeep.pages.charts import chart_of, labels_by_place, tooltips
from modelkeep.pages.wording import ABSENT, shortened, shown_bytes, shown_number

# More colours than these are not told apart.
_MOST_COLOURS = 8
_MOST_LABELS = 12
# Of many versions only the first ranks stand out, or none would.
_MOST_TOP = 5
_TOP, _REST = f"rank 1 to {_MOST_TOP}", "the others"
_FRONT, _BEHIND = "on the Pareto front", "another is better in every respect"
_MEBIBYTE = 1024**2
# Where the greatest is so many times the least, a linear scale crowds most of them.
_TOO_WIDE = 30.0


def trade_off_chart(
    rows: Sequence[RankedVersion], across: Axis, up: Axis, labels: Sequence[str]
) -> Any:
    """Draw each version that has both values as a point.

    Args:
        rows: The versions.
        across: What it costs.
        up: What it brings.
        labels: Names of the versions.
    """
    import altair as alt

    scale = _MEBIBYTE if across["name"] == SIZE else 1
    points = [
        {
            "x": x / scale,
            "y": y,
            "version": shortened(labels[place], 200),
            "label": shortened(labels[place], 18),
            "place": _FRONT if row["on_front"] else _BEHIND,
            "across": shown(across, x),
            "up": shown(up, y),
            "rank": shown_number(row["rank"]),
        }
        for place, row in enumerate(rows)
        if (x := across["values"][place]) is not None and (y := up["values"][place]) is not None
    ]
    title = "size, MiB" if across["name"] == SIZE else shortened(across["name"])
    wide = _is_wide([point["x"] for point in points])  # type: ignore[misc]
    base = chart_of(points).encode(
        x=alt.X(
            "x:Q",
            title=title,
            scale=alt.Scale(type="log" if wide else "linear", zero=False, padding=30),
            axis=alt.Axis(tickCount=7),
        ),
        y=alt.Y("y:Q", title=shortened(up["name"], 30), scale=alt.Scale(zero=False, padding=22)),
        tooltip=tooltips(
            {
                "version": "version",
                "up": shortened(up["name"], 40),
                "across": shortened(across["name"], 40),
                "rank": "rank",
                "place": "place",
            }
        ),
    )
    colours = {_FRONT: theme.CATEGORIES[0], _BEHIND: theme.NEUTRAL}
    found = [place for place in colours if any(point["place"] == place for point in points)]
    colour = alt.Color(
        "place:N",
        title=None,
        scale=alt.Scale(domain=found, range=[colours[place] for place in found]),
    )
    front = sum(point["place"] == _FRONT for point in points)
    named = "true" if len(points) <= _MOST_LABELS else f"datum.place === '{_FRONT}'"
    layers = [base.mark_point(size=90, shape="circle", opacity=0.9).encode(color=colour)]
    if len(points) <= _MOST_LABELS or front <= _MOST_LABELS:
        layers.append(
            base.transform_filter(named).mark_text(dy=-12, fontSize=11).encode(text="label:N")
        )
    return alt.layer(*layers).properties(height=320)


def parallel_chart(
    rows: Sequence[RankedVersion], axes: Sequence[Axis], labels: Sequence[str]
) -> Any:
    """Draw each version as a line over all axes, scaled so that the better end is the top.

    Args:
        rows: The versions.
        axes: Those that any version has a value for.
        labels: Names of the versions.
    """
    import altair as alt

    points = list(_points(rows, axes, labels))
    few = len(rows) <= _MOST_COLOURS
    hover = alt.selection_point(
        name="follow", fields=["version"], on="pointerover", clear="pointerout", nearest=False
    )
    x = alt.X(
        "axis:Q",
        title=None,
        scale=alt.Scale(domain=[-0.3, len(axes) - 0.7], nice=False),
        axis=alt.Axis(
            values=list(range(len(axes))),
            labelExpr=labels_by_place([_told(axis, len(axes)) for axis in axes]),
            labelOverlap=False,
            labelPadding=24,
            labelLimit=170,
            labelAngle=0 if len(axes) <= 7 else -30,  # noqa: PLR2004 - what fits side by side
            ticks=False,
            domain=False,
        ),
    )
    y = alt.Y("gain:Q", axis=None, scale=alt.Scale(domain=[-0.02, 1.14], nice=False))
    names = list(dict.fromkeys(point["version"] for point in points))
    colour = (
        alt.Color(
            "version:N",
            title=None,
            scale=alt.Scale(domain=names, range=list(theme.CATEGORIES[: len(names)])),
        )
        if few
        else alt.Color(
            "group:N",
            title=None,
            sort=[_TOP, _REST],
            scale=alt.Scale(domain=[_TOP, _REST], range=[theme.CATEGORIES[1], theme.NEUTRAL]),
        )
    )
    base = chart_of(points).encode(x=x, y=y, color=colour, detail="version:N")
    told = {"version": "version", "name": "axis", "value": "value", "rank": "rank"}
    ends = chart_of(list(_ends(axes)))
    return alt.layer(
        *(
            base.transform_filter(f"datum.group === '{group}'")
            .mark_line(strokeWidth=2 if few or group == _TOP else 1)
            .encode(opacity=alt.condition(hover, alt.value(shade), alt.value(0.12), empty=True))
            for group, shade in ((_REST, 0.85 if few else 0.45), (_TOP, 0.95))
        ),
        base.mark_point(size=60 if few else 30, shape="circle")
        .encode(
            tooltip=tooltips(told),
            opacity=alt.condition(hover, alt.value(1), alt.value(0.15), empty=True),
        )
        .add_params(hover),
        ends.transform_filter("datum.gain === 1")
        .mark_text(dy=-14, fontSize=11, color=theme.QUIET)
        .encode(x=x, y=y, text="text:N"),
        ends.transform_filter("datum.gain === 0")
        .mark_text(dy=16, fontSize=11, color=theme.QUIET)
        .encode(x=x, y=y, text="text:N"),
    ).properties(height=300)


def shown(axis: Axis, value: float | None) -> str:
    """Write a value of an axis: sizes in their unit."""
    if value is None:
        return ABSENT
    return shown_bytes(int(value)) if axis["name"] == SIZE else shown_number(value)


def _told(axis: Axis, count: int) -> str:
    arrow = {"higher": " ↑", "lower": " ↓", None: ""}[axis["direction"]]
    return shortened(axis["name"], max(12, 110 // count)) + arrow


def _points(
    rows: Sequence[RankedVersion], axes: Sequence[Axis], labels: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for place, row in enumerate(rows):
        for number, axis in enumerate(axes):
            value = axis["values"][place]
            yield {
                "axis": number,
                "gain": None if value is None else _gain(axis, value),
                "version": shortened(labels[place], 40),
                "name": shortened(axis["name"], 200),
                "value": shown(axis, value),
                "rank": shown_number(row["rank"]),
                "group": _TOP if row["rank"] is not None and row["rank"] <= _MOST_TOP else _REST,
            }


def _ends(axes: Sequence[Axis]) -> Iterator[dict[str, Any]]:
    for number, axis in enumerate(axes):
        best, worst = axis["max"], axis["min"]
        if axis["direction"] == "lower":
            best, worst = worst, best
        yield {"axis": number, "gain": 1, "text": shown(axis, best)}
        if best != worst:
            yield {"axis": number, "gain": 0, "text": shown(axis, worst)}


def _gain(axis: Axis, value: float) -> float:
    low, high = axis["min"], axis["max"]
    if low is None or high is None or low == high:
        return 1.0
    # Halves, since the difference of two finite numbers may be too great for a float.
    share = (value / 2 - low / 2) / (high / 2 - low / 2)
    return 1.0 - share if axis["direction"] == "lower" else share


def _is_wide(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) / min(values) > _TOO_WIDE
