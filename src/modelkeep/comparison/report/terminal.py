"""A comparison in a terminal: the essentials of the page in eighty columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from modelkeep.comparison.deep import DeepComparison, PredictionsDifference, TreesDifference
from modelkeep.comparison.report.blocks import centred_bar, plain_table
from modelkeep.comparison.report.difference_section import differences_of, lines_of
from modelkeep.comparison.report.layer_table import layer_tables
from modelkeep.comparison.report.prediction_section import (
    flips_told,
    is_right,
    outcome_of,
    shown_p,
)
from modelkeep.comparison.report.tree_section import points
from modelkeep.comparison.report.verdict import as_deep, names_of, tone_of, verdict_of
from modelkeep.comparison.result import LineageEntry, MetricChange, VersionComparison
from modelkeep.pages.wording import (
    ABSENT,
    cleaned,
    plural,
    shortened,
    shown_change,
    shown_number,
    shown_value,
)

_COLOURS = {"good": "green", "bad": "red", "plain": "cyan"}
_VERDICTS = {
    "better": Text("better", "green"),
    "worse": Text("worse", "red"),
    "equal": Text("equal", "dim"),
    "unknown_direction": Text("direction not known", "dim"),
    "missing": Text("on one side only", "dim"),
    "not_comparable": Text("not finite before", "dim"),
}
_ARROWS = {"higher": "↑", "lower": "↓", None: "?"}
_MOST_METRICS = 40
_MOST_EXAMPLES = 8
_MOST_FEATURES = 10
_MOST_LINES = 30
_MOST_ANCESTORS = 6


def to_terminal(result: DeepComparison | VersionComparison, console: Console) -> None:
    """Print a comparison.

    Args:
        result: A comparison, deep or not.
        console: Where to; 80 columns are enough.
    """
    for part in _parts(result):
        console.print(part)


def _parts(result: VersionComparison) -> Iterator[RenderableType]:
    old, new = names_of(result)
    colour = _COLOURS[tone_of(result)]
    yield Text(cleaned(verdict_of(result)), f"bold {colour}")
    yield from _notes(result["summary"]["key_findings"])
    yield from _metrics(result["metrics"], old, new)
    deep = as_deep(result)
    if deep is not None:
        if deep["predictions"] is not None:
            yield from _predictions(deep["predictions"], old, new)
        if deep["tensors"] is not None:
            yield from layer_tables(deep["tensors"])
        if deep["trees"] is not None:
            yield from _trees(deep["trees"])
    yield from _differences(result, old, new)
    if deep is not None:
        yield from _lineage(deep["lineage1"], deep["lineage2"])
        yield from _notes(deep["notes"])


def _notes(notes: list[str]) -> Iterator[Text]:
    for note in notes:
        yield Text(f"  • {shortened(note, 300)}")


def _metrics(metrics: dict[str, MetricChange], old: str, new: str) -> Iterator[RenderableType]:
    if not metrics:
        return
    table = plain_table("Metrics")
    table.add_column("metric")
    for name in (old, new, "change"):
        table.add_column(Text(shortened(name, 12)), justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for name, change in list(metrics.items())[:_MOST_METRICS]:
        percent = change["percent_change"]
        table.add_row(
            Text(f"{shortened(name, 24)} {_ARROWS[change['direction']]}"),
            shown_number(change["version1_value"], 5),
            shown_number(change["version2_value"], 5),
            ABSENT if percent is None else f"{shown_change(percent, 3)} %",
            _VERDICTS[change["verdict"]],
        )
    yield table
    yield from _left(len(metrics) - _MOST_METRICS, "metric")


def _predictions(
    predictions: PredictionsDifference, old: str, new: str
) -> Iterator[RenderableType]:
    yield Text("\nAnswers on the sample", "bold")
    yield Text(flips_told(predictions))
    if predictions["tests"]:
        table = plain_table("")
        table.add_column("score")
        for name in ("difference", "interval", "p"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for test in predictions["tests"]:
            words, tone = outcome_of(test)
            table.add_row(
                Text(f"{shortened(test['metric'], 20)} {_ARROWS[test['direction']]}"),
                shown_change(test["difference"], 3),
                f"{shown_change(test['lower'], 2)} to {shown_change(test['upper'], 2)}",
                shown_p(test["p_value"]),
                Text(words, _COLOURS.get(tone, "dim")),
            )
        yield table
    if predictions["examples"]:
        yield _examples(predictions, old, new)
    yield from _notes(predictions["notes"])


def _examples(predictions: PredictionsDifference, old: str, new: str) -> Table:
    table = plain_table("")
    for name in ("row", old, new, "truth"):
        table.add_column(Text(shortened(name, 16)), no_wrap=True)
    for example in predictions["examples"][:_MOST_EXAMPLES]:
        label = example["label"]
        answers = []
        for answer in (example["answer1"], example["answer2"]):
            told = "dim" if label is None else ("green" if is_right(answer, label) else "red")
            answers.append(Text(shortened(shown_value(answer), 16), told))
        truth = "" if label is None else shortened(shown_value(label), 16)
        table.add_row(Text(shortened(str(example["row"]), 16)), *answers, Text(truth))
    return table


def _trees(trees: TreesDifference) -> Iterator[RenderableType]:
    yield Text(f"\nTrees ({cleaned(trees['library'])})", "bold")
    yield Text(
        f"{trees['trees1']:,} → {trees['trees2']:,}: {trees['trees_same']:,} the same, "
        f"{trees['trees_changed']:,} changed, {trees['trees_added']:,} added, "
        f"{trees['trees_removed']:,} removed"
    )
    moved = [shift for shift in trees["importance"] if shift["shift"]][:_MOST_FEATURES]
    if moved:
        greatest = max(abs(shift["shift"]) for shift in moved)
        table = plain_table("")
        table.add_column("feature")
        table.add_column("shift of importance", no_wrap=True)
        table.add_column("", justify="right", no_wrap=True)
        for shift in moved:
            table.add_row(
                Text(shortened(shift["feature"], 32)),
                centred_bar(shift["shift"] / greatest, 21),
                points(shift["shift"]),
            )
        yield table
    yield from _notes(trees["notes"])


def _differences(result: VersionComparison, old: str, new: str) -> Iterator[RenderableType]:
    for name, difference in differences_of(result):
        lines = list(lines_of(difference))
        if not lines:
            continue
        table = plain_table(name)
        table.add_column("", no_wrap=True)
        table.add_column("entry")
        for version in (old, new):
            table.add_column(Text(shortened(version, 20)))
        for path, kind, before, after in lines[:_MOST_LINES]:
            sign = {"added": Text("+", "green"), "removed": Text("\u2212", "red")}
            table.add_row(
                sign.get(kind, Text("~")),
                Text(shortened(path, 32)),
                Text("" if kind == "added" else shortened(shown_value(before), 40)),
                Text("" if kind == "removed" else shortened(shown_value(after), 40)),
            )
        yield table
        yield from _left(len(lines) - _MOST_LINES, "entry", "entries")


def _lineage(line1: list[LineageEntry], line2: list[LineageEntry]) -> Iterator[RenderableType]:
    if max(len(line1), len(line2)) < 2:  # noqa: PLR2004 - the version alone is no line
        return
    yield Text("\nLineage", "bold")
    for line in (line1, line2):
        names = [
            shortened(entry["version_number"] or entry["version_id"], 20)
            + (" (removed)" if entry["removed"] else "")
            for entry in line[-_MOST_ANCESTORS:]
        ]
        start = "… → " if len(line) > _MOST_ANCESTORS else ""
        yield Text(f"  {start}{' → '.join(names)}")


def _left(count: int, noun: str, nouns: str = "") -> Iterator[Text]:
    if count > 0:
        yield Text(f"  and {plural(count, noun, nouns)} more", "dim")
