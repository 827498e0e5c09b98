"""Commands about backups of the whole registry: backup-registry, restore-registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from modelkeep.cli import output
from modelkeep.cli.context import Json, registry
from modelkeep.errors import InvalidInputError
from modelkeep.storage.registry_restore import find_snapshot, restore_registry

_Folder = Annotated[Path, typer.Argument(help="Folder of the backups of whole registries.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("backup-registry")(backup_registry)
    app.command("restore-registry")(restore)


def backup_registry(
    context: typer.Context,
    folder: _Folder,
    *,
    keep: Annotated[
        int | None, typer.Option("--keep", help="Then remove all but so many backups.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Back up the whole registry; only packs that the folder does not have are copied."""
    if keep is not None and keep < 1:
        raise InvalidInputError(f"--keep {keep} would keep no backup; it must be 1 or more")
    with registry(context) as services:
        total = services.registry_backup.missing_bytes(folder)
        with output.progress("backing up", total) as advance:
            report = services.registry_backup.backup(folder, progress=advance)
        pruned = services.registry_backup.prune(folder, keep=keep) if keep is not None else None
    if as_json:
        output.print_json({**output.to_plain(report), "pruned": pruned})
        return
    output.say(
        f"backed up {report.versions} versions as {report.snapshot}: "
        f"{report.packs_copied} packs copied, {report.packs_present} there already, "
        f"{output.size(report.copied_bytes)} written, {output.size(report.stored_bytes)} in all"
    )
    if pruned is not None and (pruned.snapshots or pruned.packs):
        output.say(
            f"removed {len(pruned.snapshots)} old backups and {pruned.packs} packs that none "
            f"needs any more ({output.size(pruned.freed_bytes)})"
        )


def restore(
    folder: _Folder,
    *,
    into: Annotated[Path, typer.Option("--into", help="The new registry: an empty folder.")],
    snapshot: Annotated[
        str | None, typer.Option("--snapshot", help="Which backup; the newest if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a registry from a backup of a whole one, in an empty place."""
    chosen = find_snapshot(folder, snapshot)
    with output.progress("restoring", chosen.stored_bytes) as advance:
        report = restore_registry(folder, into, snapshot=chosen.name, progress=advance)
    if as_json:
        output.print_json(report)
        return
    output.say(
        f"{report.path} is the registry {report.storage_path} as it was at {report.snapshot}: "
        f"{report.versions} versions, {report.packs} packs, {output.size(report.stored_bytes)}"
    )
