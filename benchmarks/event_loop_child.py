"""Has the async face work on large models, and prints how late the loop was meanwhile.

A coroutine sleeps for 1 ms again and again and notes how much later it woke. Every callback that
the loop runs is timed as well, by the clock of the loop's thread (what it did itself) and by that
of the wall (with what it waited for, the interpreter's lock above all).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from modelkeep import ModelVersioningConfig, VersioningOrchestrator

_BEAT = 0.001
Work = Callable[[], Awaitable[Any]]


class Clock:
    """Times every callback of the loop, and every garbage collection, from `install` on."""

    def __init__(self) -> None:
        self.reset()
        self._collection_began = 0.0

    def reset(self) -> None:
        """Begin anew."""
        self.longest_cpu = self.longest_wall = self.longest_collection = 0.0

    def install(self) -> None:
        """Put itself around the one method that runs a callback, and beside the collector."""
        gc.callbacks.append(self._on_collection)
        run = asyncio.events.Handle._run  # noqa: SLF001 - there is no public place to stand

        def timed_run(handle: asyncio.Handle) -> None:
            cpu, wall = time.thread_time(), time.perf_counter()
            run(handle)
            self.longest_cpu = max(self.longest_cpu, time.thread_time() - cpu)
            self.longest_wall = max(self.longest_wall, time.perf_counter() - wall)

        asyncio.events.Handle._run = timed_run  # type: ignore[method-assign,assignment]  # noqa: SLF001

    def _on_collection(self, phase: str, _info: dict[str, int]) -> None:
        # A collection holds the interpreter's lock from its start to its stop.
        now = time.perf_counter()
        if phase == "start":
            self._collection_began = now
        else:
            taken = now - self._collection_began
            self.longest_collection = max(self.longest_collection, taken)


async def _beat(lags: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_BEAT)
        lags.append(time.perf_counter() - began - _BEAT)


async def _phase(clock: Clock, work: Work, rounds: int) -> dict[str, float]:
    """Do some work beside the heartbeat, again and again, and return what was seen.

    What the work gives back is freed between the rounds, while nothing is watched.
    """
    seen: dict[str, float] = defaultdict(float)
    lags: list[float] = []
    for _ in range(rounds):
        gc.collect()
        round_lags: list[float] = []
        heart = asyncio.create_task(_beat(round_lags))
        await asyncio.sleep(0.05)
        round_lags.clear()
        clock.reset()
        results = await work()
        lags += round_lags
        heart.cancel()
        seen["callback_cpu"] = max(seen["callback_cpu"], clock.longest_cpu)
        seen["callback_wall"] = max(seen["callback_wall"], clock.longest_wall)
        seen["collection"] = max(seen["collection"], clock.longest_collection)
        del results
    return seen | {
        "median": statistics.median(lags),
        "p99": statistics.quantiles(lags, n=100, method="inclusive")[98],
        "max": max(lags),
        "beats": len(lags),
    }


async def _with_busy_thread(seconds: float) -> None:
    stop = threading.Event()

    def spin() -> None:
        number = 0
        while not stop.is_set():
            number += 1

    thread = threading.Thread(target=spin)
    thread.start()
    await asyncio.sleep(seconds)
    stop.set()
    thread.join()


def _forest(size: int) -> RandomForestRegressor:
    """Return a forest that is about 20 MB as a pickle at full size."""
    generator = np.random.default_rng(20261124)
    features = generator.standard_normal((4_000, 10))
    target = generator.standard_normal(4_000)
    return RandomForestRegressor(n_estimators=size, random_state=1).fit(features, target)


def _objects(count: int) -> dict[str, list[float]]:
    return {f"entry-{i}": [i, i / 2] for i in range(count)}


async def _use(
    service: VersioningOrchestrator, name: str, models: list[Any], format_name: str
) -> list[Any]:
    """Create, load and compare versions of both models; return what was loaded."""
    made = [
        await service.create_model_version(name, model, {"accuracy": 0.5}, format=format_name)
        for model in models
    ]
    loaded = [await service.load_model_version(version) for version in made]
    await service.compare_versions(*made)
    return loaded


async def _without_collector(work: Awaitable[Any]) -> Any:
    """Await with the garbage collector off: what is left is not its doing."""
    gc.disable()
    try:
        return await work
    finally:
        gc.enable()


async def _run(folder: Path, *, quick: bool) -> dict[str, dict[str, float]]:
    trees, count, rounds = (8, 30_000, 1) if quick else (50, 300_000, 5)
    forests = [_forest(trees), _forest(trees + 1)]
    objects = [_objects(count), _objects(count + 1)]
    clock = Clock()
    clock.install()
    config = ModelVersioningConfig(
        storage_path=str(folder / "registry"), backup_path=str(folder / "backups")
    )
    async with VersioningOrchestrator(config) as service:
        await service.create_model_version("warm-up", {"any": "thing"}, format="pickle")
        seconds = 1.0 if quick else 2.0
        phases: dict[str, Work] = {
            "idle": lambda: asyncio.sleep(seconds),
            "busy thread": lambda: _with_busy_thread(seconds),
            "forest, joblib": lambda: _use(service, "a", forests, "joblib"),
            "forest, pickle": lambda: _use(service, "b", forests, "pickle"),
            f"{count:,} objects, pickle": lambda: _use(service, "c", objects, "pickle"),
            f"{count:,} objects, no collector": lambda: _without_collector(
                _use(service, "d", objects, "pickle")
            ),
        }
        return {name: await _phase(clock, work, rounds) for name, work in phases.items()}


def main() -> None:
    """Print the phases as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(_run(arguments.folder, quick=arguments.quick))))


if __name__ == "__main__":
    main()
