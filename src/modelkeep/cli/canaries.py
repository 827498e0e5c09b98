"""Commands about canaries: start, status, pause, resume, promote, abort, watch, explain."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from modelkeep.cli import output
from modelkeep.cli.canary_view import view_of
from modelkeep.cli.context import Json, Reason, Reference, registry
from modelkeep.deployment.rollouts.errors import InvalidPlanError
from modelkeep.deployment.rollouts.records import Rollout
from modelkeep.deployment.rollouts.states import RolloutState
from modelkeep.models import DeploymentStage

ABORTED = 10
_Name = Annotated[str, typer.Argument(help="The model, or the id of one of its rollouts.")]
_PERCENT = 100


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    canary = typer.Typer(help="Try a version on a share of the traffic.", no_args_is_help=True)
    app.add_typer(canary, name="canary")
    canary.command("start")(start)
    canary.command("status")(status)
    canary.command("pause")(pause)
    canary.command("resume")(resume)
    canary.command("promote")(promote)
    canary.command("abort")(abort)
    canary.command("watch")(watch)
    canary.command("explain")(explain)


def start(
    context: typer.Context,
    version: Reference,
    *,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="A TOML or JSON file with the plan.")
    ] = None,
    steps: Annotated[
        str, typer.Option("--steps", help="Shares in percent, with commas between them.")
    ] = "1,5,25,50",
    minutes: Annotated[float, typer.Option("--minutes", help="Each step lasts at least.")] = 5.0,
    units: Annotated[
        int, typer.Option("--units", help="The canary serves at least so many units in each step.")
    ] = 100,
    metrics: Annotated[
        str, typer.Option("--metrics", help="What is guarded: errors, latency.")
    ] = "errors,latency",
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Give a version a growing share of the traffic, and watch it against production."""
    wanted = plan if plan is not None else _plan(steps, minutes, units, metrics)
    with registry(context) as services:
        rollout = services.rollouts.start(version, wanted, reason=reason)
    _tell(rollout, as_json=as_json)


def _plan(steps: str, minutes: float, units: int, metrics: str) -> dict[str, Any]:
    try:
        weights = [float(each) / _PERCENT for each in steps.split(",")]
    except ValueError as error:
        raise InvalidPlanError("--steps", steps, "percents such as 1,5,25,50") from error
    each = {"min_duration_seconds": 60 * minutes, "min_units": units}
    return {
        "steps": [{"weight": weight, **each} for weight in weights],
        "metrics": [name.strip() for name in metrics.split(",")],
    }


def status(context: typer.Context, name: _Name, *, as_json: Json = False) -> None:
    """Show a rollout: the newest of a model, or the one with this id."""
    with registry(context) as services:
        rollout = services.rollouts.get(name)
    if as_json:
        output.print_json(rollout)
    else:
        output.console().print(view_of(rollout))


def pause(
    context: typer.Context, name: _Name, *, reason: Reason = "", as_json: Json = False
) -> None:
    """Keep the share as it is; harm still aborts."""
    with registry(context) as services:
        _tell(services.rollouts.pause(name, reason=reason), as_json=as_json)


def resume(
    context: typer.Context, name: _Name, *, reason: Reason = "", as_json: Json = False
) -> None:
    """Go on after a pause, a manual gate, or without a conclusion."""
    with registry(context) as services:
        _tell(services.rollouts.resume(name, reason=reason), as_json=as_json)


def promote(
    context: typer.Context, name: _Name, *, reason: Reason = "", as_json: Json = False
) -> None:
    """Put the canary into production now, whatever was found."""
    with registry(context) as services:
        _tell(services.rollouts.promote(name, reason=reason), as_json=as_json)


def abort(
    context: typer.Context, name: _Name, *, reason: Reason = "", as_json: Json = False
) -> None:
    """Put all traffic back on production now."""
    with registry(context) as services:
        _tell(services.rollouts.abort(name, reason=reason), as_json=as_json)


def watch(
    context: typer.Context,
    name: _Name,
    *,
    every: Annotated[float, typer.Option("--every", help="Seconds between two looks.")] = 1.0,
    drive: Annotated[
        bool, typer.Option("--drive/--no-drive", help="Move rollouts on if nobody else does.")
    ] = True,
) -> None:
    """Show a rollout as it goes, until its end; exit code 10 tells that it was aborted."""
    from rich.live import Live

    with registry(context) as services:
        rollout = services.rollouts.get(name)
        if drive:
            services.driver.start()
        console = output.console()
        with Live(view_of(rollout), console=console, auto_refresh=False) as live:
            while rollout.is_open:
                time.sleep(max(every, 0.05))
                rollout = services.rollouts.get(rollout.rollout_id)
                live.update(view_of(rollout), refresh=True)
    if rollout.state is RolloutState.ABORTED:
        raise typer.Exit(ABORTED)


def explain(context: typer.Context, name: _Name, *, as_json: Json = False) -> None:
    """Work the last verdict out anew from the evidence that is kept, and say if it agrees."""
    with registry(context) as services:
        found = services.conductor.explain(name)
    if as_json:
        output.print_json(found)
        return
    agrees = "it is what was written down" if found.agrees else "IT IS NOT WHAT WAS WRITTEN DOWN"
    output.say(f"worked out anew from {found.blocks} blocks of evidence: {agrees}")
    output.say(f"decision   {found.recomputed['decision']}")
    output.say(f"because    {found.recomputed['sentence']}")
    for metric in found.recomputed["metrics"]:
        output.say(
            f"{metric['sentence']}; evidence of harm {metric['e_value']:.3g} "
            f"of {metric['needed']:.3g} needed"
        )


def _tell(rollout: Rollout, *, as_json: bool) -> None:
    if as_json:
        output.print_json(rollout)
        return
    share = f"{rollout.weight:.4g} of the units" if rollout.weight else "no unit"
    stage = DeploymentStage.PRODUCTION.value
    what = f"serves {stage}" if rollout.state is RolloutState.PROMOTED else f"gets {share}"
    output.say(f"{rollout.rollout_id} of {rollout.model_id} is {rollout.state.value}; it {what}")
