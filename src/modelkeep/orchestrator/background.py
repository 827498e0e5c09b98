"""The loop that applies retention while the async face is open."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable

_LOG = logging.getLogger("modelkeep")


class CleanupLoop:
    """Applies retention to every model, then removes leftovers, again and again.

    Args:
        list_models: Returns the names of the models.
        clean_model: Applies retention to one model; gives up soon once `stopping` is true.
        clean_rest: Removes what belongs to no model.
        interval_seconds: Time between the end of one round and the next.

    Attributes:
        rounds: How many rounds were done.
        last_errors: What went wrong in the last round, by model; the rest is under an empty name.
    """

    def __init__(
        self,
        *,
        list_models: Callable[[], Awaitable[list[str]]],
        clean_model: Callable[[str], Awaitable[object]],
        clean_rest: Callable[[], Awaitable[object]],
        interval_seconds: float,
    ) -> None:
        self._list_models = list_models
        self._clean_model = clean_model
        self._clean_rest = clean_rest
        self._interval_seconds = interval_seconds
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.rounds = 0
        self.last_errors: dict[str, str] = {}

    def start(self) -> None:
        """Begin; the first round comes after one interval."""
        # Not in the context of who opened the registry: a span of that ends long before.
        self._task = asyncio.create_task(
            self._run(), name="modelkeep-cleanup", context=contextvars.Context()
        )

    def stopping(self) -> bool:
        """Whether the loop was told to end; may be asked from any thread."""
        return self._stop.is_set()

    async def stop(self) -> None:
        """End within a second, between two steps of what is being done."""
        self._stop.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not await self._stopped_within(self._interval_seconds):
            await self.run_once()

    async def run_once(self) -> None:
        """Do one round; an error in one model is logged and kept, and the others go on."""
        self.last_errors = {}
        try:
            models = await self._list_models()
        except Exception as error:  # noqa: BLE001 - kept and logged; the loop must go on
            self._failed("", error)
            return
        for model_id in models:
            if self.stopping():
                return
            try:
                await self._clean_model(model_id)
            except Exception as error:  # noqa: BLE001 - kept and logged; the loop must go on
                self._failed(model_id, error)
        try:
            await self._clean_rest()
        except Exception as error:  # noqa: BLE001 - kept and logged; the loop must go on
            self._failed("", error)
        self.rounds += 1

    def _failed(self, model_id: str, error: Exception) -> None:
        _LOG.error("cleanup of %s failed", model_id or "the registry", exc_info=error)
        self.last_errors[model_id] = str(error)

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return False
        return True
