"""How a rollout ends: its version serves production, or all units are back on stable."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from modelkeep.catalogue import rollouts, versions
from modelkeep.catalogue.abort_requests import AbortRequests
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.deployment.rollouts.changes import Check
from modelkeep.deployment.rollouts.errors import IllegalRolloutMoveError, RolloutNotFoundError
from modelkeep.deployment.rollouts.moves import RolloutMoves
from modelkeep.deployment.rollouts.records import Rollout, to_rollout
from modelkeep.deployment.rollouts.states import RolloutState
from modelkeep.deployment.stages import Stages
from modelkeep.errors import ModelkeepError
from modelkeep.models import DeploymentStage

SETTLE_SECONDS = 0.25
"""So long a promotion waits in PROMOTING, where an abort still wins."""
_LOG = logging.getLogger("modelkeep")
_S = RolloutState


class Endings:
    """Ends rollouts.

    An abort is first put down as a request, which waits for nobody. A promotion looks for one in
    the transaction that would swap the pointers, and does the abort in its place: so the order in
    which two writers get their turn does not decide which of them wins.

    Args:
        catalogue: What is known.
        moves: Writes the changes of state.
        stages: Moves the stage pointers.
        requests: Aborts that were asked for.
        wait: Sleeps for so many seconds.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        moves: RolloutMoves,
        stages: Stages,
        requests: AbortRequests,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._catalogue = catalogue
        self._moves = moves
        self._stages = stages
        self._requests = requests
        self._wait = wait

    def settle(self, rollout_id: str) -> Rollout:
        """Finish a promotion that has just begun, once an abort had its chance."""
        self._wait(SETTLE_SECONDS)
        return self.finish_promotion(rollout_id)

    def finish_promotion(self, rollout_id: str, *, checked: Check | None = None) -> Rollout:
        """Swap the pointers of a rollout that is promoting.

        Args:
            rollout_id: Which.
            checked: Asked in the transaction; raises where this process may not act any more.

        Raises:
            IllegalRolloutMoveError: It is not promoting any more, or someone asks for its abort.
            ModelkeepError: Production refuses the version; the rollout is inconclusive then.
        """
        try:
            with self._catalogue.write() as connection:
                if checked is not None:
                    checked(connection)
                row = _row(connection, rollout_id)
                found = to_rollout(row)
                if found.state is not _S.PROMOTING:
                    raise _stopped(found)
                is_unwanted = self._requests.is_put(rollout_id)
                if is_unwanted:
                    self.abort_within(connection, row, "aborted while it was being promoted")
                else:
                    row = self._promoted(connection, row)
        except _RefusedError as error:
            self._refused(rollout_id, error.cause, checked)
            raise error.cause from None
        if is_unwanted:
            self.finish_abort(rollout_id)
            raise _stopped(found)
        return to_rollout(row)

    def _promoted(self, connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
        found = to_rollout(row)
        try:
            version = versions.get(connection, found.version_id)
            self._stages.deploy(connection, version, DeploymentStage.PRODUCTION, None, found.reason)
        except ModelkeepError as error:
            raise _RefusedError(error) from error
        return self._moves.end(connection, row, _S.PROMOTED, found.reason)

    def _refused(self, rollout_id: str, error: ModelkeepError, checked: Check | None) -> None:
        """Leave the decision to a person, who has to see why production refuses the version."""
        _LOG.warning("%s cannot be promoted: %s", rollout_id, error)
        with self._catalogue.write() as connection:
            if checked is not None:
                checked(connection)
            row = _row(connection, rollout_id)
            found = to_rollout(row)
            if found.state is _S.PROMOTING:
                reason = f"production refuses it: {error}"
                progress = replace(found.progress, reason=reason)
                self._moves.move(connection, row, _S.INCONCLUSIVE, progress)

    def is_unwanted(self, rollout_id: str) -> bool:
        """Tell whether someone asked for an abort that is not done yet."""
        return self._requests.is_put(rollout_id)

    def abort(self, rollout_id: str, *, reason: str, checked: Check | None = None) -> Rollout:
        """Put all units back on stable, in one transaction; then write down that it has ended.

        Args:
            rollout_id: Which.
            reason: For the record.
            checked: As of `finish_promotion`.

        Raises:
            IllegalRolloutMoveError: It had ended before.
        """
        with self._catalogue.read() as connection:
            had_ended = not to_rollout(_row(connection, rollout_id)).is_open
        if not had_ended:
            self._ask(rollout_id)
        try:
            with self._catalogue.write() as connection:
                if checked is not None:
                    checked(connection)
                row = _row(connection, rollout_id)
                state = RolloutState(row["state"])
                # A promotion that found the request may have done the abort already.
                is_done = state is _S.ABORTING or (state is _S.ABORTED and not had_ended)
                if not is_done:
                    self.abort_within(connection, row, reason)
        except ModelkeepError:
            self._requests.remove(rollout_id)
            raise
        return self.finish_abort(rollout_id)

    def _ask(self, rollout_id: str) -> None:
        try:
            self._requests.put(rollout_id)
        except ModelkeepError:
            # The abort itself is what matters: it goes on, and only loses its right of way.
            _LOG.warning("the request to abort %s was not put down", rollout_id, exc_info=True)

    def abort_within(self, connection: Connection, row: Mapping[str, Any], reason: str) -> None:
        """Do the part of an abort that must be one transaction, in one of the caller."""
        self._moves.end(connection, row, _S.ABORTING, reason)

    def finish_abort(self, rollout_id: str) -> Rollout:
        """Write down that an abort is done."""
        with self._catalogue.write() as connection:
            row = _row(connection, rollout_id)
            if row["state"] == _S.ABORTING.value:
                row = self._moves.move(connection, row, _S.ABORTED, to_rollout(row).progress)
        self._requests.remove(rollout_id)
        return to_rollout(row)

    def interrupt(
        self, connection: Connection, model_id: str, *, serving: str | None, reason: str
    ) -> None:
        """End the rollout of a model whose stages someone moves by hand, in their transaction.

        Args:
            connection: In the transaction.
            model_id: The model.
            serving: What production serves from then on; None where that does not change.
            reason: What was done.
        """
        row = rollouts.find_open(connection, model_id)
        if row is None or row["state"] == _S.ABORTING.value:
            return
        promoted = serving == row["version_id"] and row["state"] != _S.PENDING.value
        if promoted:
            if row["state"] != _S.PROMOTING.value:
                progress = replace(to_rollout(row).progress, reason=reason)
                row = self._moves.move(connection, row, _S.PROMOTING, progress)
            self._moves.end(connection, row, _S.PROMOTED, reason)
        else:
            row = self._moves.end(connection, row, _S.ABORTING, reason)
            self._moves.move(connection, row, _S.ABORTED, to_rollout(row).progress)


class _RefusedError(Exception):
    """Carries out of a transaction, which is undone, what production had against a version."""

    def __init__(self, cause: ModelkeepError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _row(connection: Connection, rollout_id: str) -> dict[str, Any]:
    row = rollouts.find(connection, rollout_id)
    if row is None:
        raise RolloutNotFoundError(rollout_id)
    return row


def _stopped(found: Rollout) -> IllegalRolloutMoveError:
    return IllegalRolloutMoveError(
        found.rollout_id, found.state.value, "promoted", "it was stopped meanwhile"
    )
