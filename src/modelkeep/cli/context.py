"""What all commands share: the options before the command, and the registry they open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.services import Services

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Reference = Annotated[
    str, typer.Argument(help="A version: its id, model@1.2.0, model@latest or model@production.")
]
Model = Annotated[str, typer.Argument(help="The name of a model.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the record.")]


def configuration(context: typer.Context) -> ModelVersioningConfig:
    """Return the configuration with the options that stand before the command."""
    given: dict[str, str] = context.obj or {}
    return wiring.resolve(given)


@contextmanager
def registry(context: typer.Context) -> Iterator[Services]:
    """Open the registry for one command."""
    with wiring.open_services(configuration(context)) as services:
        yield services
