"""What is taken for a pickle: bytes that are none ask for nothing; one that would run is told."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import hostile

from modelkeep.storage.formats.files import FileFormat
from modelkeep.storage.staging import StagedFile
from modelkeep.storage.trust.findings import find_in
from modelkeep.storage.trust.inspecting import inspect_content

EXTENSION = b"\x82\xbf"


def _verdict(content: bytes) -> str:
    return inspect_content(memoryview(content), source="m").verdict


def test_random_bytes_ask_for_nothing() -> None:
    chance = random.Random(5)
    starts = [
        b"",
        EXTENSION,
        b"\x83",
        b"\x84",
        b"(o",
        b"(No",
        b"c",
        b"\x8c",
        b"i",
        b"\x80\x06",
    ]
    for number in range(2000):
        start = starts[number % len(starts)] if number >= 1000 else b""
        content = start + chance.randbytes(chance.choice((1, 8, 64, 500, 4000)))
        found = inspect_content(memoryview(content), source="m")
        assert [each.name for each in found.imports] == [], content[:40]
        told = find_in(FileFormat(), [StagedFile(name="data.bin", source=content)])
        assert told == {}, content[:40]


@pytest.mark.parametrize(
    "content",
    [
        b"cos\nsystem\n(S'ls'\ntR.",
        b"cos\nsystem\n(S'ls'\ntR",
        b"cos\nsystem\n(S'ls'\ntR\xff\xff not a step",
        b"cos\nsystem\n(S'ls'\ntR.and more",
        b"N0cos\nsystem\n(S'ls'\ntR.",
        b"N0\x80\x04cos\nsystem\n(S'ls'\ntR.",
        b"(S'ls'\nios\nsystem\n.",
        b"(cos\nsystem\nS'ls'\no.",
        b"N0" + hostile.call("os", "system", "ls") + b".",
        b"cos\nsystem\n" + EXTENSION + b" and more",
        EXTENSION + b".",
        b"(N" + EXTENSION + b"t.",
        b"\x80\x02" + EXTENSION,
        b"\x80\x04" + EXTENSION + b" and more",
    ],
)
def test_what_python_would_run_is_told_without_a_protocol(content: bytes) -> None:
    found = inspect_content(memoryview(content), source="m")
    assert found.verdict == "asks for more"
    assert found.imports
    told = find_in(FileFormat(), [StagedFile(name="data.bin", source=content)])
    assert told["files"] == {"data.bin": "asks for more"}
    assert told["asks_for"]


@pytest.mark.parametrize(
    "content",
    [
        EXTENSION,
        EXTENSION + b"x.",
        EXTENSION + b". more",
        b"(o" + b"\xff",
        b"\x82",
        b"(\x8f\x89\x91-\xf7",
        b"}]Ns\xff",
    ],
)
def test_what_only_begins_like_one_is_none(content: bytes) -> None:
    found = inspect_content(memoryview(content), source="m")
    assert (found.kind, found.verdict, found.imports) == ("unknown", "malformed", ())


def test_hostile_files_are_still_told_when_their_protocol_is_cut_off(tmp_path: Path) -> None:
    cut = 0
    for name, content in hostile.files(tmp_path / "marker"):
        if not name.startswith("call-") or content[:1] != b"\x80":
            continue
        bare = content[2:]
        if _verdict(content) == "asks for more":
            assert _verdict(bare) == "asks for more", name
            cut += 1
    assert cut > 100
