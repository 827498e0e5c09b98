"""Pages open in a real browser without a network and without a complaint, and show their part."""

from __future__ import annotations

import json
import re

import pytest

from modelkeep.comparison.report.html import to_html
from modelkeep.comparison.report.many import many_to_html
from modelkeep.errors import InvalidInputError
from modelkeep.pages.page import Page
from modelkeep.tracking.report import performance_page

MARKS = (
    "[...document.querySelectorAll('.chart')].map("
    "c => c.querySelectorAll('svg .mark-symbol path, svg .mark-rect path, svg .mark-line path')"
    ".length)"
)


def check(browser, path, scheme="light"):
    """Open a page; return how many marks each chart has."""
    seen = browser.open(path, scheme=scheme)
    assert seen.requests == [path.as_uri()]
    assert seen.complaints == []
    drawn = browser.evaluate(MARKS)
    assert all(drawn), drawn
    return drawn


def text_of(browser):
    return browser.evaluate("document.body.innerText")


def colour_of(browser, expression):
    """Return red, green and blue, 0 to 255, of a colour that an expression gives."""
    return [int(part) for part in re.findall(r"\d+", browser.evaluate(expression))[:3]]


BACKGROUND = (
    "(c => c === 'rgba(0, 0, 0, 0)' ? getComputedStyle(document.documentElement).backgroundColor"
    " : c)(getComputedStyle(document.body).backgroundColor)"
)


def contrast(browser, selector):
    """Return the contrast of a text to the page, as WCAG 2.1 defines it."""

    def light(colour):
        parts = [part / 255 for part in colour]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ink = f"getComputedStyle(document.querySelector({json.dumps(selector)})).color"
    colours = [colour_of(browser, each) for each in (ink, BACKGROUND)]
    bright, dark = sorted(map(light, colours), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_large_comparison(browser, large_page, scheme):
    drawn = check(browser, large_page, scheme)
    assert len(drawn) >= 4
    assert max(drawn) >= 400
    assert large_page.stat().st_size < 5_000_000
    assert contrast(browser, "p") > 4.5
    assert contrast(browser, "h1") > 7
    assert (sum(colour_of(browser, BACKGROUND)) < 200) is (scheme == "dark")
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_verdict_stands_on_top_and_the_toggle_turns_the_page(browser, large_page, comparisons):
    check(browser, large_page)
    text = text_of(browser)
    result = comparisons.deep(comparisons.many_tensors())
    assert text.index("Metrics") > text.index(result["version2"]["number"])
    for section in ("Metrics", "Weights", "Answers on the sample", "Lineage"):
        assert section in text
    before = colour_of(browser, BACKGROUND)
    browser.evaluate("document.getElementById('theme').click()")
    assert colour_of(browser, BACKGROUND) != before


def test_names_that_are_attacks_are_only_names(browser, comparisons, tmp_path):
    path = tmp_path / "hostile.html"
    path.write_text(to_html(comparisons.hostile()), encoding="utf-8")
    check(browser, path)
    assert browser.evaluate("typeof hacked") == "undefined"
    assert browser.evaluate("document.images.length") == 0
    assert "层.0.权重" in path.read_text(encoding="utf-8")


def test_a_comparison_of_metrics_alone(browser, comparisons, tmp_path):
    path = tmp_path / "plain.html"
    path.write_text(to_html(comparisons.plain(loss=(0.5, 0.4, "lower"))), encoding="utf-8")
    check(browser, path)
    assert "Weights" not in text_of(browser)


def test_performance_shows_releases_on_the_axis_of_time(browser, performances, tmp_path):
    path = tmp_path / "performance.html"
    page = performance_page(
        "ticket-router",
        performances.metrics(),
        performances.releases(),
        performances.drift(),
        performances.alerts(),
    )
    path.write_text(page, encoding="utf-8")
    check(browser, path)
    text = text_of(browser)
    assert "What each release did" in text
    assert "No rows tell this metric yet." in text
    # Points are spread over the width, and each release has a line of its own.
    spread = browser.evaluate(
        "(() => { const c = document.querySelector('.chart');"
        "const box = [...c.querySelectorAll('.mark-symbol path')]"
        ".map(p => p.getBoundingClientRect().x);"
        "return (Math.max(...box) - Math.min(...box)) / c.clientWidth; })()"
    )
    assert spread > 0.7
    rules = browser.evaluate(
        "new Set([...document.querySelector('.chart').querySelectorAll('.mark-rule line')]"
        ".map(l => Math.round(l.getBoundingClientRect().x))).size"
    )
    assert rules >= len(performances.releases()) - 1


@pytest.mark.parametrize("count", [2, 50])
def test_rankings(browser, rankings, tmp_path, count):
    path = tmp_path / "ranking.html"
    path.write_text(many_to_html(rankings.ranking(count)), encoding="utf-8")
    drawn = check(browser, path)
    assert len(drawn) >= 2
    assert "Pareto" in browser.evaluate("document.body.textContent")


def test_a_page_without_charts_needs_no_library_and_charts_only_plain_numbers():
    page = Page("title", "subtitle")
    page.add_sentence("<b>words</b>")
    html = page.to_html()
    assert "&lt;b&gt;words" in html
    assert len(html) < 60_000
    import altair as alt

    chart = alt.Chart(alt.InlineData(values=[{"a": float("nan")}])).mark_point().encode(x="a:Q")
    with pytest.raises(InvalidInputError):
        page.add_chart(chart, description="x")
