"""Garbage is collected beside writers of large files that share chunks, and takes none of theirs.

test_cleanup_race does so with small models of one chunk each. Here the artifacts have many chunks,
which versions share among processes, and differences to the chunks of others; so packs die by
halves, and their living chunks are moved while they are read, shared and built upon. Stages serve
meanwhile. For a longer run: MODELKEEP_STRESS_SECONDS=300.
"""

import json
import os
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.concurrency.conftest import packs_there, staged_there

from modelkeep.catalogue import chunks

PROGRAM = Path(__file__).with_name("stress_crew.py")
SECONDS = float(os.environ.get("MODELKEEP_STRESS_SECONDS", "12"))
WRITERS = 8
SETTINGS = {"max_versions_per_model": 10_000}
SEED = 20260301


@pytest.fixture(scope="module")
def content_of():
    """The function that tells the bytes of an artifact, as the writers know them."""
    sys.path.insert(0, str(PROGRAM.parent))
    try:
        return runpy.run_path(str(PROGRAM))["content_of"]
    finally:
        sys.path.remove(str(PROGRAM.parent))
        del sys.modules["crew"]


@pytest.fixture
def results(tmp_path, place, connect):
    """What the writers and who keeps up the registry said at the end."""
    connect(**SETTINGS).close()
    common = {"place": place, "seconds": SECONDS, "settings": SETTINGS}
    jobs = [{"task": "produce", "name": f"m{n}", "seed": SEED + n} for n in range(WRITERS)]
    jobs.append({"task": "upkeep", "name": "upkeep"})
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"folder": str(tmp_path), "jobs": [job | common for job in jobs]}))
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(spec)],
        capture_output=True,
        text=True,
        timeout=SECONDS + 120,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads((tmp_path / f"{n}.json").read_text()) for n in range(len(jobs))]
    errors = [each["error"] for each in found if "error" in each]
    assert not errors, f"{len(errors)} of {len(found)} processes failed; one:\n{errors[0]}"
    return [each["result"] for each in found]


def listed(services):
    models = services.versions.get_models()
    return [v for model in models for v in services.versions.get_versions(model, limit=None)]


def check_content(services, versions, content_of, scratch):
    for version_id, seed in versions.items():
        out = services.versions.load_model(version_id, destination=scratch / version_id)
        assert out.read_bytes() == content_of(seed)[1], version_id
        out.unlink()


def check_packs(services):
    """No pack is there but those that hold what some version needs; all others were given back."""
    services.compactor.collect()
    services.versions.cleanup_old_versions()
    needed = {
        Path(pack).name for each in listed(services) for pack in services.storage.packs_of(each)
    }
    assert packs_there(services) == needed
    assert staged_there(services) == set()
    report = services.scrubber.verify()
    assert report.problems == []
    assert report.packs == len(needed)


def delete_half(services, versions):
    """Delete every second version, also such as others are differences to."""
    for version_id in list(versions)[::2]:
        services.versions.delete_version(version_id, force=True, backup=False)
        del versions[version_id]


def test_nothing_that_is_needed_goes_and_all_else_does(results, connect, content_of, tmp_path):
    *writers, upkeep = results
    counts = Counter()
    for each in writers:
        counts.update({key: n for key, n in each.items() if key not in ("own", "active")})
    sys.stderr.write(f"\n{SECONDS:g} s: {dict(counts)}, {upkeep}\n")
    for what in ("created", "loaded", "others", "deployed", "rolled back", "deleted"):
        assert counts[what] > 0, what
    assert upkeep["gc"] > 0
    # Packs were rewritten or merged beside the writers, not only deleted when nothing was in them.
    assert upkeep["gc: packs"] > 0
    # Where the writers had no differences that were loaded often, `turn` made some.
    assert upkeep["repack: chunks"] + upkeep["turn: chunks"] > 0
    own = {version_id: seed for each in writers for version_id, seed in each["own"].items()}
    assert counts["created"] - counts["deleted"] == len(own)
    with connect(**SETTINGS) as services:
        assert {version.version_id for version in listed(services)} == own.keys()
        for n, each in enumerate(writers):
            serving = services.deployments.get_all_active_deployments(f"m{n}")
            assert {d.stage.value: d.version_id for d in serving} == each["active"]
        assert services.scrubber.verify().problems == []
        check_content(services, own, content_of, tmp_path)
        check_packs(services)
        check_content(services, own, content_of, tmp_path)
        delete_half(services, own)
        check_packs(services)
        check_content(services, own, content_of, tmp_path)
        for version in listed(services):
            services.versions.delete_version(version.version_id, force=True, backup=False)
        check_packs(services)
        assert packs_there(services) == set()
        with services.catalogue.read() as connection:
            assert list(chunks.all_chunks(connection)) == []
            assert chunks.packs(connection) == []
