"""Tasks on a Ray cluster, by the extra `ray`.

The workers need Modelkeep and access to the registry of their own: credentials are not sent.
"""

from __future__ import annotations

import atexit
import os
import re
import socket
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Self

from modelkeep.errors import (
    InvalidInputError,
    MissingExtraError,
    ModelkeepError,
    StorageUnavailableError,
)
from modelkeep.orchestrator.bulk.places import OpenPlaces
from modelkeep.orchestrator.bulk.task import Outcome, Result, Task, WorkerLostError
from modelkeep.orchestrator.bulk.works import perform

_ADDRESS = re.compile(r"ray://(?P<host>[^/:\[\]]+|\[[^\]]+\]):(?P<port>\d{1,5})")
_LOCAL = "ray"
_ANSWER_SECONDS = 10.0
_AHEAD = 2


class ClusterUnavailableError(StorageUnavailableError):
    """The cluster does not answer."""

    code = "cluster_unavailable"


class OnRay:
    """Does tasks on a Ray cluster, each on one of its processors.

    Args:
        address: `ray://host:port`; or `ray` for the cluster that this machine is part of. A
            connection that the process has already is used, and kept.

    Raises:
        InvalidInputError: It is no such address.
        MissingExtraError: Ray is not installed.
        ClusterUnavailableError: The cluster does not answer.
    """

    def __init__(self, address: str) -> None:
        if address != _LOCAL:
            _reach(address)
        # Ray reports how it is used to its makers unless it is told otherwise.
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError(f"--on {address}", "ray", "ray") from error
        self._ray: Any = ray
        self._address = address
        self._is_own = not ray.is_initialized()
        if self._is_own:
            self._connect(address)
        self.workers = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        # Killed workers are told and not replaced: what made them end may end the next one too.
        self._perform: Any = self._ray.remote(num_cpus=1, max_retries=0)(_perform)

    def _connect(self, address: str) -> None:
        # None is begun where none is found: it would listen on all addresses of this machine.
        place = "auto" if address == _LOCAL else address
        try:
            self._ray.init(address=place, log_to_driver=False, configure_logging=False)
        except (ConnectionError, RuntimeError, TimeoutError, ValueError) as error:
            raise ClusterUnavailableError(address, f"Ray does not answer ({error})") from error

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Do tasks; see `Executor.run`."""
        waiting = list(reversed(tasks))
        running: dict[Any, Task] = {}
        try:
            while waiting or running:
                while waiting and len(running) < _AHEAD * self.workers:
                    task = waiting.pop()
                    running[self._perform.remote(task)] = task
                ended, _ = self._ray.wait(list(running), num_returns=1)
                for reference in ended:
                    task = running.pop(reference)
                    yield Outcome(task=task, result=self._result(reference))
        except ConnectionError as error:
            problem = f"the connection was lost; run the command again to go on ({error})"
            raise ClusterUnavailableError(self._address, problem) from error
        except BaseException:
            for reference in running:
                self._ray.cancel(reference, force=True)
            raise

    def _result(self, reference: Any) -> Result | ModelkeepError:
        try:
            found: Result | ModelkeepError = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            first = str(error).strip().split("\n", 1)[0]
            return WorkerLostError(f"ended ({type(error).__name__}: {first})")
        return found

    def close(self) -> None:
        """Leave the cluster, which ends what it does for us."""
        if self._is_own:
            self._ray.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _reach(address: str) -> None:
    """Look whether somebody listens there: Ray itself would try for minutes."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise InvalidInputError(f"on is {address!r}; it must be ray or ray://host:port")
    place = found["host"].strip("[]"), int(found["port"])
    try:
        socket.create_connection(place, timeout=_ANSWER_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise ClusterUnavailableError(address, f"nobody answers there ({error})") from error


def _perform(task: Task) -> Result | ModelkeepError:
    return perform(_places(), task)


@cache
def _places() -> OpenPlaces:
    """Return the registries of this worker, which stay open for all its tasks."""
    places = OpenPlaces()
    atexit.register(places.close)
    return places
