"""The line of versions that a version was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.comparison.result import LineageEntry
from modelkeep.comparison.version_comparator import VersionComparator
from modelkeep.errors import InvalidNameError, ModelNotFoundError, VersionNotFoundError
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
REMOVED_AT = START + timedelta(days=1, microseconds=5)


@dataclass(frozen=True)
class Gone:
    """A removed version, as the catalogue remembers it."""

    version_id: str
    parent_version: str | None
    model_id: str = "churn"
    version_number: str = "0.9.0"
    created_at: datetime = START
    removed_at: datetime = REMOVED_AT


def make_version(version_id: str, parent: str | None = None) -> ModelVersion:
    return ModelVersion(
        version_id=version_id,
        model_id="churn",
        version_number=f"1.{version_id.removeprefix('v')}.0",
        status=ModelStatus.READY,
        deployment_stage=DeploymentStage.DEVELOPMENT,
        model_path="",
        metadata_path="",
        checksum="",
        created_at=START,
        updated_at=START,
        created_by="ada",
        description="",
        tags=[],
        metrics={},
        dependencies={},
        configuration={},
        deployment_config={},
        parent_version=parent,
        size_bytes=0,
        is_active=False,
    )


class Shelf:
    """Versions and removed versions in memory, given as id and parent."""

    def __init__(
        self, there: Mapping[str, str | None], gone: Mapping[str, str | None] | None = None
    ) -> None:
        self.there = there
        self.gone = gone or {}

    def get_version(self, reference: str) -> ModelVersion:
        if " " in reference:
            raise InvalidNameError("version_id", reference, "no spaces")
        if reference not in self.there:
            raise VersionNotFoundError(reference)
        return make_version(reference, self.there[reference])

    def get_first_version(self, model_id: str) -> ModelVersion:
        raise ModelNotFoundError(model_id)

    def find_removed_version(self, version_id: str) -> Gone | None:
        return Gone(version_id, self.gone[version_id]) if version_id in self.gone else None


def trace(shelf: Shelf, version: str | ModelVersion) -> list[LineageEntry]:
    return VersionComparator(versions=shelf).get_version_lineage(version)


def ids(line: list[LineageEntry]) -> list[str]:
    return [entry["version_id"] for entry in line]


def test_a_version_without_parent_is_a_line_of_its_own() -> None:
    assert trace(Shelf({"v1": None}), "v1") == [
        {
            "version_id": "v1",
            "version_number": "1.1.0",
            "model_id": "churn",
            "created_at": START,
            "removed": False,
            "status": "ready",
            "note": "",
        }
    ]


def test_the_line_goes_from_the_oldest_to_the_version_itself() -> None:
    line = trace(Shelf({"v1": None, "v2": "v1", "v3": "v2", "v4": "v2"}), "v4")
    assert ids(line) == ["v1", "v2", "v4"]
    assert [entry["note"] for entry in line] == ["", "", ""]


def test_a_version_that_was_read_before_is_taken_as_it_is() -> None:
    line = trace(Shelf({"v1": None}), make_version("v9", parent="v1"))
    assert ids(line) == ["v1", "v9"]


def test_the_line_goes_on_through_removed_parents() -> None:
    line = trace(Shelf({"v1": None, "v4": "v3"}, gone={"v3": "v2", "v2": "v1"}), "v4")
    assert ids(line) == ["v1", "v2", "v3", "v4"]
    assert [entry["removed"] for entry in line] == [False, True, True, False]
    assert line[1] == {
        "version_id": "v2",
        "version_number": "0.9.0",
        "model_id": "churn",
        "created_at": START,
        "removed": True,
        "status": None,
        "note": "removed at 2024-05-02T12:00:00+00:00",
    }


@pytest.mark.parametrize("parent", ["lost", "not a reference", ""])
def test_an_unknown_parent_ends_the_line(parent: str) -> None:
    line = trace(Shelf({"v1": parent, "v2": "v1"}), "v2")
    assert ids(line) == [parent, "v1", "v2"]
    assert line[0] == {
        "version_id": parent,
        "version_number": None,
        "model_id": None,
        "created_at": None,
        "removed": False,
        "status": None,
        "note": "nothing is known of this parent but its id",
    }


def test_a_loop_of_parents_ends_the_line_with_a_note() -> None:
    line = trace(Shelf({"v1": "v2", "v2": "v1", "v3": "v2"}), "v3")
    assert ids(line) == ["v1", "v2", "v3"]
    assert line[0]["note"] == "its parent v2 is in this line already: a loop of parents"
    assert [entry["note"] for entry in line[1:]] == ["", ""]


def test_a_version_that_is_its_own_parent_is_a_loop() -> None:
    line = trace(Shelf({"v1": "v1"}), "v1")
    assert ids(line) == ["v1"]
    assert "loop" in line[0]["note"]


def test_a_loop_is_seen_where_the_source_does_not_know_the_version() -> None:
    line = trace(Shelf({"v1": "v9"}), make_version("v9", parent="v1"))
    assert ids(line) == ["v1", "v9"]
    assert "loop" in line[0]["note"]


def test_a_loop_is_seen_through_another_name_of_a_parent() -> None:
    class Aliases(Shelf):
        def get_version(self, reference: str) -> ModelVersion:
            return super().get_version("v1" if reference == "churn@latest" else reference)

    line = trace(Aliases({"v1": "churn@latest"}), "v1")
    assert ids(line) == ["v1"]
    assert "loop" in line[0]["note"]


def test_a_loop_through_a_removed_version_keeps_both_notes() -> None:
    line = trace(Shelf({"v1": "v2"}, gone={"v2": "v1"}), "v1")
    assert ids(line) == ["v2", "v1"]
    assert line[0]["note"].startswith("removed at ")
    assert line[0]["note"].endswith("; its parent v1 is in this line already: a loop of parents")


def test_a_line_may_be_longer_than_the_stack() -> None:
    there = {f"v{number}": f"v{number - 1}" if number else None for number in range(3000)}
    assert len(trace(Shelf(there), "v2999")) == 3000


@pytest.mark.parametrize("reference", ["nope", "v1"])
def test_the_line_of_a_version_that_is_not_there_is_refused(reference: str) -> None:
    with pytest.raises(VersionNotFoundError, match=reference):
        trace(Shelf({}, gone={"v1": None}), reference)


IDS = [f"v{number}" for number in range(6)]
PARENTS = st.dictionaries(st.sampled_from(IDS), st.none() | st.sampled_from([*IDS, "lost"]))


@given(PARENTS, PARENTS, st.none() | st.sampled_from(IDS))
def test_every_graph_of_parents_has_a_line_that_ends_in_the_version(
    there: dict[str, str | None], gone: dict[str, str | None], parent: str | None
) -> None:
    line = trace(Shelf(there, gone), make_version("v0", parent))
    assert line[-1]["version_id"] == "v0"
    assert len(set(ids(line))) == len(line)
    known = gone | there | {"v0": parent}
    for older, newer in pairwise(line):
        assert known[newer["version_id"]] == older["version_id"]
    for entry in line[:-1]:
        assert entry["removed"] == (
            entry["version_id"] not in there and entry["version_id"] in gone
        )
    first = line[0]["version_id"]
    assert first not in known or known[first] is None or "loop" in line[0]["note"]
