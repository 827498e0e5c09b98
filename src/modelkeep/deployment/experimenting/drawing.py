"""The interval over time as SVG, for light and dark, without a library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from modelkeep.deployment.experimenting.axes import Axis
from modelkeep.deployment.experimenting.plan import CONTROL, MeasuredMetric
from modelkeep.deployment.experimenting.result import ArmEffect, TrailPoint
from modelkeep.deployment.experimenting.wording import amount

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 118, 20, 44, 46
_ROOM = 0.06
_CLIP = 4.0  # the first, very wide intervals may reach so many widths of the last one
STYLE = """\
.mk{--ink:#1f2328;--soft:#59636e;--grid:#d8dee4;--better:#1a7f37;--worse:#cf222e;--undecided:#0969da;
--paper:#fff;background:var(--paper);font:12px system-ui,sans-serif}
.mk text{fill:var(--soft)}.mk .title{fill:var(--ink);font-size:14px;font-weight:600}
.mk .grid{stroke:var(--grid)}.mk .zero{stroke:var(--ink);stroke-dasharray:4 3}
.mk .better{fill:var(--better);stroke:var(--better)}
.mk .worse{fill:var(--worse);stroke:var(--worse)}
.mk .undecided{fill:var(--undecided);stroke:var(--undecided)}
.mk .line{fill:none;stroke-width:1.8}.mk .band{opacity:.22;stroke:none}
@media (prefers-color-scheme:dark){.mk{--ink:#e6edf3;--soft:#9198a1;--grid:#30363d;--better:#3fb950;
--worse:#f85149;--undecided:#58a6ff;--paper:#0d1117}}"""


def interval_svg(metric: MeasuredMetric, effect: ArmEffect) -> str:
    """Return a drawing of the interval of an arm over time.

    Args:
        metric: What is measured.
        effect: How the arm compares, with its trail.

    Returns:
        An SVG element with a style of its own; it may stand alone or inside a page.
    """
    title = f"{metric.name}: {effect.arm} against {CONTROL}"
    trail = effect.trail
    inner = _chart(metric, effect, trail) if trail else _empty()
    described = escape(effect.sentence)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="mk" role="img" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"<style>{STYLE}</style><title>{escape(title)}</title><desc>{described}</desc>"
        f'<text class="title" x="{_LEFT}" y="24">{escape(title)}</text>{inner}</svg>\n'
    )


def range_of(trail: Sequence[TrailPoint]) -> tuple[float, float]:
    """Return what a drawing of a trail reaches from and to: all of it, but for its wild start.

    Args:
        trail: At least one point.
    """
    last = trail[-1]
    width = max(last.high - last.low, 1e-12)
    low = max(min(point.low for point in trail), min(last.low, 0.0) - _CLIP * width)
    high = min(max(point.high for point in trail), max(last.high, 0.0) + _CLIP * width)
    low, high = min(low, 0.0), max(high, 0.0)
    margin = _ROOM * (high - low)
    return low - margin, high + margin


def _empty() -> str:
    return f'<text x="{_LEFT}" y="{HEIGHT // 2}">There are not enough units for an interval.</text>'


def _chart(metric: MeasuredMetric, effect: ArmEffect, trail: Sequence[TrailPoint]) -> str:
    low, high = range_of(trail)
    across = Axis(low=0.0, high=float(trail[-1].units), start=_LEFT, end=WIDTH - _RIGHT)
    up = Axis(low=low, high=high, start=HEIGHT - _BOTTOM, end=_TOP)
    highs = _path(trail, across, up, lambda point: point.high)
    lows = _path(trail[::-1], across, up, lambda point: point.low)
    line = _path(trail, across, up, lambda point: point.effect)
    zero = up.place(0.0)
    return (
        _grid(metric, across, up)
        + f'<polygon class="band {effect.decision}" points="{highs} {lows}"/>'
        + f'<polyline class="line {effect.decision}" points="{line}"/>'
        + f'<line class="zero" x1="{_LEFT}" y1="{zero:.1f}" x2="{WIDTH - _RIGHT}" y2="{zero:.1f}"/>'
    )


def _path(
    trail: Sequence[TrailPoint], across: Axis, up: Axis, of: Callable[[TrailPoint], float]
) -> str:
    return " ".join(f"{across.place(point.units):.1f},{up.place(of(point)):.1f}" for point in trail)


def _grid(metric: MeasuredMetric, across: Axis, up: Axis) -> str:
    parts = []
    for tick in up.ticks(5):
        y = up.place(tick)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}"/>'
        )
        label = escape(amount(metric, tick, signed=True))
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for tick in across.ticks(6):
        x, y = across.place(tick), HEIGHT - _BOTTOM + 16
        parts.append(f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{tick:,.0f}</text>')
    middle = (_TOP + HEIGHT - _BOTTOM) // 2
    better = "higher is better" if metric.higher_is_better else "lower is better"
    parts.append(
        f'<text x="{(_LEFT + WIDTH - _RIGHT) // 2}" y="{HEIGHT - 8}" text-anchor="middle">'
        "units that told it, all arms</text>"
        f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">'
        f"difference ({better})</text>"
    )
    return "".join(parts)
