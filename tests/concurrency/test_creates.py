"""Processes that create versions of one model in the same instant all succeed.

No number or id is given twice, numbers have no gaps, and ids sort as the versions were created;
also when the registry is not there yet and all of them make it.
"""

import os

import pytest

from modelkeep.management import numbering


def check_versions(services, results, *, strategy):
    acknowledged = [tuple(pair) for result in results for pair in result]
    newest_first = services.versions.get_versions("m", limit=None)
    assert len({version_id for version_id, _ in acknowledged}) == len(acknowledged)
    assert len({number for _, number in acknowledged}) == len(acknowledged)
    listed = [(version.version_id, version.version_number) for version in newest_first]
    assert sorted(listed) == sorted(acknowledged)
    key = numbering.STRATEGIES[strategy].key
    keys = [key(version.version_number) for version in newest_first[::-1]]
    assert keys == sorted(set(keys))
    by_time = sorted(newest_first, key=lambda version: version.created_at)
    assert [each.version_id for each in by_time] == sorted(each.version_id for each in by_time)
    # Each process was given greater numbers with each of its turns.
    for result in results:
        mine = [key(number) for _, number in result]
        assert mine == sorted(mine)
    for version in newest_first[::16]:
        assert services.versions.load_model(version.version_id)["by"].startswith("p")
    assert services.scrubber.verify().problems == []
    return [version.version_number for version in newest_first[::-1]]


# The full measure is 50.
TURNS = int(os.environ.get("MODELKEEP_CREATES_EACH", "5"))


@pytest.mark.parametrize("there", [True, False], ids=["in-a-registry", "where-none-is-yet"])
def test_64_processes_create_at_once(crew, connect, there):
    if there:
        connect().close()
    results = crew([{"task": "create", "times": TURNS}] * 64)
    with connect() as services:
        numbers = check_versions(services, results, strategy="semantic")
        assert numbers == [f"1.0.{patch}" for patch in range(64 * TURNS)]
        report = services.versions.cleanup_old_versions(dry_run=True)
        assert (report.leftovers.staged, report.leftovers.packs) == ([], [])


@pytest.mark.parametrize("turn", range(3))
def test_many_processes_make_a_registry_at_once(crew, connect, turn):
    results = crew([{"task": "create", "times": 1}] * 24)
    with connect() as services:
        numbers = check_versions(services, results, strategy="semantic")
        assert numbers == [f"1.0.{patch}" for patch in range(24)]


def test_incremental_numbers(crew, connect):
    job = {"task": "create", "times": 5, "settings": {"versioning_strategy": "incremental"}}
    results = crew([job] * 16)
    with connect() as services:
        numbers = check_versions(services, results, strategy="incremental")
    assert numbers == [str(number) for number in range(1, 81)]


def test_timestamp_numbers(crew, connect):
    job = {"task": "create", "times": 5, "settings": {"versioning_strategy": "timestamp"}}
    results = crew([job] * 16)
    with connect() as services:
        numbers = check_versions(services, results, strategy="timestamp")
    assert len(numbers) == 80


def test_two_strategies_in_one_model_do_not_give_one_number_twice(crew, connect):
    settings = [{"versioning_strategy": name} for name in ("incremental", "semantic")]
    results = crew([{"task": "create", "times": 4, "settings": settings[n % 2]} for n in range(16)])
    numbers = {number for result in results for _, number in result}
    assert numbers == {str(n) for n in range(1, 33)} | {f"1.0.{n}" for n in range(32)}
    with connect() as services:
        assert {
            v.version_number for v in services.versions.get_versions("m", limit=None)
        } == numbers
