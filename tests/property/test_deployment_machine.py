"""Deployments against a model of a few lines, over random sequences of steps."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from modelkeep.errors import (
    NoActiveDeploymentError,
    NotDeployableError,
    NothingToRollBackError,
    VersionInUseError,
)
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.testing.clock import ManualClock

STAGES = [DeploymentStage.STAGING, DeploymentStage.PRODUCTION]


class Deployments(RuleBasedStateMachine):
    """The model: a stack of versions for each stage; its top serves."""

    @initialize()
    def open_registry(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="modelkeep-test-"))
        self.clock = ManualClock()
        config = ModelVersioningConfig(
            storage_path=f"{self.folder}/r", backup_path=f"{self.folder}/b", backup_enabled=False
        )
        self.mk = wiring.open_services(config, clock=self.clock)
        self.stacks: dict[DeploymentStage, list[str]] = {stage: [] for stage in STAGES}
        self.serving: dict[DeploymentStage, str | None] = dict.fromkeys(STAGES)
        self.moments: list[tuple[object, DeploymentStage, str | None]] = []
        self.versions = [
            self.mk.versions.create_version("m", {"n": n}).version_id for n in range(4)
        ]

    def teardown(self) -> None:
        if hasattr(self, "mk"):
            self.mk.close()
            shutil.rmtree(self.folder)

    def note(self, stage: DeploymentStage) -> None:
        self.moments.append((self.clock.now(), stage, self.serving[stage]))
        self.clock.advance(seconds=1)

    @rule(stage=st.sampled_from(STAGES), data=st.data())
    @precondition(lambda self: self.versions)
    def deploy(self, stage: DeploymentStage, data: st.DataObject) -> None:
        version_id = data.draw(st.sampled_from(self.versions))
        self.mk.deployments.deploy_version(version_id, stage)
        if self.serving[stage] is None:
            self.stacks[stage] = [version_id]
        elif self.serving[stage] != version_id:
            self.stacks[stage].append(version_id)
        self.serving[stage] = version_id
        self.note(stage)

    @rule(stage=st.sampled_from(STAGES))
    def roll_back(self, stage: DeploymentStage) -> None:
        if self.serving[stage] is None:
            try:
                self.mk.deployments.rollback_deployment("m", stage)
            except NoActiveDeploymentError:
                return
            raise AssertionError("an empty stage was rolled back")
        stack = self.stacks[stage][:-1]
        while stack and stack[-1] not in self.versions:
            stack.pop()
        try:
            found = self.mk.deployments.rollback_deployment("m", stage).version_id
        except NothingToRollBackError:
            assert not stack
            return
        assert found == stack[-1]
        self.stacks[stage], self.serving[stage] = stack, found
        self.note(stage)

    @rule(stage=st.sampled_from(STAGES))
    def deactivate(self, stage: DeploymentStage) -> None:
        try:
            self.mk.deployments.deactivate_deployment("m", stage)
        except NoActiveDeploymentError:
            assert self.serving[stage] is None
            return
        self.stacks[stage], self.serving[stage] = [], None
        self.note(stage)

    @rule(data=st.data())
    @precondition(lambda self: self.versions)
    def promote(self, data: st.DataObject) -> None:
        version_id = data.draw(st.sampled_from(self.versions))
        source, target = STAGES
        try:
            self.mk.deployments.promote_version(version_id, source, target)
        except NotDeployableError:
            assert self.serving[source] != version_id
            return
        assert self.serving[source] == version_id
        self.stacks[source], self.serving[source] = [], None
        if self.serving[target] is None:
            self.stacks[target] = [version_id]
        elif self.serving[target] != version_id:
            self.stacks[target].append(version_id)
        self.serving[target] = version_id
        self.note(target)
        self.note(source)

    @rule(data=st.data())
    @precondition(lambda self: len(self.versions) > 1)
    def delete(self, data: st.DataObject) -> None:
        version_id = data.draw(st.sampled_from(self.versions))
        try:
            self.mk.versions.delete_version(version_id)
        except VersionInUseError:
            assert version_id in self.serving.values()
            return
        assert version_id not in self.serving.values()
        self.versions.remove(version_id)

    @invariant()
    def what_serves_is_the_top_of_the_stack(self) -> None:
        active = {d.stage: d.version_id for d in self.mk.deployments.get_all_active_deployments()}
        assert active == {stage: v for stage, v in self.serving.items() if v is not None}

    @invariant()
    def versions_agree_with_stages(self) -> None:
        for version in self.mk.versions.get_versions("m", limit=None):
            serves = version.version_id in self.serving.values()
            assert version.is_active == serves
            assert (version.status is ModelStatus.DEPLOYED) == serves

    @invariant()
    def history_knows_every_moment(self) -> None:
        for when, stage, expected in self.moments[-6:]:
            try:
                found = self.mk.deployments.get_deployment_at("m", stage, when).version_id
            except NoActiveDeploymentError:
                found = None
            assert found == expected


TestDeployments = Deployments.TestCase
TestDeployments.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
