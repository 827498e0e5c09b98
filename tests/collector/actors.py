"""Those who work on one registry, each in a thread that waits at every step until it is told to go.

What an actor is handed (catalogue, blobs, lock; see `watched`) stops it before and after all that
others may see. So whoever drives the actors decides in which order everything happens, and at which
step one of them crashes: from then on nothing that it does has an effect.
"""

import threading
import traceback

STUCK_SECONDS = 120


class Crashed(BaseException):
    """The end of an actor that crashed; no handler of errors catches it."""


class Room:
    """Who keeps others waiting: the writer of the catalogue, and who has the lock alone."""

    def __init__(self):
        self.writer = None
        self.alone = None


class Actor:
    """One machine of several on a registry.

    Args:
        name: For messages.
        room: Shared by all.
        open_services: Gives what a registry is made of, watched, and services of that.

    Attributes:
        point: The step before which it waits; empty while it does nothing.
        task: What it does.
        lost: Whether its lock was taken from it.
    """

    def __init__(self, name, room, open_services):
        self.name = name
        self.room = room
        self.point = ""
        self.task = None
        self.session = None
        self.lost = False
        self._crashed = False
        self._thread = None
        self._waits, self._goes = threading.Semaphore(0), threading.Semaphore(0)
        self.backends, self.services = open_services(self)

    @property
    def can_go(self):
        """Whether its next step would not have to wait for another."""
        if self.point == "begin":
            return self.room.writer is None
        if self.point == "share":
            return self.room.alone is None
        return self.task is not None

    def begin(self, task):
        """Begin a task: something with `work(services)`; go to its first step."""
        self.task = task
        self._thread = threading.Thread(target=self._run, args=(task,))
        self._thread.start()
        self._await()

    def step(self):
        """Go on to the next step, or the end of the task; give the task if it ended."""
        task = self.task
        self._goes.release()
        self._await()
        return None if self.task is task else task

    def crash(self):
        """End at once, without a trace of what follows."""
        self._crashed = True
        self._goes.release()
        self._await()
        assert self.task is None
        self.backends.close()

    def stop(self, point):
        """Wait before a step, or crash there; what threads of a task do is not waited with."""
        if self._crashed:
            raise Crashed
        if threading.current_thread() is not self._thread:
            return
        self.point = point
        self._waits.release()
        self._goes.acquire()
        self.point = ""
        if self._crashed:
            raise Crashed

    def _run(self, task):
        try:
            task.result = task.work(self.services)
        except Crashed:
            task.crashed = True
        except BaseException as error:
            task.error = error
            task.trace = traceback.format_exc()
        self.task = None
        self.session, self.lost = None, False
        self._waits.release()

    def _await(self):
        assert self._waits.acquire(timeout=STUCK_SECONDS), f"{self.name} is stuck: {self.task}"
        if self.task is None:
            self._thread.join()
