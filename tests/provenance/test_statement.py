"""The statement about a version, and the digest of its manifest."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelkeep.errors import InvalidInputError, SignatureError
from modelkeep.provenance.statement import Statement, facts_of, make_statement, manifest_digest
from modelkeep.storage.manifest import FileEntry, Manifest

PATHS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
FILES = st.builds(
    FileEntry,
    path=PATHS,
    sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    size_bytes=st.integers(0, 2**40),
    root_blake3=st.sampled_from(["", "ef" * 32]),
    executable=st.booleans(),
)
MANIFESTS = st.builds(
    Manifest,
    format=st.sampled_from(["joblib", "folder"]),
    files=st.lists(FILES, max_size=4, unique_by=lambda file: file.path).map(tuple),
    empty_folders=st.lists(PATHS, max_size=3, unique=True).map(tuple),
)


def test_the_digest_is_that_of_the_documented_json(manifest) -> None:
    files = [
        {"path": f.path, "sha256": f.sha256, "size_bytes": f.size_bytes, "executable": f.executable}
        for f in manifest.files
    ]
    content = {"format": "joblib", "files": files, "empty_folders": ["logs"]}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert manifest_digest(manifest) == hashlib.sha256(text.encode()).hexdigest()


@given(MANIFESTS, MANIFESTS)
def test_the_digest_tells_manifests_apart_but_not_where_they_are_stored(one, other) -> None:
    def seen(manifest: Manifest) -> object:
        files = sorted((f.path, f.sha256, f.size_bytes, f.executable) for f in manifest.files)
        return manifest.format, files, sorted(manifest.empty_folders)

    assert (manifest_digest(one) == manifest_digest(other)) == (seen(one) == seen(other))
    moved = [dataclasses.replace(f, root_blake3="12" * 32) for f in one.files[::-1]]
    assert manifest_digest(dataclasses.replace(one, files=tuple(moved))) == manifest_digest(one)


@pytest.mark.parametrize(
    "change",
    [{"path": "x"}, {"sha256": "00" * 32}, {"size_bytes": 1}, {"executable": True}],
)
def test_each_fact_of_a_file_changes_the_digest(manifest, change) -> None:
    first, second = manifest.files
    changed = dataclasses.replace(manifest, files=(first, dataclasses.replace(second, **change)))
    assert manifest_digest(changed) != manifest_digest(manifest)


def test_it_is_an_in_toto_statement(state, manifest) -> None:
    plain = state().to_plain()
    assert plain["_type"] == "https://in-toto.io/Statement/v1"
    assert plain["predicateType"] == "https://modelkeep.dev/provenance/v1"
    assert plain["subject"] == [
        {"name": "config.json", "digest": {"sha256": manifest.files[0].sha256}},
        {"name": "model.joblib", "digest": {"sha256": manifest.files[1].sha256}},
        {"name": "/manifest", "digest": {"sha256": manifest_digest(manifest)}},
    ]
    assert plain["predicate"] == {
        "model_id": "churn",
        "version_number": "1.1.0",
        "version_id": "0196b0a0-0000-7000-8000-000000000002",
        "ordinal": 2,
        "format": "joblib",
        "created_at": "2026-05-03T08:30:15.000250Z",
        "signed_at": "2026-05-04T12:00:00Z",
        "created_by": "ada",
        "parent": "0196b0a0-0000-7000-8000-000000000001",
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    manifest=MANIFESTS,
    author=st.text(st.characters(exclude_categories=["Cs"])),
    ordinal=st.integers(1, 10**6),
)
def test_decoding_undoes_encoding(version, manifest, author, ordinal) -> None:
    version = dataclasses.replace(version, created_by=author)
    made = make_statement(
        version, manifest, ordinal=ordinal, signed_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert Statement.decode(made.encode()) == made
    assert made.facts == facts_of(version, manifest)


def test_times_are_kept_in_utc(state) -> None:
    east = datetime(2026, 5, 4, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    assert state(signed_at=east) == state(signed_at=datetime(2026, 5, 4, 12, 0, tzinfo=UTC))


def test_what_cannot_be_stated_is_refused(state) -> None:
    with pytest.raises(InvalidInputError, match="has no zone"):
        state(signed_at=datetime(2026, 5, 4))
    with pytest.raises(InvalidInputError, match="the first is 1"):
        state(ordinal=0)


BAD = {
    "another type": lambda p: p.update(_type="https://in-toto.io/Statement/v0.1"),
    "another predicate": lambda p: p.update(predicateType="https://slsa.dev/provenance/v1"),
    "no subject": lambda p: p.pop("subject"),
    "subject not a list": lambda p: p.update(subject={}),
    "subject not an object": lambda p: p["subject"].append("x"),
    "no manifest": lambda p: p["subject"].pop(),
    "a subject twice": lambda p: p["subject"].append(p["subject"][-1]),
    "no digest": lambda p: p["subject"][0].pop("digest"),
    "bad digest": lambda p: p["subject"][0]["digest"].update(sha256="AB" * 32),
    "predicate not an object": lambda p: p.update(predicate=[]),
    "no model": lambda p: p["predicate"].pop("model_id"),
    "number not a text": lambda p: p["predicate"].update(version_number=1),
    "ordinal true": lambda p: p["predicate"].update(ordinal=True),
    "ordinal zero": lambda p: p["predicate"].update(ordinal=0),
    "time without zone": lambda p: p["predicate"].update(signed_at="2026-05-04T12:00:00"),
    "no time": lambda p: p["predicate"].update(signed_at="yesterday"),
    "time out of range": lambda p: p["predicate"].update(signed_at="0001-01-01T00:00:00+14:00"),
    "parent not a text": lambda p: p["predicate"].update(parent=7),
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_no_statement(state, name) -> None:
    plain = state().to_plain()
    BAD[name](plain)
    with pytest.raises(SignatureError, match="statement|subject"):
        Statement.decode(json.dumps(plain).encode())


def test_unknown_fields_are_ignored(state) -> None:
    plain = state().to_plain()
    plain["predicate"]["later"] = 1
    plain["later"] = []
    assert Statement.decode(json.dumps(plain).encode()) == state()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": 1, "a": 1}', "stands in it twice"),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "stands in it twice"),
        (b'{"a": NaN}', "no JSON number"),
        (b'{"a": "\\ud800"}', "surrogates"),
        (b'{"a": "\xff"}', "utf-8"),
        ('{"a": 1}'.encode("utf-16"), "utf-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b'{"a": 1} x', "Extra data"),
        (b"", "Expecting value"),
        (b"[]", "not a JSON object but a list"),
        (b'{"a": ' + b"1" * 5000 + b"}", "Exceeds the limit"),
    ],
)
def test_json_that_readers_may_understand_differently_is_refused(text, reason) -> None:
    with pytest.raises(SignatureError, match=reason):
        Statement.decode(text)
