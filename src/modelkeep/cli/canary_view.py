"""How a rollout looks in a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from modelkeep.deployment.rollouts.records import Rollout
from modelkeep.deployment.rollouts.states import RolloutState

_COLOURS = {
    RolloutState.RUNNING: "cyan",
    RolloutState.PROMOTING: "green",
    RolloutState.PROMOTED: "green",
    RolloutState.ABORTING: "red",
    RolloutState.ABORTED: "red",
}
_BAR = 40


def view_of(rollout: Rollout) -> RenderableType:
    """Return a rollout as text: weights, units, each metric with its interval, the verdict."""
    parts: list[RenderableType] = [_head(rollout), _shares(rollout)]
    verdict = rollout.verdict
    if verdict:
        parts.append(_metrics(verdict))
    sentence = str(verdict.get("sentence", "")) if rollout.is_open else rollout.reason
    parts.append(Text(sentence or rollout.reason or "the judge has not looked yet"))
    if verdict and verdict["unasked"]:
        parts.append(Text(f"recorded, but not guarded: {', '.join(verdict['unasked'])}"))
    return Group(*parts)


def _head(rollout: Rollout) -> Text:
    text = Text.assemble(
        (rollout.model_id, "bold"), "  ", rollout.version_id, " against ", rollout.stable_version_id
    )
    state = rollout.state.value.upper()
    text.append(f"\n{state}", style=f"bold {_COLOURS.get(rollout.state, 'yellow')}")
    text.append(f"  step {rollout.step + 1} of {len(rollout.plan.steps)}")
    if rollout.is_open and rollout.reason:
        text.append(f"  {rollout.reason}", style="dim")
    return text


def _shares(rollout: Rollout) -> Text:
    units = rollout.verdict.get("units", [0, 0])
    share = 1.0 if rollout.state is RolloutState.PROMOTED else rollout.weight
    filled = round(_BAR * share)
    bar = "█" * filled + "░" * (_BAR - filled)
    return Text(f"{bar} {share:.1%} canary   units: stable {units[0]:,}, canary {units[1]:,}")


def _metrics(verdict: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    columns = ("metric", "stable", "canary", "effect", "interval", "evidence of harm", "")
    for column in columns:
        right = column in ("stable", "canary", "evidence of harm")
        table.add_column(column, justify="right" if right else "left")
    for metric in verdict["metrics"]:
        found, style = _found(metric)
        table.add_row(
            metric["name"],
            *(_counts(metric, arm) for arm in (0, 1)),
            metric["effect"],
            _interval(metric),
            f"{metric['e_value']:.3g} / {metric['needed']:.3g}",
            Text(found, style=style),
        )
    return table


def _counts(metric: dict[str, Any], arm: int) -> str:
    told = metric["told"][arm]
    if metric["events"] is None:
        return f"{told:,}"
    rate = f" ({metric['events'][arm] / told:.2%})" if told else ""
    return f"{metric['events'][arm]:,} of {told:,}{rate}"


def _interval(metric: dict[str, Any]) -> str:
    if metric["low"] is None:
        return "-"
    high = "∞" if metric["high"] is None else f"{metric['high']:.3g}"
    return f"{metric['low']:.3g} to {high}"


def _found(metric: dict[str, Any]) -> tuple[str, str]:
    if metric["harmful"]:
        return "worse", "bold red"
    if metric["better"]:
        return "better", "green"
    return ("not worse", "green") if metric["not_inferior"] else ("open", "yellow")
