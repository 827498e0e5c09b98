"""Commands about stages: deploy, promote, rollback, deactivate, history."""

from __future__ import annotations

from typing import Annotated

import typer

from modelkeep.cli import output
from modelkeep.cli.context import Json, Model, Reason, Reference, registry
from modelkeep.deployment.records import Deployment

_Stage = Annotated[
    str, typer.Option("--stage", "-s", help="development, staging, production or canary.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("deploy")(deploy)
    app.command("promote")(promote)
    app.command("rollback")(rollback)
    app.command("deactivate")(deactivate)
    app.command("history")(history)


def deploy(
    context: typer.Context,
    version: Reference,
    stage: _Stage = "production",
    *,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Make a stage serve a version."""
    with registry(context) as services:
        deployment = services.deployments.deploy_version(version, stage, reason=reason)
    _tell(deployment, as_json=as_json)


def promote(
    context: typer.Context,
    version: Reference,
    *,
    source: Annotated[str, typer.Option("--from", help="Where it serves now.")] = "staging",
    target: Annotated[str, typer.Option("--to", help="Where it goes.")] = "production",
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Move a version on to a later stage."""
    with registry(context) as services:
        deployment = services.deployments.promote_version(version, source, target, reason=reason)
    _tell(deployment, as_json=as_json)


def rollback(
    context: typer.Context,
    model: Model,
    stage: _Stage = "production",
    *,
    to: Annotated[
        str | None, typer.Option("--to", help="An earlier version; the previous one if left out.")
    ] = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Make a stage serve again what it served before."""
    with registry(context) as services:
        deployment = services.deployments.rollback_deployment(model, stage, to, reason=reason)
    _tell(deployment, as_json=as_json)


def deactivate(
    context: typer.Context,
    model: Model,
    stage: _Stage,
    *,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Make a stage serve nothing."""
    with registry(context) as services:
        event = services.deployments.deactivate_deployment(model, stage, reason=reason)
    if as_json:
        output.print_json(event)
    else:
        output.say(
            f"{stage} of {model} serves nothing now; it served {event.previous_version_number}"
        )


def history(
    context: typer.Context,
    model: Model,
    *,
    stage: Annotated[str | None, typer.Option("--stage", "-s", help="Only this stage.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Show what served when, newest first."""
    with registry(context) as services:
        found = services.deployments.get_deployment_history(model, stage, limit)
    if as_json:
        output.print_json(found)
        return
    lines = [
        (
            output.moment(event.at),
            event.stage.value,
            event.kind.replace("_", " "),
            event.version_number or "nothing",
            event.previous_version_number or "",
            event.actor,
            event.reason,
        )
        for event in found
    ]
    columns = ("when", "stage", "what", "serves since", "before", "who", "why")
    output.print_table(columns, lines)


def _tell(deployment: Deployment, *, as_json: bool) -> None:
    if as_json:
        output.print_json(deployment)
    else:
        name = f"{deployment.model_id}@{deployment.version_number}"
        output.say(f"{deployment.stage.value} serves {name}   {deployment.version_id}")
