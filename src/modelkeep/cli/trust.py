"""Commands about what files may do when they are loaded: inspect, convert."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from modelkeep.cli import output
from modelkeep.cli.context import Json, registry
from modelkeep.storage.trust import inspecting
from modelkeep.storage.trust.inspecting import Findings


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("inspect")(inspect)
    app.command("convert")(convert)


def inspect(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A file, or a version.")],
    *,
    as_json: Json = False,
) -> None:
    """Say what a file, or those of a version, would ask for; nothing is loaded or run."""
    if Path(what).is_file():
        found = {what: inspecting.inspect_pickle(what)}
    else:
        with registry(context) as services, tempfile.TemporaryDirectory() as folder:
            # Not a load: one looks before one signs.
            manifest = services.versions.get_manifest(what)
            written = services.storage.export_model_data(manifest, Path(folder))
            found = {
                path.relative_to(folder).as_posix(): inspecting.inspect_pickle(path)
                for path in ([written] if written.is_file() else sorted(written.rglob("*")))
                if path.is_file()
            }
    if as_json:
        output.print_json(found)
        return
    for name, each in found.items():
        _show(name, each)


def _show(name: str, found: Findings) -> None:
    output.say(f"{name}: {found.kind}, {output.size(found.size)}: {found.verdict}")
    if found.detail:
        output.say(f"  {found.detail}")
    if found.imports:
        lines = [
            (each.name, ", ".join(each.uses), "yes" if each.is_allowed else "NO")
            for each in found.imports
        ]
        output.print_table(("asks for", "as", "allowed"), lines)
    if found.arrays:
        shapes = ", ".join(f"{kind} {list(shape)}" for shape, kind in found.arrays[:20])
        more = f" and {len(found.arrays) - 20} more" if len(found.arrays) > 20 else ""  # noqa: PLR2004
        output.say(f"  arrays: {shapes}{more}")
    if found.opcodes:
        output.say("  opcodes: " + ", ".join(f"{code} {count}" for code, count in found.opcodes))


def convert(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="The version to convert.")],
    *,
    format: Annotated[str, typer.Option("--format", help="Of the new version.")] = "auto",
    trust: Annotated[
        list[str] | None, typer.Option("--trust", help="A name to trust; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Keep the object of a version in a safer format, as a new version that descends from it."""
    with registry(context) as services:
        made = services.versions.convert_version(version, format=format, trust=trust)
        kept = services.versions.get_manifest(made.version_id).format
    if as_json:
        output.print_json({"version": made, "format": kept})
        return
    output.say(f"{made.model_id}@{made.version_number} ({made.version_id}) in the format {kept}")
