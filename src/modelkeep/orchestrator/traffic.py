"""Opens routers and served models of a registry, and closes them with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.evidence import EvidenceStore
from modelkeep.clock import Clock
from modelkeep.deployment.router import Router
from modelkeep.deployment.routing.catalogue_tables import CatalogueTables, ChangeCounter
from modelkeep.deployment.routing.table import Choice
from modelkeep.deployment.serving import ServedModel
from modelkeep.errors import ClosedError, InvalidInputError
from modelkeep.identifiers import check_model_id
from modelkeep.storage import durable
from modelkeep.storage.layout import StoreLayout
from modelkeep.telemetry.probe import NO_PROBE, Probe


class Traffic:
    """Makes what stands between a service and its models.

    Args:
        layout: Where copies of routing tables are kept.
        catalogue: Has the routing tables.
        evidence: Where what was recorded is kept.
        clock: The time.
        load: Loads a version.
        changes: Makes what counts the changes of the catalogue.
        probe: Is told how many records are lost.
        owns_catalogue: Whether the catalogue is closed with it.
    """

    def __init__(
        self,
        *,
        layout: StoreLayout,
        catalogue: Catalogue,
        evidence: EvidenceStore,
        clock: Clock,
        load: Callable[..., Any],
        changes: Callable[[], ChangeCounter],
        owns_catalogue: bool = False,
        probe: Probe = NO_PROBE,
    ) -> None:
        self._layout = layout
        self._catalogue = catalogue
        self._evidence = evidence
        self._clock = clock
        self._load = load
        self._changes = changes
        self._probe = probe
        self._lock = threading.Lock()
        self._opened = ExitStack()
        self._closed = False
        if owns_catalogue:
            self._opened.callback(catalogue.close)
        self._routers: list[Router] = []

    def router(self, model_id: str) -> Router:
        """Return a router that knows within 100 ms who serves whom, and records what became of it.

        With PostgreSQL it hears of changes at once, and looks each second should a hint get lost.

        Args:
            model_id: The model.

        Raises:
            NoActiveDeploymentError: Production serves nothing.
            StorageUnavailableError: The catalogue is away, and no copy is there.
        """
        # numpy and what records are not needed by those who only keep versions.
        from modelkeep.deployment.evidence.recorder import Recorder

        check_model_id(model_id)
        with durable.disk_errors(self._layout.routing):
            self._layout.folders.make(self._layout.routing)
        with self._lock:
            if self._closed:
                raise ClosedError("the registry is closed")
            tables = CatalogueTables(catalogue=self._catalogue, changes=self._changes())
            recorder = Recorder(write=self._evidence.append, clock=self._clock)
            try:
                router = Router(
                    model_id=model_id,
                    source=tables,
                    copy_path=self._layout.routing / f"{model_id}.table",
                    clock=self._clock,
                    hints=self._catalogue.hints,
                    recorder=recorder,
                )
            except BaseException:
                tables.close()
                recorder.close()
                raise
            self._routers.append(router)
            self._opened.callback(
                self._probe.watch("records_dropped", lambda: recorder.dropped, buffer="evidence")
            )
            self._opened.callback(tables.close)
            self._opened.callback(router.close)
        return router

    def record(self, choice: Choice, **outcome: Any) -> None:
        """Take what became of a choice, by the router that made it.

        Raises:
            InvalidInputError: No router that was opened here ever split the units like that.
        """
        for router in reversed(self._routers):
            if router.has_split_by(choice.split_id):
                router.record(choice, **outcome)
                return
        raise InvalidInputError(
            f"no router of this registry splits by {choice.split_id!r}; record with the router "
            "that made the choice"
        )

    def serve(
        self, model_id: str, *, predict: Callable[[Any, Any], Any] | None, trust: Any
    ) -> ServedModel:
        """Return a callable that routes, loads, predicts and records.

        Args:
            model_id: The model.
            predict: As of `ServedModel`.
            trust: As of `load_model`.
        """
        router = self.router(model_id)
        served = ServedModel(
            router=router,
            load=lambda version_id: self._load(version_id, trust=trust),
            predict=predict,
        )
        with self._lock:
            self._opened.callback(served.close)
        return served

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what was recorded, and close all that was opened; closing twice does no harm."""
        with self._lock:
            self._closed = True
            opened = self._opened.pop_all()
        with ExitStack() as last:
            last.callback(self._evidence.close)
            last.callback(opened.close)
