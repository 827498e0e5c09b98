"""The options that say who does bulk work, and what is told of tasks that failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from modelkeep.cli import output
from modelkeep.cli.exit_codes import exit_code
from modelkeep.orchestrator.services import Services

if TYPE_CHECKING:
    from modelkeep.orchestrator.bulk.executor import Executor
    from modelkeep.orchestrator.bulk.task import Failure

Processes = Annotated[
    int | None,
    typer.Option("--processes", help="Split it in tasks for so many processes.", metavar="N"),
]
On = Annotated[
    str | None,
    typer.Option(
        "--on",
        help="Do the tasks on Ray: ray://host:port, or ray for that of this machine.",
        metavar="CLUSTER",
    ),
]


def is_split(processes: int | None, on: str | None) -> bool:
    """Whether the work is to be done in tasks."""
    return processes is not None or on is not None


def executor(processes: int | None, on: str | None, *given: Services) -> Executor:
    """Return who does the tasks; a context manager that ends its workers."""
    # Most commands need none of this.
    from modelkeep.orchestrator.bulk.choosing import open_executor

    return open_executor(processes=processes, on=on, given=given)


def as_json(failures: Sequence[Failure]) -> dict[str, list[dict[str, str]]]:
    """Return what is told of failures where JSON is printed."""
    return {"failures": [each.told for each in failures]}


def say(failures: Sequence[Failure]) -> None:
    """Tell of failures, a line each."""
    for each in failures:
        output.say(f"FAILED {each.task}: {each.error.message}")
    if failures:
        output.say(f"{len(failures)} tasks failed; the same command does what is left")


def end(failures: Sequence[Failure]) -> None:
    """End with the exit code of the first failure, if there is one."""
    if failures:
        raise typer.Exit(exit_code(failures[0].error))
