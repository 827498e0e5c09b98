"""The collector removes nothing that a version uses, whatever happens in whatever order."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.collector import scenarios
from tests.collector.machine import CollectorMachine

EXAMPLES = int(os.environ.get("MODELKEEP_COLLECTOR_EXAMPLES", "40"))
CHECKED = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    report_multiple_bugs=False,
    # To shrink takes longer than to read what went before the failure.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
on_postgresql = pytest.mark.parametrize("new_registry", ["postgresql"], indirect=True)


def named(cases):
    return {
        "argnames": ("scenario", "mistake"),
        "argvalues": cases,
        "ids": [mistake.__name__ for _, mistake in cases],
    }


def run(scenario, registry):
    machine = CollectorMachine(registry)
    try:
        scenario(machine)
        machine.end_all()
    finally:
        machine.close()


def check(scenario, mistake, new_registry, monkeypatch):
    """Nothing is lost in this order, but it would be with the mistake."""
    run(scenario, new_registry())
    mistake(monkeypatch)
    with pytest.raises(AssertionError, match="are missing|failed"):
        run(scenario, new_registry())


@pytest.mark.usefixtures("few_at_once")
def test_nothing_that_a_version_uses_is_ever_removed(new_registry):
    run_state_machine_as_test(lambda: CollectorMachine(new_registry()), settings=CHECKED)


@pytest.mark.usefixtures("few_at_once")
@on_postgresql
def test_nothing_is_removed_when_sessions_are_lost(new_registry):
    fewer = settings(CHECKED, max_examples=max(1, EXAMPLES // 8))
    run_state_machine_as_test(lambda: CollectorMachine(new_registry()), settings=fewer)


@pytest.mark.parametrize(**named(scenarios.MISTAKES))
def test_the_machine_finds_a_mistake(new_registry, monkeypatch, scenario, mistake):
    check(scenario, mistake, new_registry, monkeypatch)


@on_postgresql
@pytest.mark.parametrize(**named(scenarios.MISTAKES_WITH_SESSIONS))
def test_the_machine_finds_a_mistake_with_sessions(new_registry, monkeypatch, scenario, mistake):
    check(scenario, mistake, new_registry, monkeypatch)
