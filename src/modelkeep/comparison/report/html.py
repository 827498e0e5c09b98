"""A comparison as one HTML page that needs nothing else."""

from __future__ import annotations

from modelkeep.comparison.deep import DeepComparison
from modelkeep.comparison.report.difference_section import add_differences
from modelkeep.comparison.report.lineage_section import add_lineage
from modelkeep.comparison.report.metric_section import add_metrics
from modelkeep.comparison.report.prediction_section import add_predictions
from modelkeep.comparison.report.tensor_section import add_tensors
from modelkeep.comparison.report.tree_section import add_trees
from modelkeep.comparison.report.verdict import as_deep, names_of, tone_of, verdict_of
from modelkeep.comparison.result import VersionComparison, VersionFacts
from modelkeep.pages.page import Page
from modelkeep.pages.tables import Cell
from modelkeep.pages.wording import shortened, shown_bytes, shown_hours, shown_time


def to_html(result: DeepComparison | VersionComparison) -> str:
    """Write a comparison as a page: what to do on top, then what is known about why.

    Sections without anything in them are left out or say so. The page holds its data and what
    draws them, and makes no request.

    Args:
        result: A comparison, deep or not.

    Returns:
        HTML, to be kept as UTF-8.

    Raises:
        MissingExtraError: What draws the charts is not installed.
    """
    old, new = names_of(result)
    models = dict.fromkeys((result["version1"]["model_id"], result["version2"]["model_id"]))
    named = " and ".join(shortened(model) for model in models)
    page = Page(f"{named}: {shortened(old)} → {shortened(new)}", _subtitle(result))
    page.add_lead(verdict_of(result), tone_of(result))
    page.add_findings(result["summary"]["key_findings"])
    first, second = result["version1"], result["version2"]
    page.add_table(
        "The two versions",
        ("version", "model", "id", "created", "status", "stage", "size", "tags"),
        [_facts(first), _facts(second)],
    )
    add_metrics(page, result)
    deep = as_deep(result)
    if deep is not None:
        _add_insides(page, deep)
    add_differences(page, result)
    if deep is not None:
        add_lineage(page, deep["lineage1"], deep["lineage2"])
        if deep["notes"]:
            page.add_section("What was not looked into")
            page.add_findings(deep["notes"])
    return page.to_html()


def _add_insides(page: Page, deep: DeepComparison) -> None:
    if deep["predictions"] is not None:
        add_predictions(page, deep["predictions"], *names_of(deep))
    if deep["tensors"] is not None:
        add_tensors(page, deep["tensors"])
    if deep["trees"] is not None:
        add_trees(page, deep["trees"])


def _subtitle(result: VersionComparison) -> str:
    hours = result["time_difference_hours"]
    when = f"{shown_hours(abs(hours))} {'later' if hours >= 0 else 'earlier'}"
    size = result["size_difference_bytes"]
    change = f"{shown_bytes(abs(size))} {'larger' if size > 0 else 'smaller'}"
    made = ", and one was made from the other" if result["is_parent_child"] else ""
    return f"The second was made {when} and is {change if size else 'of the same size'}{made}."


def _facts(version: VersionFacts) -> list[Cell]:
    return [
        Cell(text=version["number"]),
        Cell(text=version["model_id"]),
        Cell(text=version["id"]),
        Cell(text=shown_time(version["created_at"])),
        Cell(text=version["status"]),
        Cell(text=version["stage"]),
        Cell(text=shown_bytes(version["size"]), is_number=True),
        Cell(text=", ".join(version["tags"])),
    ]
