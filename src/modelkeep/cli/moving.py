"""Commands about the place of a registry: copy, doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from modelkeep.cli import output, workers
from modelkeep.cli.context import Json, configuration
from modelkeep.cli.exit_codes import DAMAGE_FOUND
from modelkeep.errors import InvalidInputError
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import doctor as examination
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.copying import (
    CopyReport,
    bytes_to_copy,
    copy_registry,
    open_source,
    verify_copied,
)
from modelkeep.orchestrator.services import Services

if TYPE_CHECKING:
    from modelkeep.orchestrator.bulk.task import Failure

UNAVAILABLE = 7
_MARKS = {"ok": "ok  ", "warn": "WARN", "bad": "BAD "}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("copy")(copy)
    app.command("doctor")(doctor)


def copy(
    place_from: Annotated[
        str, typer.Argument(metavar="FROM", help="The registry: a folder or s3://bucket/prefix.")
    ],
    place_to: Annotated[
        str, typer.Argument(metavar="TO", help="Where it goes: a folder or s3://bucket/prefix.")
    ],
    *,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", help="Only this model; may be given again.", metavar="MODEL"),
    ] = None,
    from_catalogue: Annotated[
        str, typer.Option("--from-catalogue", help="Database of FROM, if not in its folder.")
    ] = "",
    to_catalogue: Annotated[
        str, typer.Option("--to-catalogue", help="Database of TO, if not in its folder.")
    ] = "",
    processes: workers.Processes = None,
    on: workers.On = None,
    as_json: Json = False,
) -> None:
    """Copy models with all that belongs to them to another registry; run again, it goes on."""
    with open_source(_place("--from-catalogue", place_from, from_catalogue)) as source:
        chosen = models or None
        with wiring.open_services(_place("--to-catalogue", place_to, to_catalogue)) as target:
            report, problems, failures = _copied(source, target, chosen, processes, on)
    if as_json:
        told = {**output.to_plain(report), "problems": problems}
        is_split = workers.is_split(processes, on)
        output.print_json(told | workers.as_json(failures) if is_split else told)
    else:
        output.say(
            f"copied {len(report.versions)} versions of {report.models} models, "
            f"{output.size(report.copied_bytes)}; {report.present} versions were there already"
        )
        for problem in problems:
            output.say(f"DAMAGED {problem}")
        workers.say(failures)
        if not problems and not failures:
            output.say("all that was copied is as it was stored")
    if problems:
        raise typer.Exit(DAMAGE_FOUND)
    workers.end(failures)


def _copied(
    source: Services,
    target: Services,
    models: list[str] | None,
    processes: int | None,
    on: str | None,
) -> tuple[CopyReport, list[str], tuple[Failure, ...]]:
    if workers.is_split(processes, on):
        from modelkeep.orchestrator.bulk import copying

        with (
            workers.executor(processes, on, source, target) as executor,
            output.progress("copying and verifying", None) as advance,
        ):
            return copying.copy(source, target, executor, models=models, progress=advance)
    total = bytes_to_copy(source, target, models=models)
    with output.progress("copying", total) as advance:
        report = copy_registry(source, target, models=models, progress=advance)
    with output.progress("verifying", None) as advance:
        return report, verify_copied(target, report.versions, progress=advance), ()


def _place(option: str, storage: str, catalogue: str) -> ModelVersioningConfig:
    if "://" in storage and not catalogue:
        raise InvalidInputError(
            f"{storage} holds only bytes; name its database with {option} postgresql://host/name"
        )
    return wiring.resolve({"storage_path": storage, "catalogue_url": catalogue})


def doctor(context: typer.Context, *, as_json: Json = False) -> None:
    """Examine the configuration: what can be reached, written and relied on; 7 if one is bad."""
    checks = examination.examine(configuration(context))
    if as_json:
        output.print_json({"checks": checks, "sound": examination.is_sound(checks)})
    else:
        for check in checks:
            output.say(f"{_MARKS[check.state]} {check.name}: {check.sentence}")
            if check.state != "ok":
                output.say(f"     -> {check.advice}")
    if not examination.is_sound(checks):
        raise typer.Exit(UNAVAILABLE)
