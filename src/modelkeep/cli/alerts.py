"""Commands about alert rules: `modelkeep alerts …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from modelkeep.cli import output
from modelkeep.cli.context import Json, registry
from modelkeep.tracking.alerts.parsing import rules_of
from modelkeep.tracking.alerts.records import Alert

_Name = Annotated[str, typer.Argument(help="Its id, or MODEL/NAME.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="Rules on what is tracked, and how they stand.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_rules)
    group.command("remove")(remove)
    group.command("look")(look)
    app.add_typer(group, name="alerts")


def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A TOML file with [[alerts]] tables.")],
    *,
    as_json: Json = False,
) -> None:
    """Add the rules of a file."""
    rules = rules_of(file)
    with registry(context) as services:
        added = [services.alerts.add(rule) for rule in rules]
    _show(added, as_json=as_json)


def list_rules(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(help="The name of a model; none for all.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Show rules and how they stand."""
    with registry(context) as services:
        found = services.alerts.list_alerts(model)
    _show(found, as_json=as_json)


def remove(context: typer.Context, name: _Name) -> None:
    """Remove a rule."""
    with registry(context) as services:
        services.alerts.remove(name)
    output.say(f"removed {name}")


def look(context: typer.Context, *, as_json: Json = False) -> None:
    """Look at all rules once, as the background loop does."""
    with registry(context) as services:
        changed = services.watch.look()
    _show(changed, as_json=as_json)


def _show(found: list[Alert], *, as_json: bool) -> None:
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        ("model", "rule", "metric", "state", "value", "why"),
        [
            (
                each.rule.model_id,
                each.rule.name,
                each.rule.metric,
                each.state.name if each.is_enabled else "disabled",
                "" if each.last_value is None else f"{each.last_value:.6g}",
                each.reason,
            )
            for each in found
        ],
    )
