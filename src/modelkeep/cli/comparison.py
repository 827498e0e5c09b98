"""Commands about differences: compare, lineage."""

from __future__ import annotations

from typing import Annotated

import typer

from modelkeep.cli import output
from modelkeep.cli.context import Json, Reference, registry
from modelkeep.comparison.result import MetricChange, VersionComparison

_SIGNS = {
    "better": "better",
    "worse": "worse",
    "equal": "equal",
    "unknown_direction": "? direction unknown",
    "missing": "missing",
    "not_comparable": "not comparable",
}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("compare")(compare)
    app.command("lineage")(lineage)


def compare(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="The version to compare from.")],
    other: Annotated[
        str | None, typer.Argument(help="The version to compare to; none: first against this.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Show what changed between two versions, or from a model's first version to this one."""
    with registry(context) as services:
        if other is None:
            result = services.comparator.compare_to_baseline(version)
        else:
            result = services.comparator.compare_versions(version, other)
    if as_json:
        output.print_json(result)
    else:
        _print(result)


def _print(result: VersionComparison) -> None:
    old, new = result["version1"], result["version2"]
    lines = [
        (
            name,
            _number(change["version1_value"]),
            _number(change["version2_value"]),
            _percent(change),
            _SIGNS[change["verdict"]],
        )
        for name, change in result["metrics"].items()
    ]
    output.print_table(("metric", old["number"], new["number"], "change", ""), lines)
    output.say(
        f"\n{result['summary']['overall_verdict']}\n"
        f"recommendation: {result['summary']['recommendation'].replace('_', ' ')}"
    )
    for finding in result["summary"]["key_findings"]:
        output.say(f"- {finding}")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _percent(change: MetricChange) -> str:
    return "" if change["percent_change"] is None else f"{change['percent_change']:+.2f} %"


def lineage(context: typer.Context, version: Reference, *, as_json: Json = False) -> None:
    """Show what a version was made from, oldest first."""
    with registry(context) as services:
        entries = services.comparator.get_version_lineage(version)
    if as_json:
        output.print_json(entries)
        return
    lines = [
        (
            "  " * depth + ("└ " if depth else "") + (entry["version_number"] or "?"),
            "removed" if entry["removed"] else entry["status"] or "unknown",
            output.moment(entry["created_at"]) if entry["created_at"] else "",
            entry["note"],
            entry["version_id"],
        )
        for depth, entry in enumerate(entries)
    ]
    output.print_table(("number", "status", "created", "note", "id"), lines)
