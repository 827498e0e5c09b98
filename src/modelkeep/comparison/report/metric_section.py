"""The metrics of two versions: a dot for each on one scale, and all numbers in a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from modelkeep.comparison.deep import PairedTest
from modelkeep.comparison.metrics import relative_change
from modelkeep.comparison.report.verdict import as_deep, names_of
from modelkeep.comparison.result import Direction, MetricChange, VersionComparison
from modelkeep.pages import theme
from modelkeep.pages.charts import chart_of, tooltips
from modelkeep.pages.page import Page
from modelkeep.pages.tables import Cell, Tone
from modelkeep.pages.wording import ABSENT, shortened, shown_change, shown_number, shown_share

_WORDS: dict[Direction | None, str] = {
    "higher": "↑ higher is better",
    "lower": "↓ lower is better",
    None: "? direction not known",
}
_OUTCOMES = {
    "better": theme.GOOD,
    "worse": theme.BAD,
    "no clear change": theme.NEUTRAL,
    "direction not known": theme.CATEGORIES[5],
}
_VERDICTS = {
    "better": "better",
    "worse": "worse",
    "equal": "equal",
    "unknown_direction": "direction not known",
    "missing": "missing on one side",
    "not_comparable": "not finite before",
}
_TONES: dict[str, Tone] = {"better": "good", "worse": "bad"}
# With one change so much greater than the usual one, dots on a linear scale all lie on zero.
_TOO_WIDE = 10.0
_RECORDED, _ON_SAMPLE = "recorded with the version", "measured on the sample, with interval"


def add_metrics(page: Page, result: VersionComparison) -> None:
    """Add the section of the metrics; without any it says so."""
    page.add_section("Metrics")
    deep = as_deep(result)
    tests = deep["predictions"]["tests"] if deep and deep["predictions"] else []
    rows = metric_points(result["metrics"], tests)
    if rows:
        page.add_chart(
            _chart(rows),
            caption="Relative change of each metric. To the right is better, whatever the "
            "direction of the metric; a line through a diamond is the interval of the difference.",
            description=_described(rows),
            wide=True,
        )
    if not result["metrics"]:
        page.add_sentence("Neither version has a metric.", quiet=True)
        return
    old, new = names_of(result)
    page.add_table(
        "Metrics as recorded with the versions",
        ("metric", "which way", old, new, "difference", "change", "verdict"),
        [_row(name, change) for name, change in result["metrics"].items()],
    )


def metric_points(
    metrics: dict[str, MetricChange], tests: Sequence[PairedTest]
) -> list[dict[str, Any]]:
    """Put all changes on one scale: per cent of the greater value, positive where it is better.

    Args:
        metrics: As they were recorded.
        tests: Scores on the sample, with their intervals.

    Returns:
        One row a dot; metrics without a finite change have none.
    """
    rows = []
    for name, change in metrics.items():
        if change["relative_change"] is None:
            continue
        rows.append(
            {
                **_row_of(name, change["direction"]),
                "gain": 100 * _sign(change["direction"]) * change["relative_change"],
                "lower": None,
                "upper": None,
                "outcome": _VERDICTS[change["verdict"]].replace("equal", "no clear change"),
                "kind": _RECORDED,
                "old": shown_number(change["version1_value"]),
                "new": shown_number(change["version2_value"]),
                "difference": shown_change(change["difference"]),
                "interval": "none",
            }
        )
    return rows + [_tested(test) for test in tests if _is_drawable(test)]


def _is_drawable(test: PairedTest) -> bool:
    numbers = (test["version1"], test["version2"], test["lower"], test["upper"])
    return all(map(math.isfinite, numbers))


def _tested(test: PairedTest) -> dict[str, Any]:
    greatest = max(abs(test["version1"]), abs(test["version2"]))
    scale = 100 * _sign(test["direction"]) / greatest if greatest else 0.0
    ends = sorted((scale * test["lower"], scale * test["upper"]))
    words = {True: "better", False: "worse", None: "no clear change"}
    return {
        **_row_of(f"{test['metric']} (sample)", test["direction"]),
        "gain": 100
        * _sign(test["direction"])
        * relative_change(test["version1"], test["version2"]),
        "lower": ends[0],
        "upper": ends[1],
        "outcome": words[test["improved"]],
        "kind": _ON_SAMPLE,
        "old": shown_number(test["version1"]),
        "new": shown_number(test["version2"]),
        "difference": shown_change(test["difference"]),
        "interval": f"{shown_change(test['lower'])} to {shown_change(test['upper'])} "
        f"({shown_share(test['confidence'])})",
    }


def _row_of(name: str, direction: Direction | None) -> dict[str, Any]:
    return {"row": f"{shortened(name, 30)} {_WORDS[direction]}", "metric": shortened(name, 200)}


def _sign(direction: Direction | None) -> int:
    return -1 if direction == "lower" else 1


def _chart(rows: Sequence[dict[str, Any]]) -> Any:
    import altair as alt

    order = list(dict.fromkeys(row["row"] for row in rows))
    x = alt.X("gain:Q", scale=_scale(rows), axis=_axis(rows), title="change, %")
    y = alt.Y("row:N", sort=order, title=None)
    outcomes = [name for name in _OUTCOMES if any(row["outcome"] == name for row in rows)]
    colour = alt.Color(
        "outcome:N",
        title=None,
        scale=alt.Scale(domain=outcomes, range=[_OUTCOMES[name] for name in outcomes]),
    )
    tips = ["metric", "old", "new", "difference", "interval", "outcome"]
    base = chart_of(rows).encode(y=y)
    marks = [
        chart_of([{"zero": 0}]).mark_rule(strokeWidth=1.5).encode(x="zero:Q"),
        base.mark_rule(strokeWidth=1, strokeDash=[2, 3]).encode(
            x=x, x2=alt.X2Datum(0), color=colour
        ),
        base.transform_filter("isValid(datum.lower)")
        .mark_rule(strokeWidth=5, opacity=0.4, strokeCap="round")
        .encode(x=alt.X("lower:Q"), x2="upper:Q", color=colour),
        base.mark_point(size=110, filled=True, opacity=1).encode(
            x=x,
            color=colour,
            shape=alt.Shape(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=[_RECORDED, _ON_SAMPLE], range=["circle", "diamond"]),
                legend=None
                if all(row["kind"] == _RECORDED for row in rows)
                else alt.Legend(symbolFillColor=theme.QUIET, symbolStrokeColor=theme.QUIET),
            ),
            tooltip=tooltips({name: name for name in tips}),
        ),
    ]
    return alt.layer(*marks).properties(height=26 * len(order))


def _reach(rows: Sequence[dict[str, Any]]) -> float:
    ends = [abs(row[key] or 0.0) for row in rows for key in ("gain", "lower", "upper")]
    return max(ends) or 1.0


def _is_wide(rows: Sequence[dict[str, Any]]) -> bool:
    moved = sorted(abs(row["gain"]) for row in rows if row["gain"])
    return bool(moved) and _reach(rows) > _TOO_WIDE * moved[len(moved) // 2]


def _scale(rows: Sequence[dict[str, Any]]) -> Any:
    import altair as alt

    reach = 1.1 * _reach(rows)
    if not _is_wide(rows):
        return alt.Scale(domain=[-reach, reach], nice=False)
    return alt.Scale(type="symlog", constant=reach / 200, domain=[-reach, reach], nice=False)


def _axis(rows: Sequence[dict[str, Any]]) -> Any:
    import altair as alt

    if not _is_wide(rows):
        return alt.Axis(tickCount=9)
    top = math.floor(math.log10(_reach(rows)))
    steps = [10.0**power for power in range(top - 2, top + 1)]
    return alt.Axis(values=[*(-step for step in steps), 0, *steps], format="~g")


def _row(name: str, change: MetricChange) -> list[Cell | str | float | None]:
    percent = change["percent_change"]
    return [
        name,
        _WORDS[change["direction"]],
        change["version1_value"],
        change["version2_value"],
        Cell(text=shown_change(change["difference"]), is_number=True),
        Cell(text=ABSENT if percent is None else f"{shown_change(percent, 3)} %", is_number=True),
        Cell(text=_VERDICTS[change["verdict"]], tone=_TONES.get(change["verdict"], "plain")),
    ]


def _described(rows: Sequence[dict[str, Any]]) -> str:
    counts = ", ".join(
        f"{sum(row['outcome'] == name for row in rows)} {name}"
        for name in _OUTCOMES
        if any(row["outcome"] == name for row in rows)
    )
    return f"Dot plot of the relative change of {len(rows)} metrics: {counts}."
