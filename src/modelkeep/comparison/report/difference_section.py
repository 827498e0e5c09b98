"""What differs beside metrics and weights: configuration, libraries, signature, tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from modelkeep.comparison.report.verdict import as_deep, names_of
from modelkeep.comparison.result import MappingDifference, VersionComparison
from modelkeep.pages.page import Page
from modelkeep.pages.tables import Cell, Entry
from modelkeep.pages.wording import shown_value

_MOST_ROWS = 1000


def differences_of(result: VersionComparison) -> Iterator[tuple[str, MappingDifference]]:
    """Yield the mappings in which the versions differ, each with its name for people."""
    metadata = result["metadata"]
    yield "Configuration", metadata["configuration"]
    deep = as_deep(result)
    if deep is not None:
        yield "Signature", deep["signature"]
    yield "Dependencies", metadata["dependencies"]


def lines_of(difference: MappingDifference) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield (path, kind, value before, value after), sorted by path; None where there is none."""
    lines = [
        *(
            (path, "changed", value["version1"], value["version2"])
            for path, value in difference["changed"].items()
        ),
        *((path, "added", None, value) for path, value in difference["added"].items()),
        *((path, "removed", value, None) for path, value in difference["removed"].items()),
    ]
    yield from sorted(lines, key=lambda line: (line[0], line[1]))


def add_differences(page: Page, result: VersionComparison) -> None:
    """Add the section of what else differs; what does not is named in a sentence."""
    page.add_section("Configuration and dependencies")
    old, new = names_of(result)
    same = []
    for name, difference in differences_of(result):
        lines = list(lines_of(difference))
        if not lines:
            same.append(name.lower())
            continue
        page.add_table(
            name,
            ("entry", "", old, new),
            [_row(line) for line in lines[:_MOST_ROWS]],
            most_characters=80,
        )
        if len(lines) > _MOST_ROWS:
            page.add_sentence(
                f"The first {_MOST_ROWS:,} of {len(lines):,} differences are shown.", quiet=True
            )
    tags = result["metadata"]["tags"]
    if tags["added"] or tags["removed"]:
        told = [f"{_listed(tags['added'])} added"] if tags["added"] else []
        told += [f"{_listed(tags['removed'])} removed"] if tags["removed"] else []
        page.add_sentence(f"Tags: {'; '.join(told)}.")
    else:
        same.append("tags")
    if same:
        page.add_sentence(f"The same in both: {', '.join(same)}.", quiet=True)


def _row(line: tuple[str, str, Any, Any]) -> Sequence[Entry]:
    path, kind, before, after = line
    if kind == "added":
        return path, Cell(text="+ added", tone="added"), "", shown_value(after)
    if kind == "removed":
        return path, Cell(text="\u2212 removed", tone="removed"), shown_value(before), ""
    return path, "changed", shown_value(before), shown_value(after)


def _listed(tags: Sequence[str]) -> str:
    return ", ".join(tags)
