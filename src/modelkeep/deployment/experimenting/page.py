"""The result of an experiment as one HTML page that needs nothing from elsewhere."""

from __future__ import annotations

from html import escape

from modelkeep.deployment.experimenting.drawing import interval_svg
from modelkeep.deployment.experimenting.result import ExperimentResult, MetricResult
from modelkeep.deployment.experimenting.wording import interval_amounts

_STYLE = """\
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d8dee4;--paper:#fff;
--warn:#9a6700}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:44rem;
margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}p.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%}th,td{text-align:right;padding:.3rem .6rem;
border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left}
.finding{border-left:3px solid var(--warn);padding-left:.7rem}svg{max-width:100%;height:auto}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#30363d;
--paper:#0d1117;--warn:#d29922}}"""


def to_html(result: ExperimentResult) -> str:
    """Return a page with the answer, the findings, and each interval over time.

    Args:
        result: What the experiment says.
    """
    name = escape(f"Experiment on {result.model_id}")
    findings = "".join(f'<p class="finding">{escape(each)}</p>' for each in result.findings)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{name}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{name}</h1><p>{escape(result.sentence)}</p>"
        f'<p class="soft">{escape(_standing(result))}</p>{findings}{_units(result)}'
        f"{''.join(_metric(each) for each in result.metrics)}</body></html>\n"
    )


def _standing(result: ExperimentResult) -> str:
    return (
        f"{result.experiment_id}, {result.state.value}. One may look at any time; "
        f"the intervals are asymptotic and all of a metric hold at {100 * (1 - result.alpha):g} %."
    )


def _units(result: ExperimentResult) -> str:
    rows = "".join(
        f"<tr><td>{escape(arm)}</td><td>{units:,}</td>"
        f"<td>{100 * result.shares[arm]:.1f} %</td></tr>"
        for arm, units in result.units.items()
    )
    head = "<tr><th>arm</th><th>units</th><th>share</th></tr>"
    check = result.share_check
    return (
        f"<h2>Units</h2><table>{head}{rows}</table>"
        f'<p class="soft">Evidence against these shares: E = {check.e_value:.3g}, '
        f"found wrong from {check.limit:g}.</p>"
    )


def _metric(found: MetricResult) -> str:
    rows = []
    for effect in found.effects:
        ends = [escape(each) for each in interval_amounts(found.metric, effect)]
        cells = [escape(effect.arm), f"{effect.units:,}", *ends, effect.decision]
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    heads = ("arm", "units", "difference", "from", "to", "decision")
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in heads) + "</tr>"
    charts = "".join(interval_svg(found.metric, effect) for effect in found.effects)
    return f"<h2>{escape(found.metric.name)}</h2><table>{head}{''.join(rows)}</table>{charts}"
