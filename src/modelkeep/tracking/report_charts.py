"""Pictures of a model in use: a metric over time with its releases, and drift by feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from modelkeep.pages import theme
from modelkeep.pages.charts import chart_of, labels_by_place, tooltips
from modelkeep.pages.wording import shortened, shown_number, shown_time
from modelkeep.tracking.report_points import (
    DeploymentSeen,
    DriftSeen,
    MetricPoint,
    moment_of,
    place_points,
)

_MEASURED, _ESTIMATED = "measured", "estimated"
# Labels of releases stand in rows above the plot; a share of its width that a character takes.
_MOST_ROWS = 4
_CHARACTER = 0.0075
_DRIFT = {True: "drifted", False: "no drift", None: "too few rows"}
_DRIFT_COLOURS = {"drifted": theme.BAD, "no drift": theme.GOOD, "too few rows": theme.NEUTRAL}
_MOST_FEATURES = 40

Span = tuple[datetime, datetime]


def metric_chart(
    name: str,
    points: Sequence[MetricPoint],
    deployments: Sequence[DeploymentSeen],
    versions: Sequence[str],
    span: Span,
) -> Any:
    """Draw a metric over time: a colour per version, releases as vertical lines.

    Args:
        name: Of the metric.
        points: Of the metric.
        deployments: All there are.
        versions: All that any metric has points of, which fixes their colours.
        span: What is shown.
    """
    import altair as alt

    rows = list(_rows(points))
    base = chart_of(rows).encode(x=_time_axis(span))
    y = alt.Y("value:Q", title=shortened(name, 40), scale=alt.Scale(zero=False, padding=8))
    here = [version for version in versions if any(p["version"] == version for p in points)]
    places = [versions.index(version) % len(theme.CATEGORIES) for version in here]
    colour = alt.Color(
        "version:N",
        title=None,
        # The labels of releases stand above the plot.
        legend=alt.Legend(orient="bottom"),
        scale=alt.Scale(
            domain=[shortened(version, 40) for version in here],
            range=[theme.CATEGORIES[place] for place in places],
        ),
    )
    kinds = [_MEASURED, _ESTIMATED]
    dash = alt.StrokeDash(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=kinds, range=[[1, 0], [5, 4]]),
        legend=alt.Legend(orient="bottom", symbolType="stroke", symbolStrokeColor=theme.QUIET)
        if any(row["kind"] == _ESTIMATED for row in rows)
        else None,
    )
    told = {"version": "version", "when": "from", "shown": name, "rows": "rows", "kind": "kind"}
    band = (
        base.transform_filter("isValid(datum.lower) && isValid(datum.upper)")
        .mark_area(opacity=0.18, line=False)
        .encode(
            y=alt.Y("lower:Q", title=shortened(name, 40)),
            y2="upper:Q",
            color=colour,
            detail="segment:N",
        )
    )
    layers = [
        *([band] if any(row["lower"] is not None for row in rows) else []),
        base.mark_line().encode(y=y, color=colour, strokeDash=dash, detail="segment:N"),
        base.transform_filter("!datum.joint")
        .mark_point(size=22, shape="circle")
        .encode(
            y=y,
            color=colour,
            tooltip=tooltips({**told, "interval": "interval"}),
        ),
        *_releases(deployments, span),
    ]
    return alt.layer(*layers).properties(height=220)


def drift_chart(drift: Sequence[DriftSeen], span: Span) -> Any:
    """Draw a dot for each look at a feature; the greatest effect has the topmost row.

    Args:
        drift: What was seen.
        span: What is shown.
    """
    import altair as alt

    effects: dict[str, float] = {}
    for seen in drift:
        effects[seen["feature"]] = max(effects.get(seen["feature"], 0.0), seen["effect"] or 0.0)
    features = sorted(effects, key=lambda feature: -effects[feature])[:_MOST_FEATURES]
    rows = [
        {
            "at": _milliseconds(moment_of(seen["at"])),
            "place": features.index(seen["feature"]),
            "feature": shortened(seen["feature"], 200),
            "when": shown_time(moment_of(seen["at"])),
            "effect": shown_number(seen["effect"], 3),
            "seen": _DRIFT[seen["drifted"]],
            "sentence": shortened(seen["sentence"], 300),
        }
        for seen in drift
        if seen["feature"] in features
    ]
    kinds = [kind for kind in _DRIFT_COLOURS if any(row["seen"] == kind for row in rows)]
    return (
        chart_of(rows)
        .mark_point(size=80, shape="circle", opacity=0.9)
        .encode(
            x=_time_axis(span),
            y=alt.Y(
                "place:O",
                title=None,
                axis=alt.Axis(
                    labelExpr=labels_by_place([shortened(name, 36) for name in features]),
                    grid=True,
                    labelOverlap=False,
                ),
            ),
            color=alt.Color(
                "seen:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[_DRIFT_COLOURS[kind] for kind in kinds]),
            ),
            tooltip=tooltips(
                {
                    "feature": "feature",
                    "when": "when",
                    "effect": "effect",
                    "seen": "seen",
                    "sentence": "in words",
                }
            ),
        )
        .properties(height=24 * len(features))
    )


def label_of(deployment: DeploymentSeen, *, with_stage: bool) -> str:
    """Name a release in a few characters."""
    version = shortened(deployment["version"], 16)
    words = {"deployed": version, "rolled_back": f"back to {version}", "promoted": f"{version} up"}
    stage = f" ({shortened(deployment['stage'], 12)})" if with_stage else ""
    return words.get(deployment["kind"], version) + stage


def _releases(deployments: Sequence[DeploymentSeen], span: Span) -> Iterator[Any]:
    import altair as alt

    rows = list(_release_rows(deployments, span))
    if not rows:
        return
    base = chart_of(rows).encode(
        x=_time_axis(span),
        tooltip=tooltips({"label": "release", "stage": "stage", "when": "at", "reason": "reason"}),
    )
    yield base.mark_rule(strokeWidth=1.2, strokeDash=[4, 3], color=theme.NEUTRAL)
    for row in range(_MOST_ROWS):
        if any(release["row"] == row for release in rows):
            yield (
                base.transform_filter(f"datum.row === {row}")
                .mark_text(align="left", dx=-1, fontSize=11)
                .encode(text="label:N", y=alt.value(-8 - 14 * row))
            )


def _release_rows(deployments: Sequence[DeploymentSeen], span: Span) -> Iterator[dict[str, Any]]:
    """Give each label the lowest row that is free; one that finds none is a line only."""
    several = len({deployment["stage"] for deployment in deployments}) > 1
    width = (span[1] - span[0]).total_seconds()
    free = [float("-inf")] * _MOST_ROWS
    for deployment in sorted(deployments, key=lambda one: moment_of(one["at"])):
        at = moment_of(deployment["at"])
        label = label_of(deployment, with_stage=several)
        share = (at - span[0]).total_seconds() / width
        row = next((row for row in range(_MOST_ROWS) if free[row] <= share), None)
        if row is not None:
            free[row] = share + _CHARACTER * (len(label) + 2)
        yield {
            "at": _milliseconds(at),
            "row": -1 if row is None else row,
            "label": label,
            "stage": shortened(deployment["stage"], 60),
            "when": shown_time(at),
            "reason": shortened(deployment["reason"], 200),
        }


def _rows(points: Sequence[MetricPoint]) -> Iterator[dict[str, Any]]:
    for placed in place_points(points):
        point = placed.point
        lower, upper = point["lower"], point["upper"]
        known = lower is not None and upper is not None
        yield {
            "at": _milliseconds(placed.at),
            "value": placed.value,
            "lower": lower,
            "upper": upper,
            "version": shortened(point["version"], 40),
            "segment": placed.segment,
            "joint": placed.is_joint,
            "kind": _ESTIMATED if placed.is_dashed else _MEASURED,
            "when": shown_time(placed.at),
            "shown": shown_number(placed.value),
            "rows": f"{point['count']:,}",
            "interval": f"{shown_number(lower)} to {shown_number(upper)}" if known else "none",
        }


def _time_axis(span: Span) -> Any:
    import altair as alt

    return alt.X(
        "at:T",
        title=None,
        # As expressions: the interpreter that a page without `eval` needs takes the number of a
        # domain for a year.
        scale=alt.Scale(
            type="utc",
            domain=[alt.ExprRef(str(_milliseconds(moment))) for moment in span],
            nice=False,
        ),
        axis=alt.Axis(grid=False, tickCount=8),
    )


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
