"""The command `modelkeep`."""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Annotated

import typer

import modelkeep
from modelkeep.cli import (
    alerts,
    backups,
    canaries,
    comparison,
    demo,
    deployments,
    maintenance,
    moving,
    provenance,
    tracking,
    trust,
    versions,
)
from modelkeep.cli.exit_codes import EPILOG, INTERNAL, INTERRUPTED, exit_code
from modelkeep.errors import ModelkeepError

app = typer.Typer(
    name="modelkeep",
    help="Keep machine-learning models as immutable versions, and put them into production.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
versions.add_to(app)
deployments.add_to(app)
canaries.add_to(app)
comparison.add_to(app)
tracking.add_to(app)
alerts.add_to(app)
maintenance.add_to(app)
backups.add_to(app)
moving.add_to(app)
provenance.add_to(app)
trust.add_to(app)
demo.add_to(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"modelkeep {modelkeep.__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    storage: Annotated[
        str | None, typer.Option("--storage", help="Folder of the registry.", metavar="FOLDER")
    ] = None,
    backups: Annotated[
        str | None, typer.Option("--backups", help="Folder of the backups.", metavar="FOLDER")
    ] = None,
    version: Annotated[  # noqa: ARG001 - the callback acts on it
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Keep machine-learning models as immutable versions, and put them into production."""
    given = {"storage_path": storage, "backup_path": backups}
    context.obj = {name: value for name, value in given.items() if value is not None}


def run() -> None:
    """Run a command; an error becomes one line and an exit code."""
    try:
        app()
    except ModelkeepError as error:
        _tell(error.code, error.message)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        _tell("interrupted", "interrupted; nothing half-made was kept")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Who read our output went away, which is fine; the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last border
        if os.environ.get("MODELKEEP_DEBUG"):
            traceback.print_exc()
        _tell("internal", f"{type(error).__name__}: {error} (MODELKEEP_DEBUG=1 shows where)")
        sys.exit(INTERNAL)


def _tell(code: str, message: str) -> None:
    line = " ".join(message.split())
    if "--json" in sys.argv:
        line = json.dumps({"error": {"code": code, "message": line}})
    else:
        line = f"modelkeep: {line}"
    sys.stderr.write(line + "\n")
