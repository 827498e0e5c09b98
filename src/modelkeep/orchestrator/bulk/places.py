"""Registries as tasks name them, and as a process that does tasks opens them: once."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from modelkeep import canonical
from modelkeep.errors import ConflictError
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.backends import is_remote
from modelkeep.orchestrator.copying import open_source
from modelkeep.orchestrator.services import Services

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a registry lies, for any process.

    Attributes:
        settings: Its whole configuration, with absolute paths, as canonical JSON.
        machine: The only machine that may open it; empty where any may.
    """

    settings: str
    machine: str

    @property
    def config(self) -> ModelVersioningConfig:
        """Return the configuration."""
        values: dict[str, Any] = canonical.decode(self.settings)
        return ModelVersioningConfig(
            **{**values, "trusted_names": tuple(values["trusted_names"])},
        )


def place_of(services: Services) -> Place:
    """Return where an open registry lies."""
    config = services.config
    changes: dict[str, Any] = {"backup_path": str(Path(config.backup_path).absolute())}
    if not is_remote(config.storage_path):
        changes["storage_path"] = str(Path(config.storage_path).absolute())
    if config.catalogue_url.startswith(_SQLITE):
        path = Path(config.catalogue_url.removeprefix(_SQLITE)).absolute()
        changes["catalogue_url"] = f"{_SQLITE}{path}"
    settings = canonical.encode_text(asdict(replace(config, **changes)))
    # The locks of SQLite hold on one machine.
    shared = config.catalogue_url.startswith("postgresql")
    return Place(settings, "" if shared else this_machine())


def this_machine() -> str:
    """Return what tells this machine from others, until it is started again."""
    return _BOOT.read_text().strip() if _BOOT.is_file() else socket.gethostname()


class OpenPlaces:
    """The registries that one process has open.

    Args:
        given: Registries that are open already; they are left open.
    """

    def __init__(self, given: Iterable[Services] = ()) -> None:
        self._opened = {place_of(each): each for each in given}
        self._last = ExitStack()

    def open(self, place: Place) -> Services:
        """Return a registry, which must be there.

        Raises:
            ConflictError: It lies on another machine.
            ModelkeepError: It cannot be opened.
        """
        if place not in self._opened:
            config = place.config
            if place.machine not in ("", this_machine()):
                raise ConflictError(
                    f"{config.storage_path} has its catalogue in SQLite on another machine than "
                    f"this worker on {socket.gethostname()}; copy it to PostgreSQL, or use "
                    "processes of that machine"
                )
            self._opened[place] = self._last.enter_context(open_source(config))
        return self._opened[place]

    def flush(self) -> None:
        """Write what the registries count."""
        for services in self._opened.values():
            services.loads.flush()

    def close(self) -> None:
        """Close those that were opened here."""
        self._last.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
