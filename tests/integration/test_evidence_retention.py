"""Evidence of rollouts that ended long ago is removed, and its verdict says so."""

from __future__ import annotations

import pytest

from modelkeep.deployment.rollouts.errors import EvidenceGoneError


def test_evidence_goes_after_its_time_and_explain_says_so(mk, clock) -> None:
    for value in (1, 2):
        mk.versions.create_version("m", {"a": value})
    mk.deployments.deploy_version("m@1.0.0", "production")
    rollout = mk.deployments.start_canary("m", "m@1.0.1", {"steps": [0.5]})
    router = mk.router("m")
    for unit in range(100):
        router.record(router.choose(unit), success=True)
    router.close()
    mk.conductor.advance("m", checked=lambda _: None)
    assert mk.conductor.explain("m").agrees
    clock.advance(days=100)
    assert mk.conductor.remove_evidence(older_than_days=90) == []
    mk.rollouts.abort("m")
    clock.advance(days=89)
    assert mk.conductor.remove_evidence(older_than_days=90) == []
    clock.advance(days=2)
    assert mk.conductor.remove_evidence(older_than_days=90) == [rollout.rollout_id]
    with pytest.raises(EvidenceGoneError, match="is not all here"):
        mk.conductor.explain("m")
