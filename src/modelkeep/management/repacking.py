"""The part of VersionManager that chooses what is stored anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
        favourites, everything = self.choose_to_repack(model_id, best=best)
        report = self.repack_versions(favourites, everything, stopped=stopped, progress=progress)
        self.reclaim_after_repack(report, best=best)
        return report

    def choose_to_repack(
        self, model_id: str | None = None, *, best: bool = False
    ) -> tuple[list[str], list[str]]:
        """Return which versions a repack stores in full, and which it codes anew.

        Args:
            model_id: Only of this model.
            best: Whether it codes all anew.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        self._loads.flush()
        with self._catalogue.read() as connection:
            if model_id is not None and not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            favourites = loads.favourites(connection, model_id)
            return favourites, loads.with_artifacts(connection, model_id) if best else []

    def repack_versions(
        self,
        favourites: Iterable[str],
        everything: Iterable[str],
        *,
        stopped: Callable[[], bool] = lambda: False,
        progress: Progress = no_progress,
    ) -> RepackReport:
        """Store versions anew; the room of the old forms is given back by `reclaim_after_repack`.

        Args:
            favourites: Ids of those to be stored in full.
            everything: Ids of those to be coded with what takes its time.
            stopped: Asked before each version; True ends early.
            progress: Told of raw bytes.

        Raises:
            IntegrityError: How a file is put together is damaged.
        """
        report = self._repacker.bring_forward(favourites, stopped=stopped, progress=progress)
        return report + self._repacker.code_best(everything, stopped=stopped, progress=progress)

    def reclaim_after_repack(self, report: RepackReport, *, best: bool = False) -> None:
        """Give back the room of the forms that a repack replaced."""
        if report.chunks:
            self._compactor.collect(dead_share=0.0 if best else _DEAD_SHARE)
