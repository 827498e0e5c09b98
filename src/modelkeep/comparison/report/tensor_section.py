"""Where the weights changed: pictures by tensor and by layer, and all numbers in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelkeep.comparison.deep import TensorChange, TensorsDifference
from modelkeep.comparison.report.grouping import TensorGroup, group_tensors
from modelkeep.comparison.report.tensor_charts import (
    SIGNS_TOLD,
    bar_chart,
    heat_chart,
    range_chart,
    step_of,
)
from modelkeep.pages.page import Page
from modelkeep.pages.tables import Cell, Entry, Tone
from modelkeep.pages.wording import plural, shortened, shown_bytes, shown_number, shown_share

# A bar each is readable up to here; beyond, cells and layers are.
_MOST_BARS = 40
_MOST_LAYERS = 60
_MOST_CELLS = 3000
_TONES: dict[str, Tone] = {"added": "added", "removed": "removed", "same": "quiet"}


def add_tensors(page: Page, tensors: TensorsDifference) -> None:
    """Add the section of the weights."""
    page.add_section("Weights")
    found = tensors["tensors"]
    if not found:
        page.add_sentence("There are no tensors to compare.", quiet=True)
        page.add_findings(tensors["notes"])
        return
    page.add_facts(
        {
            "tensors": f"{len(found):,}",
            **{name.replace("_", " "): f"{n:,}" for name, n in tensors["counts"].items()},
            "norm of the change / norm before": shown_share(tensors["relative_norm"]),
            "elements changed": shown_share(tensors["changed_share"]),
        }
    )
    page.add_findings(tensors["notes"])
    if all(tensor["verdict"] == "same" for tensor in found):
        page.add_sentence("All tensors are the same, so there is nothing to draw.", quiet=True)
    elif len(found) <= _MOST_BARS:
        page.add_chart(
            bar_chart(found),
            caption="Change of each tensor, in the order of the model.",
            description=f"Bars of the relative change of {plural(len(found), 'tensor')}. "
            f"{_where(group_tensors(found))}",
        )
    else:
        _add_layers(page, tensors)
    page.add_table(
        "Every tensor",
        (
            "tensor",
            "verdict",
            "change / norm",
            "cosine",
            "elements changed",
            "largest change",
            "shape",
            "dtype",
            "size",
        ),
        [_row(tensor) for tensor in _most_changed(found)],
        folded=True,
        most_characters=44,
    )
    _add_cut(page, len(found), "table")


def _add_layers(page: Page, tensors: TensorsDifference) -> None:
    drawn = list(_most_changed(tensors["tensors"]))
    groups = group_tensors(drawn)
    signs = any(tensor["verdict"] not in ("same", "changed") for tensor in drawn)
    page.add_chart(
        heat_chart(groups),
        caption="A cell is a tensor, a row a layer, both in the order of the model."
        + (f" Signs: {SIGNS_TOLD}." if signs else ""),
        description=f"Heat map of {plural(len(drawn), 'tensor')} in "
        f"{plural(len(groups), 'layer')}. {_where(groups)}",
        wide=True,
    )
    shown = _layers_to_show(groups)
    left = len(groups) - len(shown)
    page.add_chart(
        range_chart(shown),
        caption="Span of the changes in each layer."
        + (f" Left out: {plural(left, 'layer')} that changed least." if left else ""),
        description=f"Spans of the relative change in {plural(len(shown), 'layer')}. "
        f"{_where(groups)}",
        wide=True,
    )
    page.add_table(
        "Layers",
        ("layer", "tensors", "not the same", "median change", "largest change"),
        [
            (
                group.name,
                len(group.tensors),
                group.changed,
                Cell(text=shown_share(group.median), is_number=True),
                Cell(text=shown_share(group.largest), is_number=True),
            )
            for group in groups
        ],
        folded=True,
    )


def _most_changed(tensors: Sequence[TensorChange]) -> Iterator[TensorChange]:
    """Yield all tensors, or those that changed most where there are too many, in their order."""
    kept = list(range(len(tensors)))
    if len(tensors) > _MOST_CELLS:
        by_change = sorted(kept, key=lambda place: -weight_of(tensors[place]))
        kept = sorted(by_change[:_MOST_CELLS])
    for place in kept:
        yield tensors[place]


def weight_of(tensor: TensorChange) -> float:
    """Return what tensors are ordered by: added and removed ones first, then by relative norm."""
    if tensor["verdict"] in ("added", "removed"):
        return float("inf")
    return tensor["relative_norm"] or float(tensor["verdict"] != "same") * 1e-12


def _layers_to_show(groups: Sequence[TensorGroup]) -> list[TensorGroup]:
    if len(groups) <= _MOST_LAYERS:
        return list(groups)
    by_change = sorted(
        range(len(groups)), key=lambda n: -max(map(weight_of, groups[n].tensors), default=0.0)
    )
    return [groups[place] for place in sorted(by_change[:_MOST_LAYERS])]


def _where(groups: Sequence[TensorGroup]) -> str:
    moved = sorted((g for g in groups if g.largest), key=lambda g: -(g.largest or 0.0))[:3]
    if not moved:
        return "No tensor has a measured change."
    named = ", ".join(f"{shortened(g.shown_name)} ({shown_share(g.largest)})" for g in moved)
    return f"The greatest changes are in {named}."


def _add_cut(page: Page, total: int, what: str) -> None:
    if total > _MOST_CELLS:
        page.add_sentence(
            f"The {what} holds the {_MOST_CELLS:,} tensors that changed most, of {total:,}.",
            quiet=True,
        )


def _row(tensor: TensorChange) -> list[Entry]:
    verdict = tensor["verdict"]
    words = [verdict.replace("_", " ")]
    if tensor["old_name"]:
        words.append(f"was {tensor['old_name']}")
    if tensor["detail"]:
        words.append(tensor["detail"])
    return [
        Cell(text=tensor["name"], title=f"{tensor['name']} in {tensor['file']}"),
        Cell(text="; ".join(words), tone=_TONES.get(verdict, "plain")),
        Cell(text=shown_share(tensor["relative_norm"]), is_number=True),
        Cell(text=shown_number(tensor["cosine"]), is_number=True),
        Cell(text=shown_share(tensor["changed_share"]), is_number=True),
        Cell(text=shown_number(tensor["largest_change"], 4), is_number=True),
        step_of(tensor["shape1"], tensor["shape2"]),
        step_of(tensor["dtype1"], tensor["dtype2"]),
        Cell(text=shown_bytes(tensor["size_bytes"]), is_number=True),
    ]
