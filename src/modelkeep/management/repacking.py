"""The part of VersionManager that chooses what is stored anew."""

from __future__ import annotations

from collections.abc import Callable

from modelkeep.catalogue import loads, registrations
from modelkeep.errors import ModelNotFoundError
from modelkeep.management.parts import ManagerParts
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.repacker import RepackReport

_DEAD_SHARE = 0.1


class VersionRepacking(ManagerParts):
    """Keeps what is loaded most the quickest to read."""

    def repack(
        self,
        model_id: str | None = None,
        *,
        best: bool = False,
        stopped: Callable[[], bool] = lambda: False,
        progress: Progress = no_progress,
    ) -> RepackReport:
        """Store of each model the version that is loaded most in full, and others as differences.

        That is the one with most loads; of several, the one that serves production, or else the
        newest. The room of the old forms is given back.

        Args:
            model_id: Only of this model.
            best: Code all versions anew as well, with what takes its time and comes out smaller.
            stopped: Asked before each version; True ends early.
            progress: Told of raw bytes.

        Raises:
            ModelNotFoundError: There is no such model.
            IntegrityError: How a file is put together is damaged.
        """
        self._loads.flush()
        with self._catalogue.read() as connection:
            if model_id is not None and not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            favourites = loads.favourites(connection, model_id)
            everything = loads.with_artifacts(connection, model_id) if best else []
        report = self._repacker.bring_forward(favourites, stopped=stopped, progress=progress)
        report += self._repacker.code_best(everything, stopped=stopped, progress=progress)
        if report.chunks:
            self._compactor.collect(dead_share=0.0 if best else _DEAD_SHARE)
        return report
