"""A flipped bit in the catalogue is found, or changes nothing that anybody reads, and it says why.

As test_flipped_bits does it to all other files. Whatever a bit does: no version ever loads with
other bytes, and no version that is not named, by itself or with the whole catalogue, fails to load.
"""

from __future__ import annotations

import contextlib
import random
import runpy
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from modelkeep.catalogue.tables import METADATA
from modelkeep.errors import ModelkeepError

_HERE = Path(__file__)
_FLIPPED = runpy.run_path(str(_HERE.with_name("flipped.py")))
Kept, Look, flipped = (_FLIPPED[name] for name in ("Kept", "Look", "flipped"))
Places = runpy.run_path(str(_HERE.with_name("sqlite_places.py")))["Places"]

HARMLESS = {
    "spare": "nothing reads it: room in pages, and what was deleted",
    "sqlite_sequence": "the next event comes after the last one there, whatever this says",
    "sqlite_schema": "names and lengths of types, upper and lower case, NULL: not what is stored",
    "version_loads": "a hint to repack, which is not recorded with a digest",
    "header: read version": "the journal is set when the catalogue is opened",
    "header: change counter": "for caches of other processes, of which there are none",
    "header: schema cookie": "the same, for statements",
    "header: schema format": "one byte of four counts, and 0 is read as 1",
    "header: cache size": "a wish",
    "header: encoding": "two bits of 32 count, and 0 is UTF-8 as 1 is",
    "header: user version": "not used",
    "header: incremental vacuum": "counts only beside another field",
    "header: application id": "not used",
    "header: reserved": "not used",
    "header: version valid for": "which release of SQLite wrote it last",
    "header: library version": "the same",
}
CRASHES = ("sqlite_autoindex_versions_1", "sqlite_schema")
"""Where some bits make verification raise what is no error of ours."""
HINTS = ("version_loads", "leases", "sqlite_sequence")
CHOICES = ("depth", "chain_bytes")
"""Columns of chunks that nothing is read by: they say what the next one may be a difference to."""
RANDOM, OF_SCHEMA, OF_SPARE = 150, 30, 10


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Kept(tmp_path_factory.mktemp("flipped"))


@pytest.fixture(scope="module")
def places(kept):
    return Places(kept.catalogue)


def rows_of(kept) -> dict[str, list[tuple]]:
    """Every row but hints; an empty text is as good as an empty blob, or 0."""
    rows = {}
    with contextlib.closing(sqlite3.connect(kept.catalogue)) as connection:
        for name, table in METADATA.tables.items():
            if name not in HINTS:
                columns = [f'"{each.name}"' for each in table.c if each.name not in CHOICES]
                found = connection.execute(f"SELECT {', '.join(columns)} FROM {name}")
                rows[name] = sorted((tuple(v or 0 for v in row) for row in found), key=repr)
    return rows


def chosen_bits(places) -> list[int]:
    """One bit of each byte of the header, and some of all else, mostly of what is in use.

    What is known not to be found has tests of its own: see below.
    """
    rng = random.Random(20260305)
    header = [offset for offset in range(100) if places.names[offset] != "header: write version"]
    start = offset_of(places, "sqlite_schema", b"sqlite_sequence")
    special = {*range(100), *places.where("spare", "sqlite_schema")}
    used = [offset for offset in range(len(places.names)) if offset not in special]
    offsets = [*header, *rng.sample(used, RANDOM)]
    schema = set(places.where("sqlite_schema")) - {*range(start - 20, start + 100)}
    offsets += rng.sample(sorted(schema), OF_SCHEMA)
    offsets += rng.sample(places.where("spare"), OF_SPARE)
    return [offset * 8 + rng.randrange(8) for offset in offsets]


def check_harmless(kept, place: str, wanted: dict[str, list[tuple]], look) -> None:
    """What was not found must have a reason; then nothing changed, and the registry goes on."""
    same_but_empty = place in METADATA.tables
    assert place in HARMLESS or same_but_empty, place
    assert look.failed == {}
    assert rows_of(kept) == wanted
    with kept.connect() as mk:
        mk.versions.repack()
        mk.deployments.deploy_version(kept.ids["plain"], "production")
        assert mk.scrubber.verify().problems == []
        assert kept.load(mk, kept.ids["plain"]) == kept.content[kept.ids["plain"]]


def check_found(kept, place: str, look) -> None:
    """What fails to load is named; by itself, or since the whole catalogue is damaged."""
    if look.report is None:
        assert "catalogue" in str(look.error), place
        return
    if "catalogue" not in look.places:
        assert look.failed.keys() <= look.touched, place
    assert all(problem.detail for problem in look.report.problems), place


def test_the_catalogue(kept, places) -> None:
    wanted, found, harmless = rows_of(kept), Counter(), Counter()
    assert all(wanted.values())
    for bit in chosen_bits(places):
        place = places.names[bit // 8]
        with flipped(kept.catalogue, bit):
            look = Look(kept)
            if look.crash is not None:
                # See test_verify_outlives_it.
                assert place in CRASHES
            elif look.found:
                found[place] += 1
                check_found(kept, place, look)
            else:
                harmless[place] += 1
                check_harmless(kept, place, wanted, look)
    look = Look(kept)
    assert (look.report.problems, look.failed) == ([], {})
    in_use = found.total() - sum(n for place, n in found.items() if place.startswith("header"))
    assert in_use > 0.9 * RANDOM
    assert harmless["spare"] == OF_SPARE


def offset_of(places, place: str, content: bytes, after: int = 0) -> int:
    """Return where bytes stand first in a table or an index."""
    at = places.content.index(content, after)
    while places.names[at] != place:
        at = places.content.index(content, at + 1)
    return at


def look_with(kept, offset: int, bit: int):
    with flipped(kept.catalogue, offset * 8 + bit):
        return Look(kept)


def test_a_catalogue_that_cannot_be_written(kept) -> None:
    """Byte 18 is the version of the format for writers; one that SQLite does not know."""
    assert look_with(kept, 18, 0).found


def test_a_table_that_only_writers_need(kept, places) -> None:
    """The table of sequences under another name; then no event can be written."""
    assert look_with(kept, offset_of(places, "sqlite_schema", b"sqlite_sequence"), 5).found


def test_verify_outlives_a_key_of_another_type(kept, places) -> None:
    """The byte two before the id in its index says that it is text; here it says bytes."""
    at = offset_of(places, "sqlite_autoindex_versions_1", kept.ids["plain"].encode())
    look = look_with(kept, at - 2, 0)
    assert look.crash is None
    assert look.found


def test_a_version_that_its_index_hides_is_named(kept, places) -> None:
    at = offset_of(places, "sqlite_autoindex_versions_1", kept.ids["plain"].encode())
    look = look_with(kept, at + 30, 0)
    assert look.failed.keys() == {kept.ids["plain"]}
    assert kept.ids["plain"] in look.touched


def test_a_damaged_row_touches_its_version_only(kept, places) -> None:
    row = offset_of(places, "versions", kept.ids["plain"].encode())
    look = look_with(kept, offset_of(places, "versions", b"ready", after=row), 0)
    assert look.touched == {kept.ids["plain"]}


def test_a_version_of_a_damaged_row_fails_to_load_with_an_error_of_ours(kept, places) -> None:
    """The name of its document is no hexadecimal number any more."""
    with kept.connect() as mk, mk.catalogue.read() as connection:
        query = "SELECT document_blake3 FROM versions WHERE version_id = ?"
        [(name,)] = connection.exec_driver_sql(query, (kept.ids["plain"],))
    look = look_with(kept, offset_of(places, "versions", name.encode()), 6)
    assert look.failed.keys() == {kept.ids["plain"]}
    assert isinstance(look.failed[kept.ids["plain"]], ModelkeepError)
