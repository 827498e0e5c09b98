"""Commands about differences: compare, rank, lineage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from modelkeep.cli import output, workers
from modelkeep.cli.context import Json, Reference, registry
from modelkeep.cli.samples import read_sample
from modelkeep.comparison.result import MetricChange, VersionComparison
from modelkeep.errors import InvalidInputError

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
    app.command("rank")(rank)
    app.command("lineage")(lineage)


def compare(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="The version to compare from.")],
    others: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[OTHER]...", help="What to compare to it; none: the first one to this."
        ),
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--every", help="Compare it to every other version of its model.")
    ] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Look into the files: tensors, trees, signature.")
    ] = False,
    sample: Annotated[
        Path | None,
        typer.Option("--sample", help="Rows to ask both about: a .npy, .npz or .csv file."),
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option("--labels", help="The truth: a .npy file, or a column of the .csv file."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page that opens without a network.")
    ] = None,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Show the essentials of the page here.")
    ] = False,
    processes: workers.Processes = None,
    on: workers.On = None,
    as_json: Json = False,
) -> None:
    """Show what changed from a version to another or to many, or from a model's first to this."""
    if every or len(others or ()) > 1 or workers.is_split(processes, on):
        if html is not None or terminal or sample is not None:
            raise InvalidInputError("--html, --terminal and --sample are for two versions")
        _compare_many(context, version, others or [], every, deep, processes, on, as_json=as_json)
        return
    other = others[0] if others else None
    looks_deeper = deep or terminal or html is not None or sample is not None
    rows = None if sample is None else read_sample(sample, labels)
    with registry(context) as services:
        if other is None:
            first = services.versions.get_version(version)
            baseline = services.versions.get_first_version(first.model_id).version_id
            version, other = baseline, first.version_id
        result: VersionComparison
        if looks_deeper:
            result = services.comparator.compare_versions(version, other, deep=True, sample=rows)
        else:
            result = services.comparator.compare_versions(version, other)
    if html is not None:
        from modelkeep.comparison.report.html import to_html

        output.write_page(html, to_html(result))
    if as_json:
        output.print_json(result)
    elif looks_deeper and (terminal or html is None):
        from modelkeep.comparison.report.terminal import to_terminal

        to_terminal(result, output.console())
    elif html is None:
        _print(result)


def _compare_many(
    context: typer.Context,
    version: str,
    others: list[str],
    every: bool,
    deep: bool,
    processes: int | None,
    on: str | None,
    *,
    as_json: bool,
) -> None:
    from modelkeep.orchestrator.bulk import comparing

    if every == bool(others):
        raise InvalidInputError("name the versions to compare to, or give --every; one of both")
    with registry(context) as services:
        baseline = services.versions.get_version(version)
        if every:
            found = services.versions.get_versions(baseline.model_id, limit=None)
            others = [each.version_id for each in found if each.version_id != baseline.version_id]
        with (
            workers.executor(processes, on, services) as executor,
            output.progress("comparing", None) as advance,
        ):
            pairs = [(baseline.version_id, other) for other in others]
            results, failures = comparing.compare(
                services, executor, pairs, deep=deep, progress=advance
            )
    if as_json:
        output.print_json({"comparisons": results, **workers.as_json(failures)})
    else:
        output.print_table(
            ("number", "model", "tensors changed", "recommendation", ""),
            [
                (
                    each["version2"]["number"],
                    each["version2"]["model_id"],
                    _changed_tensors(each),
                    each["summary"]["recommendation"].replace("_", " "),
                    each["summary"]["overall_verdict"],
                )
                for each in results
            ],
        )
        workers.say(failures)
    workers.end(failures)


def _changed_tensors(comparison: dict[str, Any]) -> str:
    found = comparison.get("tensors")
    if found is None:
        return ""
    total = sum(found["counts"].values())
    return f"{total - found['counts'].get('same', 0)} of {total}"


def rank(
    context: typer.Context,
    versions: Annotated[list[str], typer.Argument(help="Two to fifty versions.")],
    *,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", help="What counts; repeat for several.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page that opens without a network.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rank up to fifty versions by their metrics, and say which no other beats in all respects."""
    with registry(context) as services:
        ranking = services.comparator.compare_many(versions, metrics=metric)
    if html is not None:
        from modelkeep.comparison.report.many import many_to_html

        output.write_page(html, many_to_html(ranking))
    if as_json:
        output.print_json(ranking)
    elif html is None:
        output.print_table(
            ("rank", "number", "model", "score", "best trade-off", "size"),
            [
                (
                    "" if each["rank"] is None else str(each["rank"]),
                    each["version_number"],
                    each["model_id"],
                    _number(each["score"]),
                    "yes" if each["on_front"] else "",
                    output.size(each["size_bytes"]),
                )
                for each in ranking["rows"]
            ],
        )


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
