"""The looks of charts: colours are the variables of the style sheet, so light and dark need none.

The hues are those of Okabe and Ito (Color Universal Design, 2008), which people with any of the
common kinds of colour blindness tell apart, darkened or lightened to be read on either ground.
"""

from __future__ import annotations

from typing import Any

INK = "var(--ink)"
QUIET = "var(--quiet)"
PAPER = "var(--paper)"
LINE = "var(--line)"
GOOD = "var(--good)"
BAD = "var(--bad)"
NEUTRAL = "var(--neutral)"
ADDED = "var(--added)"
REMOVED = "var(--removed)"
CATEGORIES = tuple(f"var(--c{place})" for place in range(1, 9))
STEPS = tuple(f"var(--s{place})" for place in range(6))
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def vega_config() -> dict[str, Any]:
    """Return the configuration that every chart of a page is drawn with."""
    words = {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    return {
        "background": "transparent",
        "font": _FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            **words,
            "labelLimit": 280,
            "labelOverlap": True,
            "gridColor": LINE,
            "domainColor": LINE,
            "tickColor": LINE,
            "titlePadding": 10,
        },
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
        "legend": {
            **words,
            "orient": "top",
            "direction": "horizontal",
            "symbolSize": 110,
            "symbolStrokeWidth": 1.5,
            "columnPadding": 16,
            "symbolOpacity": 1,
            "labelLimit": 400,
            "offset": 8,
        },
        "header": words,
        "range": {"category": list(CATEGORIES)},
        "line": {"strokeWidth": 2},
        "point": {"size": 70, "filled": True},
        "bar": {"cornerRadiusEnd": 2},
        "rule": {"color": NEUTRAL},
        "text": {"color": INK, "fontSize": 12},
    }
