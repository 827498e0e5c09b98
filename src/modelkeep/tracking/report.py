"""How a model does in use, as one HTML page: each metric over time, and what each release did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from modelkeep.pages.page import Page
from modelkeep.pages.tables import Cell, Entry, Tone
from modelkeep.pages.wording import plural, shortened, shown_number, shown_share, shown_time
from modelkeep.tracking.report_charts import drift_chart, metric_chart
from modelkeep.tracking.report_points import (
    AlertSeen,
    DeploymentSeen,
    DriftSeen,
    MetricPoint,
    effect_of,
    mean_of,
    moment_of,
    versions_of,
)

_KINDS = {"deployed": "deployed", "rolled_back": "rolled back to", "promoted": "promoted"}
_DRIFT: dict[bool | None, tuple[str, Tone]] = {
    True: ("drifted", "bad"),
    False: ("no drift", "plain"),
    None: ("too few rows", "quiet"),
}
_MOST_COLUMNS = 6


def performance_page(
    model_id: str,
    metrics: Mapping[str, Sequence[MetricPoint]],
    deployments: Sequence[DeploymentSeen],
    drift: Sequence[DriftSeen] = (),
    alerts: Sequence[AlertSeen] = (),
) -> str:
    """Write how a model does over time as a page.

    Each metric is a chart with a colour per version and a vertical line per release; estimates
    are dashed, and where there are no rows there is no line.

    Args:
        model_id: Whose page it is.
        metrics: The points of each metric, in any order.
        deployments: When which version began to serve.
        drift: What was seen of the features.
        alerts: Alerts that fired or cleared.

    Returns:
        HTML, to be kept as UTF-8; it makes no request.

    Raises:
        InvalidInputError: A time cannot be read, or has no time zone.
        MissingExtraError: What draws the charts is not installed.
    """
    span = _span(metrics, deployments, drift)
    shown = f"{shown_time(span[0])} to {shown_time(span[1])}" if span else "no data yet"
    page = Page(f"{model_id} in use", shown)
    page.add_lead(*_lead(deployments, drift, alerts))
    every = versions_of([point for points in metrics.values() for point in points])
    for name, points in metrics.items():
        page.add_section(shortened(name))
        if span is None or not any(point["value"] is not None for point in points):
            page.add_sentence("No rows tell this metric yet.", quiet=True)
            continue
        page.add_chart(
            metric_chart(name, points, deployments, every, span),
            description=f"Line chart of {name} over time: {_told(points)}",
            wide=True,
        )
        _add_numbers(page, name, points)
    if deployments:
        _add_releases(page, deployments, metrics)
    if drift and span is not None:
        _add_drift(page, drift, span)
    if alerts:
        page.add_section("Alerts")
        page.add_table(
            "The latest first",
            ("when", "rule", "what", "in words"),
            [
                (shown_time(moment_of(one["at"])), one["rule"], one["kind"], one["sentence"])
                for one in sorted(alerts, key=lambda one: moment_of(one["at"]), reverse=True)
            ],
            most_characters=120,
        )
    return page.to_html()


def _span(
    metrics: Mapping[str, Sequence[MetricPoint]],
    deployments: Sequence[DeploymentSeen],
    drift: Sequence[DriftSeen],
) -> tuple[datetime, datetime] | None:
    """Return what the charts show: all points, and the releases that fall among them."""
    times = [moment_of(p["start"]) for points in metrics.values() for p in points]
    times += [moment_of(seen["at"]) for seen in drift]
    times = times or [moment_of(one["at"]) for one in deployments]
    if not times:
        return None
    first, last = min(times), max(times)
    room = max((last - first) * 0.02, timedelta(minutes=1))
    # The release that brought the first version may have been long before its first row.
    early = [at for one in deployments if first - 4 * room <= (at := moment_of(one["at"])) < first]
    late = [at for one in deployments if (at := moment_of(one["at"])) > last]
    return min([first, *early]) - room, max([last, *late]) + 2 * room


def _lead(
    deployments: Sequence[DeploymentSeen], drift: Sequence[DriftSeen], alerts: Sequence[AlertSeen]
) -> tuple[str, Tone]:
    parts = []
    newest: dict[str, DeploymentSeen] = {}
    for one in sorted(deployments, key=lambda one: moment_of(one["at"])):
        newest[one["stage"]] = one
    parts += [
        f"{one['version']} serves {stage} since {shown_time(moment_of(one['at']))}"
        for stage, one in newest.items()
    ]
    drifted = dict.fromkeys(one["feature"] for one in drift if one["drifted"])
    if drifted:
        named = ", ".join(shortened(name, 40) for name in list(drifted)[:3])
        parts.append(f"{plural(len(drifted), 'feature')} drifted ({named})")
    if alerts:
        parts.append(plural(len(alerts), "alert"))
    if not parts:
        return "Nothing was deployed, no feature drifted and no alert fired.", "plain"
    return f"{'; '.join(parts)}.", "bad" if drifted or alerts else "plain"


def _add_numbers(page: Page, name: str, points: Sequence[MetricPoint]) -> None:
    rows: list[Sequence[Entry]] = []
    for version in versions_of(points):
        own = [point for point in points if point["version"] == version]
        count = sum(point["count"] for point in own)
        guessed = sum(point["count"] for point in own if point["estimated"])
        values = [point["value"] for point in own if point["value"] is not None]
        rows.append(
            (
                version,
                shown_time(min(moment_of(point["start"]) for point in own)),
                shown_time(max(moment_of(point["start"]) for point in own)),
                count,
                mean_of(own),
                min(values, default=None),
                max(values, default=None),
                Cell(text=shown_share(guessed / count if count else 0.0), is_number=True),
            )
        )
    page.add_table(
        f"{shortened(name)} by version",
        ("version", "first", "last", "rows", "mean", "least", "greatest", "estimated"),
        rows,
    )
    ordered = sorted(points, key=lambda point: (moment_of(point["start"]), point["version"]))
    page.add_table(
        "Every point",
        ("from", "version", "value", "interval", "rows", ""),
        [
            (
                shown_time(moment_of(point["start"])),
                point["version"],
                point["value"],
                Cell(text=_interval(point), is_number=True),
                point["count"],
                "estimated" if point["estimated"] else "",
            )
            for point in ordered
        ],
        folded=True,
    )


def _interval(point: MetricPoint) -> str:
    if point["lower"] is None or point["upper"] is None:
        return ""
    return f"{shown_number(point['lower'], 4)} to {shown_number(point['upper'], 4)}"


def _add_releases(
    page: Page,
    deployments: Sequence[DeploymentSeen],
    metrics: Mapping[str, Sequence[MetricPoint]],
) -> None:
    page.add_section("What each release did")
    named = list(metrics)[:_MOST_COLUMNS]
    page.add_sentence(
        "Means just before, of the other versions, and from then on, of the version itself, until "
        "the next release to the stage.",
        quiet=True,
    )
    page.add_table(
        "Releases, the latest first",
        ("when", "release", "stage", *named, "reason"),
        [
            (
                shown_time(moment_of(one["at"])),
                f"{_KINDS.get(one['kind'], one['kind'])} {one['version']}",
                one["stage"],
                *(_effect(one, deployments, metrics[name]) for name in named),
                one["reason"],
            )
            for one in sorted(deployments, key=lambda one: moment_of(one["at"]), reverse=True)
        ],
    )


def _effect(
    one: DeploymentSeen, deployments: Sequence[DeploymentSeen], points: Sequence[MetricPoint]
) -> Cell:
    before, after = effect_of(one, deployments, points)
    if before is None and after is None:
        return Cell(text=shown_number(None), tone="quiet", is_number=True)
    return Cell(text=f"{shown_number(before, 4)} → {shown_number(after, 4)}", is_number=True)


def _add_drift(page: Page, drift: Sequence[DriftSeen], span: tuple[datetime, datetime]) -> None:
    page.add_section("Drift")
    page.add_chart(
        drift_chart(drift, span),
        caption="A dot is a look at a feature; the greatest effect is on top.",
        description=f"Dots over time for "
        f"{plural(len({one['feature'] for one in drift}), 'feature')}, coloured by drift.",
        wide=True,
    )
    page.add_table(
        "The latest first",
        ("when", "feature", "effect", "seen", "in words"),
        list(_drift_rows(drift)),
        most_characters=160,
    )


def _drift_rows(drift: Sequence[DriftSeen]) -> Iterator[Sequence[Entry]]:
    for one in sorted(drift, key=lambda one: moment_of(one["at"]), reverse=True):
        words, tone = _DRIFT[one["drifted"]]
        effect = Cell(text=shown_number(one["effect"], 3), is_number=True)
        yield (
            shown_time(moment_of(one["at"])),
            one["feature"],
            effect,
            Cell(text=words, tone=tone),
            one["sentence"],
        )


def _told(points: Sequence[MetricPoint]) -> str:
    means = []
    for version in versions_of(points):
        mean = mean_of([point for point in points if point["version"] == version])
        means.append(f"{version} has a mean of {shown_number(mean, 4)}")
    return "; ".join(means) + "."
