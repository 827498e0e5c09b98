"""Drawings: places against the numbers they stand for, well-formed, and nothing from elsewhere."""

from __future__ import annotations

import io
import itertools
import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from modelkeep.deployment.experimenting.axes import Axis
from modelkeep.deployment.experimenting.drawing import interval_svg, range_of
from modelkeep.deployment.experimenting.page import to_html
from modelkeep.deployment.experimenting.plan import MeasuredMetric
from modelkeep.deployment.experimenting.result import ArmEffect, TrailPoint
from modelkeep.deployment.experimenting.terminal import interval_lines, to_terminal

EVENT = MeasuredMetric(name="bought & paid", kind="event", higher_is_better=True)
SVG = "{http://www.w3.org/2000/svg}"
TRAIL = tuple(
    TrailPoint(units=n * 100, effect=0.02, low=0.02 - 0.2 / n, high=0.02 + 0.2 / n)
    for n in range(2, 41)
)


def effect_of(trail, arm="<mint>") -> ArmEffect:
    return ArmEffect(
        arm=arm, effect=0.02, low=0.015, high=0.025, decision="better", log_e_value=9.0, units=2000,
        mean=0.12, control_mean=0.1, trail=trail, sentence=f"{arm} is better & cheaper",
    )  # fmt: skip


def points_of(element) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]


def test_the_drawing_holds_the_interval_the_effect_and_zero():
    root = ET.fromstring(interval_svg(EVENT, effect_of(TRAIL)))
    band, line = root.find(f"{SVG}polygon"), root.find(f"{SVG}polyline")
    zero = next(each for each in root.iter(f"{SVG}line") if each.get("class") == "zero")
    effects, outline = points_of(line), points_of(band)
    assert len(effects) == len(TRAIL)
    assert len(outline) == 2 * len(TRAIL)
    assert len({y for _, y in effects}) == 1
    assert effects[0][0] < effects[-1][0] == 620.0
    height = float(zero.get("y1"))
    # The end of the interval is above zero; a greater number is a smaller y.
    assert outline[len(TRAIL) - 1][1] < effects[-1][1] < outline[len(TRAIL)][1] < height
    assert band.get("class") == "band better"
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert texts[0] == "bought & paid: <mint> against control"
    assert "units that told it, all arms" in texts
    assert "difference (higher is better)" in texts
    assert "+0.00 points" in texts
    assert root.find(f"{SVG}desc").text == "<mint> is better & cheaper"
    assert "prefers-color-scheme:dark" in root.find(f"{SVG}style").text


def test_without_an_interval_the_drawing_says_so():
    root = ET.fromstring(interval_svg(EVENT, effect_of(())))
    assert root.find(f"{SVG}polygon") is None
    assert [each.text for each in root.iter(f"{SVG}text")][1].startswith("There are not enough")


def test_the_wild_start_does_not_squeeze_the_rest():
    wild = (TrailPoint(units=50, effect=3.0, low=-50.0, high=56.0), *TRAIL)
    low, high = range_of(wild)
    assert -0.1 < low < 0 < high < 0.15
    assert range_of(TRAIL)[1] <= 0.2
    above = (TrailPoint(units=50, effect=3.0, low=2.5, high=3.5),)
    low, high = range_of(above)
    assert low < 0
    assert high > 3.5


@settings(deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e6), st.integers(2, 12))
def test_ticks_are_on_the_axis_even_and_not_too_many(widths_away, width, most):
    low = widths_away * width
    axis = Axis(low=low, high=low + width, start=0, end=100)
    ticks = axis.ticks(most)
    assert len(ticks) <= most + 1
    assert all(low - 1e-6 * width <= tick <= low + width * (1 + 1e-6) for tick in ticks)
    steps = [b - a for a, b in itertools.pairwise(ticks)]
    assert all(step == pytest.approx(steps[0], rel=1e-3) for step in steps)
    assert axis.place(low) == 0
    assert axis.place(low + width * 2) == 100


def test_lines_for_the_terminal_show_the_interval_at_its_place():
    lines = interval_lines(TRAIL, columns=40, rows=11)
    assert [len(line) for line in lines] == [40] * 11
    zero = next(at for at, line in enumerate(lines) if "╌" in line)
    effect = next(at for at, line in enumerate(lines) if "━" in line)
    assert effect < zero
    shaded = ["".join(line[column] for line in lines).count("░") for column in (4, 39)]
    assert shaded[0] > shaded[1]


@pytest.mark.usefixtures("fixed_salts")
def test_a_result_becomes_a_page_and_a_view(versions, experiments, open_router, traffic):
    begun = experiments.start(
        "m",
        {"mint": versions[1], "[bold]": versions[2]},
        metrics=[{"name": "bought", "kind": "event", "higher_is_better": True}, "latency"],
    )
    traffic(open_router(), 9_000, [0.1, 0.16, 0.1], **{"<b>": [0.0] * 9_000})
    result = experiments.result(begun.experiment_id)
    page = to_html(result)
    assert page.startswith("<!doctype html>")
    assert page.count("<svg ") == 4
    assert "does not ask for it: &#x27;&lt;b&gt;&#x27;. Is a name mistyped?" in page
    assert "[bold]" in page
    assert re.findall(r"(?:src|href)=|url\(|@import", page) == []
    assert set(re.findall(r"https?://[^\"<]*", page)) == {"http://www.w3.org/2000/svg"}
    ET.fromstring(page.split("\n", 1)[1].replace('<meta charset="utf-8">', "").replace(
        '<meta name="viewport" content="width=device-width">', ""))  # fmt: skip
    console = Console(file=io.StringIO(), width=100)
    console.print(to_terminal(result))
    shown = console.file.getvalue()
    assert "[bold]" in shown
    assert "░" in shown
    assert "Units (running)" in shown
    better = next(line for line in shown.splitlines() if "mint" in line and "better" in line)
    assert "+" in better
    assert math.isfinite(result.metrics[0].effects[0].low)
