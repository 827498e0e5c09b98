"""A model behind a router: routes, loads, predicts, times and records."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from modelkeep.deployment.router import Router
from modelkeep.deployment.routing.points import Unit
from modelkeep.deployment.routing.table import Choice

_LOG = logging.getLogger("modelkeep")
_KEPT_LOADED = 4
_LOOKS_EVERY_SECONDS = 0.1
_MOST_SHADOWS = 64
_OF_A_PAIR = ("success", "latency_seconds", "values")


class Served(NamedTuple):
    """An answer, and who gave it.

    Attributes:
        answer: What the model said.
        choice: The version that said it.
        latency_seconds: How long that took.
    """

    answer: Any
    choice: Choice
    latency_seconds: float


class ServedModel:
    """Answers by the version that the router chooses for a unit.

    A version is loaded in the background when the routing table names it, and serves from then on;
    until then the stable one that is loaded answers in its place, and nothing is evidence, for one
    arm alone would be no comparison. So no unit waits for a load, and a version that cannot be
    loaded never serves.

    Args:
        router: Chooses, and is told what became of it.
        load: Loads a version by its id.
        predict: Gives the answer for a loaded model and an input; None for its `predict`, or the
            model itself where it has none.

    Attributes:
        last_error: Why a version could not be loaded, at the last try; None when all could.
        shadows_left_out: How many shadow calls were left out because too many were waiting.
    """

    def __init__(
        self,
        *,
        router: Router,
        load: Callable[[str], Any],
        predict: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        self.router = router
        self._load = load
        self._predict = predict or _predict
        self._models: OrderedDict[str, Any] = OrderedDict()
        self._refused: dict[str, int] = {}
        self.last_error: Exception | None = None
        self.shadows_left_out = 0
        stable = router.table.arms[0].version_id
        self._models[stable] = load(stable)
        self._stable = stable
        # The last revision of which all versions are loaded here.
        self._ready = -1
        self._shadows = ThreadPoolExecutor(1, thread_name_prefix="modelkeep-shadow")
        self._waiting = threading.Semaphore(_MOST_SHADOWS)
        self._stop = threading.Event()
        self._load_missing()
        self._thread = threading.Thread(target=self._run, name="modelkeep-loader", daemon=True)
        self._thread.start()

    def __call__(self, given: Any, *, unit: Unit | None = None, **recorded: Any) -> Any:
        """Return the answer for an input; see `call`."""
        return self.call(given, unit=unit, **recorded).answer

    def call(self, given: Any, *, unit: Unit | None = None, **recorded: Any) -> Served:
        """Return the answer for an input with who gave it.

        Args:
            given: The input.
            unit: A user, a session: the same unit gets the same version. None for a coin of its
                own.
            recorded: More to record, such as `prediction_id` or `values`.

        Raises:
            Exception: What the model raises; that is recorded as an error.
        """
        choice = self.router.choose(unit)
        if choice.revision > self._ready:
            choice = choice._replace(forced=True)
        model = self._models.get(choice.version_id)
        if model is None:
            choice = choice._replace(version_id=self._stable, forced=True)
            model = self._models[self._stable]
        started = time.perf_counter()
        try:
            answer = self._predict(model, given)
        except Exception:
            seconds = time.perf_counter() - started
            self._record(choice, given, success=False, latency_seconds=seconds, **recorded)
            raise
        seconds = time.perf_counter() - started
        self._record(choice, given, success=True, latency_seconds=seconds, **recorded)
        return Served(answer, choice, seconds)

    def _record(self, choice: Choice, given: Any, **outcome: Any) -> None:
        if not choice.shadow_version_id:
            self.router.record(choice, **outcome)
        elif not choice.forced:
            self._call_shadow(choice, given, outcome)

    def _call_shadow(self, choice: Choice, given: Any, served: dict[str, Any]) -> None:
        if not self._waiting.acquire(blocking=False):
            self.shadows_left_out += 1
            return
        told = {key: served[key] for key in _OF_A_PAIR if key in served}
        self._shadows.submit(self._shadow, choice, given, told)

    def _shadow(self, choice: Choice, given: Any, served: dict[str, Any]) -> None:
        try:
            model = self._models.get(choice.shadow_version_id)
            if model is None:
                return
            started = time.perf_counter()
            success = True
            try:
                self._predict(model, given)
            except Exception:  # noqa: BLE001 - whatever the shadow raises is an error of its own
                success = False
            seconds = time.perf_counter() - started
            shadow = {"success": success, "latency_seconds": seconds}
            self.router.record_pair(choice, served=served, shadow=shadow)
        finally:
            self._waiting.release()

    def close(self) -> None:
        """End the threads; the router is closed by who made it."""
        self._stop.set()
        self._thread.join()
        self._shadows.shutdown()

    def _run(self) -> None:
        while not self._stop.wait(_LOOKS_EVERY_SECONDS):
            self._load_missing()

    def _load_missing(self) -> None:
        table = self.router.table
        wanted = [arm.version_id for arm in table.arms]
        for version_id in wanted:
            if version_id in self._models or self._refused.get(version_id) == table.revision:
                continue
            try:
                self._models[version_id] = self._load(version_id)
            except Exception as error:  # noqa: BLE001 - kept and logged; the others are loaded
                _LOG.exception("%s of %s cannot be loaded", version_id, table.model_id)
                self.last_error = error
                self._refused[version_id] = table.revision
            else:
                self._refused.pop(version_id, None)
                self.last_error = None if not self._refused else self.last_error
        if wanted[0] in self._models:
            self._stable = wanted[0]
        if all(version_id in self._models for version_id in wanted):
            self._ready = table.revision
        for version_id in list(self._models):
            if len(self._models) <= _KEPT_LOADED:
                break
            if version_id not in (*wanted, self._stable):
                del self._models[version_id]


def _predict(model: Any, given: Any) -> Any:
    predict = getattr(model, "predict", None)
    return model(given) if predict is None else predict(given)
