"""Rollouts against a model of a few lines, over random sequences of what people and judge do."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from modelkeep.catalogue import events, pointers
from modelkeep.deployment.rollouts import splits
from modelkeep.deployment.rollouts.errors import IllegalRolloutMoveError, SplitInUseError
from modelkeep.deployment.rollouts.plan import plan_of
from modelkeep.deployment.rollouts.states import SPLITTING, TERMINAL, TRANSITIONS, RolloutState
from modelkeep.deployment.routing.table import POINTS
from modelkeep.errors import (
    ConflictError,
    NoActiveDeploymentError,
    NotDeployableError,
    NothingToRollBackError,
)
from modelkeep.models import DeploymentStage, ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.testing.clock import ManualClock

S = RolloutState
PRODUCTION, CANARY = DeploymentStage.PRODUCTION, DeploymentStage.CANARY
WEIGHTS = (0.1, 0.25, 0.5)


class ProcessEnded(Exception):
    """Stands for the end of a process while a promotion waits."""


def make_plan(gates, on_success, on_failure):
    steps = [
        {"weight": weight, "min_duration_seconds": 1, "min_units": 1, "gate": gate}
        for weight, gate in zip(WEIGHTS, gates, strict=False)
    ]
    return {
        "steps": steps,
        "on_success": on_success,
        "on_failure": on_failure,
        "deadline_seconds": 50,
        # So that a few hundred units are enough for each verdict.
        "metrics": [{"name": "errors", "margin": 5.0}],
    }


PLANS = st.builds(
    make_plan,
    st.lists(st.sampled_from(["automatic", "manual"]), min_size=1, max_size=3),
    st.sampled_from(["promote", "hold"]),
    st.sampled_from(["abort", "pause"]),
)
VERSIONS = st.integers(0, 2)


class Rollouts(RuleBasedStateMachine):
    """The model: what production serves, and the state and step of the rollout that is open."""

    @initialize()
    def open_registry(self):
        self.folder = Path(tempfile.mkdtemp(prefix="modelkeep-test-"))
        self.clock = ManualClock()
        config = ModelVersioningConfig(
            storage_path=f"{self.folder}/r", backup_path=f"{self.folder}/b", backup_enabled=False
        )
        self.mk = wiring.open_services(config, clock=self.clock)
        self.ends = False
        self.mk.rollouts.endings._wait = self.wait
        self.versions = [
            self.mk.versions.create_version("m", {"n": n}).version_id for n in range(3)
        ]
        self.production = self.canary = None
        self.left_behind = False
        self.open_id, self.state, self.version = "", None, None
        self.ended = {}
        self.router, self.unit = None, 0
        self.deploy(0, "production")

    def wait(self, _seconds):
        self.clock.advance(seconds=1)
        if self.ends:
            raise ProcessEnded

    def teardown(self):
        if hasattr(self, "mk"):
            self.mk.close()
            shutil.rmtree(self.folder)

    def close(self, state, *, by_hand=False):
        """Note that the open rollout has ended."""
        self.ended[self.open_id] = state
        if not by_hand:
            self.canary = None
        elif self.canary is not None:
            self.left_behind = True
        self.open_id, self.state, self.version = "", None, None

    def opened(self, rollout_id, version, state):
        self.open_id, self.state, self.version = rollout_id, state, version
        self.canary, self.left_behind = version, False

    def try_move(self, call, allowed):
        """Call; return whether it was allowed, which must be what the model says."""
        if allowed:
            call()
        else:
            with pytest.raises(IllegalRolloutMoveError):
                call()
        return allowed

    # What people do with a rollout.

    @rule(version=VERSIONS, plan=PLANS, ends=st.booleans())
    def start(self, version, plan, ends):
        chosen = self.versions[version]
        if self.state is S.ABORTING:
            pass
        elif self.production is None:
            with pytest.raises(NoActiveDeploymentError):
                self.mk.rollouts.start(chosen, plan)
            return
        elif self.production == chosen:
            with pytest.raises(NotDeployableError):
                self.mk.rollouts.start(chosen, plan)
            return
        elif self.open_id:
            with pytest.raises(SplitInUseError):
                self.mk.rollouts.start(chosen, plan)
            return
        if self.state is S.ABORTING:
            if self.production is None or self.production == chosen:
                return
            # A start finishes an abort whose process has ended.
            self.close(S.ABORTED)
        if not ends:
            self.opened(self.mk.rollouts.start(chosen, plan).rollout_id, chosen, S.RUNNING)
            return
        with self.mk.catalogue.write() as connection:
            made = self.mk.rollouts._insert(connection, chosen, plan_of(plan), "", "")
        self.opened(made, chosen, S.PENDING)

    @precondition(lambda self: self.open_id)
    @rule()
    def begin(self):
        self.mk.rollouts.begin(self.open_id)
        if self.state is S.PENDING:
            self.state = S.RUNNING

    @precondition(lambda self: self.open_id)
    @rule()
    def pause(self):
        allowed = S.PAUSED in TRANSITIONS[self.state]
        if self.try_move(lambda: self.mk.rollouts.pause(self.open_id), allowed):
            self.state = S.PAUSED

    @precondition(lambda self: self.open_id)
    @rule()
    def resume(self):
        allowed = self.state in (S.PAUSED, S.INCONCLUSIVE)
        found = self.mk.rollouts.get(self.open_id)
        last = found.step + 1 == len(found.plan.steps)
        if not self.try_move(lambda: self.mk.rollouts.resume(self.open_id), allowed):
            return
        if found.progress.at_gate and last:
            self.promoted(self.version)
        else:
            self.state = S.RUNNING

    @precondition(lambda self: self.open_id)
    @rule(ends=st.booleans())
    def promote(self, ends):
        allowed = S.PROMOTING in TRANSITIONS[self.state]
        if ends and allowed:
            self.ends = True
            with pytest.raises(ProcessEnded):
                self.mk.rollouts.promote(self.open_id)
            self.ends = False
            self.state = S.PROMOTING
        elif self.try_move(lambda: self.mk.rollouts.promote(self.open_id), allowed):
            self.promoted(self.version)

    def promoted(self, version):
        self.close(S.PROMOTED)
        self.production = version

    @precondition(lambda self: self.open_id and self.state is not S.ABORTING)
    @rule(ends=st.booleans())
    def abort(self, ends):
        if not ends:
            assert self.mk.rollouts.abort("m").state is S.ABORTED
            self.close(S.ABORTED)
            return
        with self.mk.catalogue.write() as connection:
            row = self.mk.rollouts._row(connection, self.open_id)
            self.mk.rollouts.endings.abort_within(connection, row, "ended")
        self.state, self.canary = S.ABORTING, None

    @precondition(lambda self: self.ended)
    @rule(data=st.data())
    def move_one_that_has_ended(self, data):
        rollout_id = data.draw(st.sampled_from(sorted(self.ended)))
        moves = self.mk.rollouts
        for move in (moves.pause, moves.resume, moves.promote, moves.abort):
            with pytest.raises(IllegalRolloutMoveError):
                move(rollout_id)
        found = self.mk.conductor.advance(rollout_id, checked=lambda _connection: None)
        assert found.state is self.ended[rollout_id]
        assert moves.begin(rollout_id).state is self.ended[rollout_id]

    # What the judge and the traffic do.

    @precondition(lambda self: self.production)
    @rule(count=st.sampled_from([1, 400, 3000]), bad=st.booleans())
    def visit(self, count, bad):
        if self.router is None:
            self.router = self.mk.router("m")
        self.router.refresh()
        self.unit += count
        choices = self.router.choose_batch(np.arange(self.unit - count, self.unit))
        failed = (choices.arm_index == 1) if bad else (choices.point % 50 == 0)
        self.router.record_batch(choices, success=~failed)
        self.router._recorder.flush()

    @precondition(lambda self: self.open_id)
    @rule(seconds=st.sampled_from([0.1, 2.0, 100.0]))
    def advance(self, seconds):
        self.clock.advance(seconds=seconds)
        before = self.mk.rollouts.get(self.open_id)
        found = self.mk.conductor.advance("m", checked=lambda _connection: None)
        assert found.rollout_id == self.open_id
        if found.state is not before.state:
            # An abort makes both its moves at one look.
            ways = TRANSITIONS[before.state]
            assert found.state in (ways | {S.ABORTED} if S.ABORTING in ways else ways)
        elif found.state is S.RUNNING:
            assert found.step in (before.step, before.step + 1)
        self.state = found.state
        if found.state is S.PROMOTED:
            self.promoted(self.version)
        elif found.state is S.ABORTED:
            self.close(S.ABORTED)

    # What people do with the stages.

    @rule(version=VERSIONS, stage=st.sampled_from(["production", "canary"]))
    def deploy(self, version, stage):
        chosen = self.versions[version]
        tried = self.open_id and self.version == chosen
        if stage == "canary":
            if self.open_id and not tried:
                with pytest.raises(ConflictError):
                    self.mk.deployments.deploy_version(chosen, stage)
                return
            self.mk.deployments.deploy_version(chosen, stage)
            self.canary, self.left_behind = chosen, False
            return
        self.mk.deployments.deploy_version(chosen, stage)
        self.production_changed(chosen)

    def production_changed(self, chosen):
        self.production = chosen
        if self.open_id and self.state is not S.ABORTING:
            promoted = self.version == chosen and self.state is not S.PENDING
            self.close(S.PROMOTED if promoted else S.ABORTED, by_hand=True)

    @precondition(lambda self: self.production)
    @rule()
    def roll_back(self):
        try:
            found = self.mk.deployments.rollback_deployment("m")
        except NothingToRollBackError:
            return
        self.production_changed(found.version_id)

    @rule(stage=st.sampled_from(["production", "canary"]))
    def empty(self, stage):
        if not self.mk.deployments.find_active_deployment("m", stage):
            return
        self.mk.deployments.deactivate_deployment("m", stage)
        if stage == "canary":
            self.canary = None
        else:
            self.production = None
        if self.open_id and self.state is not S.ABORTING:
            self.close(S.ABORTED, by_hand=True)

    # What always holds.

    @invariant()
    def rollouts_are_as_the_model_says(self):
        if not hasattr(self, "mk"):
            return
        found = self.mk.rollouts.list_rollouts("m")
        opened = [each.rollout_id for each in found if each.is_open]
        assert opened == ([self.open_id] if self.open_id else []) == self.mk.rollouts.list_open()
        if self.open_id:
            assert self.mk.rollouts.get(self.open_id).state is self.state
        assert {each.rollout_id: each.state for each in found if not each.is_open} == self.ended
        assert set(self.ended.values()) <= TERMINAL

    @invariant()
    def the_table_and_the_pointers_agree_with_the_state(self):
        if not hasattr(self, "mk"):
            return
        with self.mk.catalogue.read() as connection:
            serving = {
                stage: getattr(pointers.find(connection, "m", stage), "version_id", None)
                for stage in (PRODUCTION, CANARY)
            }
            table = splits.current(connection, "m") if serving[PRODUCTION] else None
        assert serving[PRODUCTION] == self.production
        assert serving[CANARY] in ({self.canary, None} if self.left_behind else {self.canary})
        active = {each.version_id for each in self.mk.versions.get_versions("m") if each.is_active}
        assert active == set(serving.values()) - {None}
        if table is not None:
            self.check_table(table)

    def check_table(self, table):
        assert table.arms[0].version_id == self.production
        if self.state not in SPLITTING:
            assert (len(table.arms), table.arms[0].weight) == (1, 1.0)
            assert (table.split_id, table.claims, table.shadow) == ("", (), None)
            return
        rollout = self.mk.rollouts.get(self.open_id)
        weight = rollout.plan.steps[rollout.step].weight
        assert table.split_id == self.open_id
        assert rollout.weight == table.arms[1].weight == weight
        assert [each.version_id for each in table.arms] == [self.production, self.version]
        assert rollout.stable_version_id == self.production
        claimed = sum(claim.end - claim.start for claim in table.claims)
        assert claimed / POINTS == pytest.approx(weight, abs=1e-12)

    @invariant()
    def every_transition_has_an_event(self):
        if not hasattr(self, "mk"):
            return
        with self.mk.catalogue.read() as connection:
            told = [
                each
                for version_id in self.versions
                for each in events.of_version(connection, version_id)
            ]
        for rollout in self.mk.rollouts.list_rollouts("m"):
            chain = [e for e in told if e.after.get("rollout_id") == rollout.rollout_id]
            states = [S(event.after["state"]) for event in chain]
            assert states[0] is S.PENDING
            assert states[-1] is rollout.state
            for before, event in zip(states, chain[1:], strict=False):
                assert event.before["state"] == before.value
                assert S(event.after["state"]) in TRANSITIONS[before]
                assert event.kind == f"rollout_{event.after['state']}"
                assert "verdict" in event.after
                assert "reason" in event.after


TestRollouts = Rollouts.TestCase
TestRollouts.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
