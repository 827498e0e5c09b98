"""Commands about the whole registry: status, verify, cleanup, rebuild, import-legacy."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelkeep.cli import output, workers
from modelkeep.cli.context import Json, configuration, registry
from modelkeep.cli.exit_codes import DAMAGE_FOUND
from modelkeep.errors import BackupNotFoundError, IntegrityError, InvalidInputError
from modelkeep.orchestrator import wiring
from modelkeep.storage.scrub_plan import ScrubPlan

if TYPE_CHECKING:
    from modelkeep.orchestrator.bulk.task import Failure


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("status")(status)
    app.command("verify")(verify)
    app.command("cleanup")(cleanup)
    app.command("gc")(gc)
    app.command("repack")(repack)
    app.command("du")(du)
    app.command("rebuild")(rebuild)
    app.command("import-legacy")(import_legacy)


def status(context: typer.Context, *, as_json: Json = False) -> None:
    """Show what there is, what serves, and how much room it takes."""
    with registry(context) as services:
        statistics = services.versions.get_statistics()
        usage = services.storage.calculate_storage_usage()
        deployments = services.deployments.get_deployment_statistics()
    if as_json:
        output.print_json(
            {
                "statistics": statistics,
                "storage": usage,
                "deployments": deployments,
                "config": services.config,
            }
        )
        return
    by_status = ", ".join(f"{count} {name}" for name, count in statistics.by_status.items())
    output.print_fields(
        {
            "registry": str(Path(services.config.storage_path).absolute()),
            "backups": str(Path(services.config.backup_path).absolute()),
            "models": str(statistics.models),
            "versions": f"{statistics.versions}" + (f" ({by_status})" if by_status else ""),
            "size": f"{output.size(usage.raw_bytes)}, stored in {output.size(usage.stored_bytes)} "
            f"({100 * usage.ratio:.1f} %)",
            "so far": f"{deployments.deployments} deployments, {deployments.rollbacks} rollbacks, "
            f"{statistics.removed_versions} versions removed",
        }
    )
    lines = [
        (each.model_id, each.stage.value, each.version_number, output.moment(each.deployed_at))
        for each in deployments.active
    ]
    if lines:
        output.say("")
        output.print_table(("model", "stage", "serves", "since"), lines)


def verify(
    context: typer.Context,
    *,
    sample: Annotated[
        float, typer.Option("--sample", help="Only so many percent of the packs, by chance.")
    ] = 100.0,
    rate: Annotated[
        float | None, typer.Option("--rate", help="At most so many MB a second.")
    ] = None,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Mend damaged versions from backups or the cache."),
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the last one with --resume stopped.")
    ] = False,
    processes: workers.Processes = None,
    on: workers.On = None,
    as_json: Json = False,
) -> None:
    """Check every stored byte, document and row; exit code 6 when something is damaged."""
    plan = ScrubPlan(
        sample=sample / 100,
        bytes_per_second=None if rate is None else rate * 1e6,
        resume=resume,
    )
    with registry(context) as services:
        total = services.scrubber.on_disk_bytes()
        failures: tuple[Failure, ...] = ()
        is_split = workers.is_split(processes, on)
        if is_split and rate is not None:
            raise InvalidInputError("--rate is for one process; leave out --processes and --on")
        with output.progress("verifying", total if plan.is_whole or is_split else None) as advance:
            if is_split:
                from modelkeep.orchestrator.bulk import verifying

                with workers.executor(processes, on, services) as executor:
                    report, failures = verifying.verify(
                        services,
                        executor,
                        sample=plan.sample,
                        resume=resume,
                        progress=advance,
                    )
            else:
                report = services.scrubber.verify(plan, progress=advance)
        if repair and report.problems:
            for version_id in report.touched_versions:
                # What has no copy is told once more by what follows.
                with suppress(IntegrityError, BackupNotFoundError):
                    services.versions.repair_version(version_id)
            report = services.scrubber.verify()
    if as_json:
        told = {**output.to_plain(report), "touched_versions": report.touched_versions}
        output.print_json(told | workers.as_json(failures) if is_split else told)
    else:
        checked = f"{report.versions} versions, {report.packs} packs, "
        output.say(f"checked {checked}{output.size(report.checked_bytes)}")
        for problem in report.problems:
            touched = f" (touches {', '.join(problem.versions)})" if problem.versions else ""
            output.say(f"DAMAGED {problem.place} {problem.what}: {problem.detail}{touched}")
        workers.say(failures)
        if report.problems:
            output.say(_advice(report.problems))
        elif not failures:
            output.say("all is as it was stored")
    if report.problems:
        raise typer.Exit(DAMAGE_FOUND)
    workers.end(failures)


def gc(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Give back the room of what no version needs: merge small packs, rewrite half-dead ones."""
    with registry(context) as services:
        total = None if dry_run else services.scrubber.on_disk_bytes()
        with output.progress("rewriting packs", total) as advance:
            report = services.compactor.collect(dry_run=dry_run, progress=advance)
    if as_json:
        output.print_json(report)
        return
    verb = "would free" if dry_run else "freed"
    output.say(
        f"{verb} {output.size(report.freed_bytes)}: {report.packs} packs rewritten or removed"
    )


def repack(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(help="Only the versions of this model.")] = None,
    *,
    best: Annotated[
        bool, typer.Option("--best", help="Also code all anew as small as it gets; takes long.")
    ] = False,
    processes: workers.Processes = None,
    on: workers.On = None,
    as_json: Json = False,
) -> None:
    """Make the version that is loaded most the quickest to read, at about the same size."""
    with registry(context) as services:
        usage = services.storage.calculate_storage_usage(model)
        failures: tuple[Failure, ...] = ()
        is_split = workers.is_split(processes, on)
        with output.progress("repacking", usage.raw_bytes if best else None) as advance:
            if is_split:
                from modelkeep.orchestrator.bulk import repacking

                with workers.executor(processes, on, services) as executor:
                    report, failures = repacking.repack(
                        services, executor, model, best=best, progress=advance
                    )
            else:
                report = services.versions.repack(model, best=best, progress=advance)
    if as_json:
        told = output.to_plain(report)
        output.print_json(told | workers.as_json(failures) if is_split else told)
    else:
        sizes = f"{output.size(report.before_bytes)} are {output.size(report.after_bytes)} now"
        changed = f": {sizes}" if report.chunks else ""
        output.say(f"{report.chunks} chunks were stored anew{changed}")
        workers.say(failures)
    workers.end(failures)


def du(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(help="The versions of this model.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Show how much room models take, or the versions of one: raw, their own, shared."""
    with registry(context) as services:
        usage = services.storage.calculate_storage_usage(model)
        names = services.versions.get_models() if model is None else []
        models = {name: services.storage.calculate_storage_usage(name) for name in names}
        found = [] if model is None else services.versions.get_versions(model, limit=None)
        versions = {each: services.storage.calculate_version_usage(each) for each in found}
    if as_json:
        listed = [{"version_id": v.version_id, "usage": u} for v, u in versions.items()]
        output.print_json({"total": usage, "models": models, "versions": listed})
        return
    if model is None:
        lines = [
            (name, str(each.versions), output.size(each.raw_bytes), output.size(each.stored_bytes))
            for name, each in models.items()
        ]
        output.print_table(("model", "versions", "raw", "stored, shared with others too"), lines)
    else:
        output.print_table(
            ("version", "raw", "own", "shared"),
            [
                (
                    version.version_number,
                    output.size(each.raw_bytes),
                    output.size(each.own_bytes),
                    output.size(each.shared_bytes),
                )
                for version, each in versions.items()
            ],
        )
    output.say(
        f"{output.size(usage.raw_bytes)} raw, {output.size(usage.stored_bytes)} stored in "
        f"{usage.packs} packs ({100 * usage.ratio:.1f} %)"
    )


def _advice(problems: Sequence[object]) -> str:
    return (
        f"{len(problems)} problems. `modelkeep restore VERSION` mends a version from its backup, "
        "`modelkeep rebuild` makes the catalogue anew"
    )


def cleanup(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(help="Only this model; all if left out.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Remove versions that had their time, and what crashes left."""
    with registry(context) as services:
        report = services.versions.cleanup_old_versions(model, dry_run=True)
        if not dry_run:
            total = sum(item.version.size_bytes for item in report.expired)
            with output.progress("backing up", total) as advance:
                report = services.versions.cleanup_old_versions(model, progress=advance)
    if as_json:
        output.print_json(report)
        return
    verb = "would remove" if dry_run else "removed"
    for item in report.expired:
        name = f"{item.version.model_id}@{item.version.version_number}"
        output.say(f"{verb} {name} ({output.size(item.version.size_bytes)}): {item.reason}")
    for failure in report.failures:
        output.say(f"kept {failure}")
    left = report.leftovers
    rest = len(left.staged) + len(left.packs)
    output.say(
        f"{verb} {len(report.expired)} versions, {len(report.expired_backups)} old backups, "
        f"{rest} leftovers of crashes ({output.size(left.freed_bytes)})"
    )
    if left.postponed:
        output.say("leftovers stay for now: others are writing")


def rebuild(context: typer.Context, *, as_json: Json = False) -> None:
    """Make a damaged or lost catalogue anew; the old one is kept beside it."""
    config = configuration(context)
    with output.progress("reading", wiring.packs_bytes(config)) as advance:
        report = wiring.rebuild_catalogue(config, progress=advance)
    if as_json:
        output.print_json(report)
        return
    output.say(
        f"the catalogue has {report.versions} versions: {report.salvaged} from the old one, "
        f"{report.from_documents} from their documents as they were when created; "
        f"{report.stages} stages serve"
    )
    for line in report.damaged + report.conflicts:
        output.say(f"left out: {line}")
    if report.old_catalogue:
        output.say(f"the old catalogue is {report.old_catalogue}")


def import_legacy(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of the former service.")],
    *,
    as_json: Json = False,
) -> None:
    """Take in a folder of the former service as it is; nothing is unpickled."""
    with registry(context) as services, output.progress("importing", None) as advance:
        report = services.legacy.import_folder(folder, progress=advance)
    if as_json:
        output.print_json(report)
    else:
        output.say(f"imported {len(report.imported)}, already there {len(report.known)}")
        for note in report.notes:
            output.say(f"note: {note}")
        for path, reason in report.refused.items():
            output.say(f"refused {path}: {reason}")
    if report.refused:
        raise typer.Exit(2)
