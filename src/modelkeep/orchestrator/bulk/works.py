"""The works that tasks may name, and how a task is done in the process that has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from modelkeep.errors import ModelkeepError
from modelkeep.orchestrator.bulk import comparing, copying, repacking, verifying
from modelkeep.orchestrator.bulk.places import OpenPlaces
from modelkeep.orchestrator.bulk.task import Result, Task, TaskFailedError

WORKS: Mapping[str, Callable[[OpenPlaces, Task], Result]] = {
    "verify": verifying.do,
    "repack": repacking.do,
    "copy versions": copying.do_versions,
    "copy models": copying.do_models,
    "read back": copying.do_read_back,
    "compare": comparing.do,
}


def perform(places: OpenPlaces, task: Task) -> Result | ModelkeepError:
    """Do a task, and return its result or what stood in its way."""
    try:
        result = WORKS[task.work](places, task)
        places.flush()
    except ModelkeepError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the others go on, and it is told
        return TaskFailedError(f"{type(error).__name__}: {error}")
    return result
