"""The sync door for scripts and notebooks."""

from __future__ import annotations

import os
from typing import Any

from modelkeep.config import with_overrides
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.services import Services
from modelkeep.orchestrator.traffic import Traffic
from modelkeep.telemetry.probe import NO_PROBE, Probe


def connect_traffic(storage_path: str | os.PathLike[str], **settings: Any) -> Traffic:
    """Open the routing of a registry alone, also while its catalogue is away.

    Args:
        storage_path: Its folder.
        settings: Fields of the configuration to replace.

    Returns:
        What opens routers, by `.router(model_id)`; a context manager that closes them.
    """
    return wiring.open_traffic(wiring.resolve({**settings, "storage_path": storage_path}))


def connect(
    storage_path: str | os.PathLike[str] | None = None,
    *,
    config: ModelVersioningConfig | None = None,
    probe: Probe = NO_PROBE,
    **settings: Any,
) -> Services:
    """Open a registry, and make it where there is none.

    Args:
        storage_path: Its folder; None as the configuration says.
        config: The whole configuration; None for `modelkeep.toml` and `MODELKEEP_…` variables.
            Where only a storage path is given, backups go to `model_backups` beside it.
        probe: Is told what the services do; see `modelkeep.telemetry`.
        settings: Fields of the configuration to replace.

    Returns:
        The services as `.versions`, `.deployments`, `.comparator`, `.storage`.

    Raises:
        ModelkeepError: See `wiring.open_services`.
    """
    if storage_path is not None:
        settings["storage_path"] = os.fspath(storage_path)
    resolved = wiring.resolve(settings) if config is None else with_overrides(config, settings)
    return wiring.open_services(resolved, probe=probe)
