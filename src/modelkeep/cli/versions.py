"""Commands about versions: create, finish, list, show, load, tag, delete, backup, restore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from modelkeep.catalogue.pages import VersionPage
from modelkeep.cli import output
from modelkeep.cli.context import Json, Reason, Reference, registry
from modelkeep.errors import InvalidInputError
from modelkeep.models import ModelVersion
from modelkeep.storage.intake import total_bytes

_Path = Annotated[Path, typer.Argument(help="A file, or a folder of files.")]
_Format = Annotated[
    str,
    typer.Option(
        "--format",
        help="Keep the file as it is (auto), or say what it holds: pickle, joblib, onnx, …",
    ),
]
_Metrics = Annotated[
    list[str] | None, typer.Option("--metric", "-m", metavar="NAME=NUMBER", help="A metric.")
]
_Metadata = Annotated[
    Path | None, typer.Option("--metadata", help="A JSON file with metadata.", dir_okay=False)
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("create")(create)
    app.command("finish")(finish)
    app.command("list")(list_versions)
    app.command("show")(show)
    app.command("load")(load)
    app.command("tag")(tag)
    app.command("delete")(delete)
    app.command("backup")(backup)
    app.command("restore")(restore)


def create(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="The name of the model.")],
    path: Annotated[
        Path | None, typer.Argument(help="A file, or a folder of files; none with --training.")
    ] = None,
    *,
    metric: _Metrics = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", "-t", help="A tag.")] = None,
    description: Annotated[str, typer.Option("--description", "-d", help="Free text.")] = "",
    parent: Annotated[
        str | None, typer.Option("--parent", help="The version it was made from.")
    ] = None,
    number: Annotated[str | None, typer.Option("--number", help="An explicit number.")] = None,
    bump: Annotated[str, typer.Option("--bump", help="patch, minor, major or auto.")] = "patch",
    format: _Format = "auto",
    metadata: _Metadata = None,
    training: Annotated[
        bool, typer.Option("--training", help="Open it now, and finish or fail it later.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Keep a file or folder as a new version."""
    if (path is None) != training:
        raise InvalidInputError("give the path of a file or folder, or --training for none yet")
    facts = _facts(metadata, metric)
    size = total_bytes(path) if path else None
    with registry(context) as services, output.progress("storing", size) as advance:
        version = services.versions.create_version(
            model,
            path,
            metadata=facts,
            description=description,
            tags=tag or [],
            parent_version=parent,
            format=format,
            number=number,
            bump=bump,
            status="training" if training else "ready",
            progress=advance,
        )
        kept = "" if training else services.versions.get_manifest(version.version_id).format
    told = f" in the format {kept}" if kept else ""
    _tell(version, f"created {_name(version)}{told}", as_json=as_json)


def finish(
    context: typer.Context,
    version: Reference,
    path: Annotated[Path | None, typer.Argument(help="A file, or a folder of files.")] = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="The training failed.")] = False,
    metric: _Metrics = None,
    format: _Format = "auto",
    metadata: _Metadata = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Give a version in training its file or folder, or mark it as failed."""
    if (path is None) != failed:
        raise InvalidInputError("give the path of a file or folder, or --failed for none")
    with registry(context) as services:
        if path is None:
            done = services.versions.update_version_status(version, "failed", reason=reason)
        else:
            with output.progress("storing", total_bytes(path)) as advance:
                done = services.versions.finish_version(
                    version,
                    path,
                    metadata=_facts(metadata, metric),
                    format=format,
                    progress=advance,
                )
    _tell(done, f"{_name(done)} is {done.status.value}", as_json=as_json)


def _facts(metadata: Path | None, metrics: list[str] | None) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if metadata is not None:
        try:
            facts = json.loads(metadata.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidInputError(f"--metadata {metadata} cannot be read: {error}") from error
        if not isinstance(facts, dict):
            raise InvalidInputError(f"--metadata {metadata} holds no JSON object")
    given: dict[str, float] = {}
    for text in metrics or []:
        name, _, value = text.partition("=")
        try:
            given[name] = float(value)
        except ValueError as error:
            raise InvalidInputError(f"--metric {text!r} is not like accuracy=0.95") from error
    if given:
        facts = {**facts, "metrics": {**facts.get("metrics", {}), **given}}
    return facts


def list_versions(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(help="A model; none lists the models.")] = None,
    *,
    status: Annotated[str | None, typer.Option("--status", help="Only in this status.")] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="Only those last put in this stage.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", "-t", help="Only with it.")] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", "-w", help="A condition: 'accuracy>=0.9'.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="At most so many.")] = 20,
    cursor: Annotated[str | None, typer.Option("--cursor", help="Go on after a page.")] = None,
    as_json: Json = False,
) -> None:
    """List the versions of a model, newest first, or all models."""
    if model is None:
        _list_models(context, as_json=as_json)
        return
    with registry(context) as services:
        page = services.versions.get_versions(
            model,
            status=status,
            deployment_stage=stage,
            tags=tag or [],
            metrics=where or [],
            limit=limit,
            cursor=cursor,
        )
        active = services.deployments.get_all_active_deployments(model)
    serving: dict[str, list[str]] = {}
    for each in active:
        serving.setdefault(each.version_id, []).append(each.stage.value)
    if as_json:
        output.print_json({"versions": list(page), "next_cursor": page.next_cursor})
    else:
        _print_page(page, serving)


def _print_page(page: VersionPage, serving: dict[str, list[str]]) -> None:
    lines = [
        (
            each.version_number,
            each.status.value,
            ", ".join(serving.get(each.version_id, [])),
            output.moment(each.created_at),
            output.metrics(each.metrics),
            output.size(each.size_bytes),
            " ".join(each.tags),
            each.version_id,
        )
        for each in page
    ]
    columns = ("number", "status", "serves", "created", "metrics", "size", "tags", "id")
    output.print_table(columns, lines)
    if page.next_cursor:
        output.say(f"more: --cursor {page.next_cursor}")


def _list_models(context: typer.Context, *, as_json: bool) -> None:
    with registry(context) as services:
        models = [
            (name, services.versions.get_statistics(name))
            for name in services.versions.get_models()
        ]
    if as_json:
        output.print_json(
            {"models": [{"model_id": name, **output.to_plain(s)} for name, s in models]}
        )
        return
    lines = [
        (
            name,
            str(found.versions),
            found.latest.version_number if found.latest else "",
            ", ".join(pointer.stage.value for pointer in found.active),
            output.size(found.size_bytes),
        )
        for name, found in models
    ]
    output.print_table(("model", "versions", "latest", "stages that serve", "size"), lines)


def show(context: typer.Context, version: Reference, *, as_json: Json = False) -> None:
    """Show all that is known of a version."""
    with registry(context) as services:
        found = services.versions.get_version(version)
        manifest = services.versions.get_manifest(found.version_id) if found.checksum else None
        trust = services.versions.get_trust_report(found.version_id) if found.checksum else None
        events = services.versions.get_events(found.version_id)
        usage = services.storage.calculate_version_usage(found)
    if as_json:
        output.print_json(
            {
                "version": found,
                "manifest": manifest,
                "trust": trust,
                "events": events,
                "usage": usage,
            }
        )
        return
    output.print_fields(
        {
            "version": f"{_name(found)}   {found.version_id}",
            "status": found.status.value,
            "stage": found.deployment_stage.value + (" (active)" if found.is_active else ""),
            "created": f"{output.moment(found.created_at)} by {found.created_by}",
            "updated": output.moment(found.updated_at),
            "description": found.description,
            "tags": " ".join(found.tags),
            "metrics": "\n".join(f"{name} = {value:g}" for name, value in found.metrics.items()),
            "parent": found.parent_version or "",
            "needs": "\n".join(f"{name} {value}" for name, value in found.dependencies.items()),
            "configuration": json.dumps(found.configuration, indent=2) * bool(found.configuration),
            "deployment": json.dumps(found.deployment_config) * bool(found.deployment_config),
            "sha256": found.checksum,
            "size": f"{output.size(found.size_bytes)}, stored in {output.size(usage.own_bytes)} of "
            f"its own and {output.size(usage.shared_bytes)} shared",
            "files": "\n".join(
                f"{file.path}  {output.size(file.size_bytes)}"
                for file in (manifest.files if manifest else ())
            ),
            "format": f"{manifest.format}, rank {trust.rank.name.lower()}"
            + (", made by this installation" if trust.is_own else "")
            if manifest and trust
            else "",
            "asks for": ", ".join(trust.asks_for) if trust else "",
            "events": "\n".join(
                f"{output.moment(event.at)}  {event.kind} {event.stage} by {event.actor}"
                for event in events
            ),
        }
    )


def load(
    context: typer.Context,
    version: Reference,
    destination: Annotated[Path, typer.Argument(help="The file or folder to write.")],
    *,
    as_json: Json = False,
) -> None:
    """Copy the files of a version to a place, verified."""
    with registry(context) as services:
        found = services.versions.get_version(version)
        with output.progress("loading", found.size_bytes) as advance:
            path = services.versions.load_model(
                found.version_id, destination=destination, progress=advance
            )
    if as_json:
        output.print_json({"version_id": found.version_id, "path": path})
    else:
        output.say(f"{_name(found)} is in {path} ({output.size(found.size_bytes)}, verified)")


def tag(
    context: typer.Context,
    version: Reference,
    tags: Annotated[list[str] | None, typer.Argument(help="Tags to add.")] = None,
    *,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="A tag to remove.")] = None,
    as_json: Json = False,
) -> None:
    """Add and remove tags; `keep` protects a version from cleanup."""
    with registry(context) as services:
        found = services.versions.update_tags(version, add=tags or [], remove=remove or [])
    _tell(found, f"{_name(found)} has the tags: {' '.join(found.tags) or 'none'}", as_json=as_json)


def delete(
    context: typer.Context,
    version: Reference,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Also while it serves or is in training.")
    ] = False,
    backup: Annotated[
        bool | None, typer.Option("--backup/--no-backup", help="Make a backup first.")
    ] = None,
    reason: Reason = "deleted",
    as_json: Json = False,
) -> None:
    """Remove a version; its number stays taken."""
    with registry(context) as services:
        size = services.versions.get_version(version).size_bytes
        with output.progress("backing up", size) as advance:
            gone = services.versions.delete_version(
                version, force=force, backup=backup, reason=reason, progress=advance
            )
    if as_json:
        output.print_json(gone)
        return
    kept = f"; modelkeep restore {gone.version_id} brings it back" if gone.backup_path else ""
    output.say(f"removed {gone.model_id}@{gone.version_number}{kept}")


def backup(context: typer.Context, version: Reference, *, as_json: Json = False) -> None:
    """Write a self-contained copy of a version to the folder of the backups."""
    with registry(context) as services:
        found = services.versions.get_version(version)
        with output.progress("backing up", found.size_bytes) as advance:
            path = services.versions.backup_version(found.version_id, progress=advance)
    if as_json:
        output.print_json({"version_id": found.version_id, "path": path})
    else:
        output.say(f"{_name(found)} is backed up in {path}")


def restore(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="A version, or the folder of a backup.")],
    *,
    as_json: Json = False,
) -> None:
    """Bring back a removed version, or mend a damaged one, from its backup."""
    with registry(context) as services, output.progress("restoring", None) as advance:
        version = services.versions.restore_version(source, progress=advance)
    _tell(version, f"{_name(version)} is back, {version.status.value}", as_json=as_json)


def _name(version: ModelVersion) -> str:
    return f"{version.model_id}@{version.version_number}"


def _tell(version: ModelVersion, sentence: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json(version)
    else:
        output.say(f"{sentence}   {version.version_id}")
