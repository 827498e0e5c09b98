"""Commands about how models do in use: metric, drift, performance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, cast

import typer

from modelkeep.cli import output
from modelkeep.cli.context import Json, Model, Reference, registry
from modelkeep.tracking.history import By

Hours = Annotated[float, typer.Option("--hours", min=0.0, help="How far back to look.")]
_WEEK_HOURS = 168.0


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("metric")(history)
    app.command("drift")(drift)
    app.command("performance")(performance)


def history(
    context: typer.Context,
    model: Model,
    metric: Annotated[
        str, typer.Argument(help="Such as accuracy, error_rate, latency_p99, drift:age.")
    ],
    *,
    hours: Hours = _WEEK_HOURS,
    by: Annotated[
        str, typer.Option("--by", help="version, stage, version_and_stage or model.")
    ] = "version",
    as_json: Json = False,
) -> None:
    """Show a metric of a model over time, as it was logged in use."""
    start, end = _span(hours)
    with registry(context) as services:
        found = services.tracking.history(model, metric, start, end, by=cast("By", by))
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        ("from", "version", "stage", metric, "rows", ""),
        [
            (
                output.moment(point.start),
                point.version_id,
                point.stage,
                "" if point.value is None else f"{point.value:.6g}",
                str(point.rows),
                "estimate" if point.is_estimate else "",
            )
            for point in found
        ],
    )


def drift(
    context: typer.Context, version: Reference, *, hours: Hours = 24.0, as_json: Json = False
) -> None:
    """Show how far features and answers of a version are from its reference."""
    start, end = _span(hours)
    with registry(context) as services:
        found = services.tracking.drift(version, start, end)
    if as_json:
        output.print_json(found)
        return
    if not found:
        output.say("no reference yet, or nothing was logged: see `mk.tracking.set_reference`")
        return
    words = {True: "drifted", False: "no drift", None: "too few rows"}
    for feature, verdict in found.items():
        output.say(f"{feature}: {words[verdict.drifted]}. {verdict.reason}")


def performance(
    context: typer.Context,
    model: Model,
    html: Annotated[Path, typer.Option("--html", help="Where to write the page.")],
    *,
    hours: Hours = _WEEK_HOURS,
) -> None:
    """Draw how a model does in use, with each release on the axis of time."""
    start, end = _span(hours)
    with registry(context) as services:
        output.write_page(html, services.performance_report(model, start, end))


def _span(hours: float) -> tuple[datetime, datetime]:
    end = datetime.now(UTC) + timedelta(minutes=1)
    return end - timedelta(hours=hours), end
