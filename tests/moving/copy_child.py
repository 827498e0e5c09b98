"""Copies a registry in a process of its own, which ends by SIGKILL after so many bytes."""

import os
import signal
import sys

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.copying import copy_registry, open_source

source, target, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
done = 0


def count(more: int) -> None:
    global done  # noqa: PLW0603 - a script
    done += more
    if done > most:
        os.kill(os.getpid(), signal.SIGKILL)


copy_registry(
    open_source(ModelVersioningConfig(storage_path=source)),
    wiring.open_services(ModelVersioningConfig(storage_path=target)),
    progress=count,
)
