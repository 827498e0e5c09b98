"""Examines a configuration: what can be reached, written and relied on, and what to mend."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from modelkeep.clock import Clock, SystemClock
from modelkeep.errors import ModelkeepError
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.backends import is_remote
from modelkeep.orchestrator.doctor_check import Check, Redaction, bad
from modelkeep.orchestrator.doctor_database import examine_postgresql, examine_sqlite
from modelkeep.orchestrator.doctor_storage import examine_bucket, examine_folder
from modelkeep.storage.layout import StoreLayout

__all__ = ["Check", "examine"]

_MOST_SECONDS = 25.0
_SQLITE = "sqlite:///"


def examine(config: ModelVersioningConfig, *, clock: Clock | None = None) -> list[Check]:
    """Look at all that a registry needs; nothing is made or changed that stays.

    It works also where nothing answers, and ends within half a minute. Passwords of the
    configuration are in none of its texts.

    Args:
        config: Where the registry is.
        clock: The time; that of this machine unless given.

    Returns:
        What was found, the storage first; `bad` where something must be mended.
    """
    now = clock or SystemClock()
    rooms = [*_storage(config, now), *_database(config, now)]
    # Each in a thread: what never answers must keep neither the others nor the caller.
    running = [_Room(name, look) for name, look in rooms]
    deadline = time.monotonic() + _MOST_SECONDS
    hidden = Redaction(config)
    return [hidden.check(check) for room in running for check in room.wait(deadline)]


class _Room(threading.Thread):
    """One examination, on its way."""

    def __init__(self, name: str, look: Callable[[], Iterator[Check]]) -> None:
        super().__init__(name=f"modelkeep-doctor-{name}", daemon=True)
        self._called = name
        self._look = look
        self._found: list[Check] = []
        self.start()

    def run(self) -> None:
        """Look; an error is a finding like others."""
        try:
            for check in self._look():
                self._found.append(check)
        except (ModelkeepError, OSError) as error:
            advice = "mend what it names, and run `modelkeep doctor` again"
            self._found.append(bad(self._called, f"it cannot be examined ({error})", advice))
        except Exception as error:  # noqa: BLE001 - told, or the thread would end unseen
            sentence = f"the examination failed: {type(error).__name__}: {error}"
            self._found.append(bad(self._called, sentence, "tell the makers of modelkeep"))

    def wait(self, deadline: float) -> list[Check]:
        """Return what was found until then."""
        self.join(max(0.0, deadline - time.monotonic()))
        found = list(self._found)
        if self.is_alive():
            sentence = f"it did not answer within {_MOST_SECONDS:g} s"
            advice = "look at the network, name resolution and firewalls in between"
            found.append(bad(self._called, sentence, advice))
        return found


_Look = tuple[str, Callable[[], Iterator[Check]]]


def _storage(config: ModelVersioningConfig, clock: Clock) -> list[_Look]:
    if not is_remote(config.storage_path):
        folder = Path(config.storage_path).absolute()
        return [("registry", lambda: examine_folder(folder, "registry", is_registry=True))]
    work = Path(config.work_path).expanduser().absolute()
    return [
        ("bucket", lambda: examine_bucket(config.storage_path, clock)),
        ("work_path", lambda: examine_folder(work, "work_path", is_registry=False)),
    ]


def _database(config: ModelVersioningConfig, clock: Clock) -> list[_Look]:
    url = config.catalogue_url
    if url.startswith("postgresql"):
        return [("database", lambda: examine_postgresql(url, clock))]
    if url.startswith(_SQLITE):
        path = Path(url.removeprefix(_SQLITE)).absolute()
        return [
            ("database", lambda: examine_sqlite(path, clock)),
            ("catalogue", lambda: examine_folder(path.parent, "catalogue", is_registry=False)),
        ]
    if not url and not is_remote(config.storage_path):
        path = StoreLayout(Path(config.storage_path).absolute()).catalogue_file
        return [("database", lambda: examine_sqlite(path, clock))]
    return [("database", lambda: iter([_unusable(url)]))]


def _unusable(url: str) -> Check:
    if not url:
        return bad(
            "database",
            "an object store holds only bytes, and catalogue_url is empty",
            "set catalogue_url to postgresql://user:password@host/database, or to "
            "sqlite:////path/of/a/file for one machine",
        )
    scheme = url.partition(":")[0]
    return bad(
        "database",
        f"catalogue_url begins with {scheme[:20]!r}, which is no database that is known",
        "set it to postgresql://user:password@host/database, or to sqlite:///path, or leave it out",
    )


def is_sound(checks: list[Check]) -> bool:
    """Whether none is bad."""
    return all(check.state != "bad" for check in checks)
