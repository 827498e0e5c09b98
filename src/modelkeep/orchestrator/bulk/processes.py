"""Tasks in processes of this machine, each with the registry opened once.

Each worker has a pipe of its own, so one that is killed takes only its own task with it.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import NoReturn, Self

from modelkeep.orchestrator.bulk.places import OpenPlaces
from modelkeep.orchestrator.bulk.task import Outcome, Task, WorkerLostError
from modelkeep.orchestrator.bulk.works import perform

_END_SECONDS = 5.0


class InProcesses:
    """Does tasks in spawned processes.

    Args:
        count: How many.
    """

    def __init__(self, count: int) -> None:
        self.workers = count
        self._running: list[_Worker] = []

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Do tasks; see `Executor.run`."""
        waiting = list(reversed(tasks))
        try:
            while waiting or any(worker.task for worker in self._running):
                for worker in self._idle(len(waiting)):
                    worker.begin(waiting.pop())
                busy = {worker.pipe: worker for worker in self._running if worker.task}
                for pipe in wait(list(busy)):
                    yield self._finish(busy[pipe])  # type: ignore[index]
        except BaseException:
            self.close()
            raise

    def _idle(self, wanted: int) -> list[_Worker]:
        """Return workers with nothing to do, as many as are wanted and may be."""
        while len(self._running) < self.workers and len(self._running) < wanted + self._busy():
            self._running.append(_Worker())
        return [worker for worker in self._running if worker.task is None][:wanted]

    def _busy(self) -> int:
        return sum(worker.task is not None for worker in self._running)

    def _finish(self, worker: _Worker) -> Outcome:
        outcome = worker.finish()
        if isinstance(outcome.result, WorkerLostError):
            self._running.remove(worker)
        return outcome

    def close(self) -> None:
        """End all processes, also in the middle of a task."""
        for worker in self._running:
            worker.process.terminate()
        for worker in self._running:
            worker.end()
        self._running.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Worker:
    """One process, and the task it is at."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.task: Task | None = None
        self.process = context.Process(target=_work, args=(other,), daemon=True)
        self.process.start()
        # Then the pipe ends when the process does.
        other.close()

    def begin(self, task: Task) -> None:
        self.task = task
        try:
            self.pipe.send(task)
        except OSError:
            # It ended while it had nothing to do; `finish` tells how.
            return

    def finish(self) -> Outcome:
        assert self.task is not None
        task, self.task = self.task, None
        try:
            return Outcome(task=task, result=self.pipe.recv())
        except (EOFError, OSError):
            self.end()
            lost = WorkerLostError(_ended(self.process.exitcode))
            return Outcome(task=task, result=lost)

    def end(self) -> None:
        self.process.join(_END_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.pipe.close()


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def _work(pipe: Connection) -> None:
    """Do tasks until the pipe ends, which it does with the process that gives them."""
    # Ctrl-C goes to all; the process that gives the tasks decides what becomes of these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    with OpenPlaces() as places:
        while True:
            try:
                task = pipe.recv()
            except EOFError:
                return
            try:
                pipe.send(perform(places, task))
            except BrokenPipeError:
                return


def _stop(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
