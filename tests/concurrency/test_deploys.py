"""Processes that deploy to one stage at once leave one line of history and one active version.

Each event replaces what the event before it had put there; nobody ever sees two active versions;
and a chain of rollbacks walks the way back exactly.
"""

import pytest

from modelkeep.errors import NothingToRollBackError

PROCESSES = 32
TURNS = 4


def history_of(services):
    return services.deployments.get_deployment_history("m", "production")[::-1]


def check_line(services):
    """Hold the history, the stage and the versions against one another; return the history."""
    history = history_of(services)
    before = None
    for event in history:
        assert event.previous_version_id == before
        before = event.version_id
    assert [event.at for event in history] == sorted({event.at for event in history})
    assert services.deployments.get_active_deployment("m").version_id == before
    versions = services.versions.get_versions("m", limit=None)
    assert [version.version_id for version in versions if version.is_active] == [before]
    deployed = [version.version_id for version in versions if version.status.value == "deployed"]
    assert deployed == [before]
    return history


@pytest.fixture
def versions(connect):
    with connect() as services:
        made = [services.versions.create_version("m", {"n": n}) for n in range(PROCESSES)]
    return [version.version_id for version in made]


def test_32_processes_deploy_at_once(crew, connect, versions):
    jobs = [{"task": "deploy", "versions": [version] * TURNS} for version in versions]
    results = crew(jobs)
    assert {count for result in results for count in result["active"]} == {1}
    acknowledged = sorted(tuple(each) for result in results for each in result["done"])
    with connect() as services:
        history = check_line(services)
        assert [(event.event_id, event.version_id) for event in history] == acknowledged
        assert len(history) == PROCESSES * TURNS
        check_way_back(services, history)


def check_way_back(services, history):
    """Roll back until nothing is left; a version deployed again in its own place is one step."""
    steps = [event.version_id for event in history]
    way = [each for each, after in zip(steps, [*steps[1:], None], strict=True) if each != after]
    for expected in way[-2::-1]:
        deployment = services.deployments.rollback_deployment("m", "production")
        assert deployment.version_id == expected
    with pytest.raises(NothingToRollBackError):
        services.deployments.rollback_deployment("m", "production")
    check_line(services)


def test_processes_that_deploy_different_versions_in_turn(crew, connect, versions):
    jobs = [{"task": "deploy", "versions": versions[n::8]} for n in range(8)]
    results = crew(jobs)
    assert {count for result in results for count in result["active"]} == {1}
    with connect() as services:
        history = check_line(services)
        assert sorted(event.version_id for event in history) == sorted(versions)
        check_way_back(services, history)


def test_rollbacks_at_once_go_one_step_each(crew, connect, versions):
    with connect() as services:
        for version in versions:
            services.deployments.deploy_version(version, "production")
    results = crew([{"task": "roll_back", "times": 3}] * 8)
    done = [version for _, version in sorted(tuple(each) for result in results for each in result)]
    assert done == versions[-2:-26:-1]
    with connect() as services:
        history = check_line(services)
        assert [event.version_id for event in history[32:]] == done


def test_deploys_and_rollbacks_at_once_keep_one_line(crew, connect, versions):
    with connect() as services:
        for version in versions[:24]:
            services.deployments.deploy_version(version, "production")
    deploys = [{"task": "deploy", "versions": versions[24 + n :: 4]} for n in range(4)]
    results = crew([*deploys, *[{"task": "roll_back", "times": 4}] * 4])
    acknowledged = [each for result in results[:4] for each in result["done"]]
    acknowledged += [each for result in results[4:] for each in result]
    with connect() as services:
        history = check_line(services)
        found = [(event.event_id, event.version_id) for event in history[24:]]
        assert found == sorted(tuple(each) for each in acknowledged)
        # What a rollback brings back follows from the events before it alone.
        way = []
        for event in history:
            if event.kind == "deployed":
                way.append(event.version_id)
            else:
                way.pop()
            assert way[-1] == event.version_id
