"""The bytes of summaries: round trips, canonical form, size, and all kinds of damage."""

from __future__ import annotations

import zlib

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.errors import IntegrityError, InvalidInputError
from modelkeep.tracking.scores.confusion import Confusion
from modelkeep.tracking.scores.probabilities import Probabilities
from modelkeep.tracking.scores.residuals import Residuals
from modelkeep.tracking.sketches.categories import Categories
from modelkeep.tracking.sketches.encoding import Summary
from modelkeep.tracking.sketches.log_histogram import LogHistogram
from modelkeep.tracking.sketches.moments import Moments
from modelkeep.tracking.sketches.varints import pack_counts, unpack_counts

KINDS = [LogHistogram, Moments, Categories, Confusion, Residuals, Probabilities]
COUNTS = st.lists(st.one_of(st.just(0), st.integers(0, 300), st.integers(0, 2**55)), max_size=80)


def filled(kind: type[Summary], rows: int = 500) -> Summary:
    random = np.random.default_rng(31)
    summary = kind()
    truths, scores = random.integers(0, 2, rows), random.random(rows)
    if kind in (LogHistogram, Moments):
        summary.add(np.append(random.normal(size=rows), [0.0, np.nan, np.inf]))
    elif kind is Categories:
        summary.add([*random.integers(0, 400, rows).tolist(), "a", "ä", True, None])
    elif kind is Confusion:
        summary.add(random.integers(0, 70, rows), random.integers(0, 70, rows))
    elif kind is Residuals:
        summary.add(scores, truths)
    else:
        summary.add(truths, scores)
        summary.add_unlabelled(scores)
    return summary


def sealed(kind: type[Summary], body: bytes, version: int = 1) -> bytes:
    head = bytes([version, kind.kind])
    return head + zlib.crc32(head + body).to_bytes(4, "big") + body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [0, 1, 500])
def test_bytes_bring_back_an_equal_summary(kind, rows):
    summary = filled(kind, rows) if rows else kind()
    again = kind.from_bytes(summary.to_bytes())
    assert again == summary
    assert again.to_bytes() == summary.to_bytes()
    again.merge(summary)
    assert (again != summary) == bool(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_a_summary_equals_only_its_kind_and_is_not_hashable(kind):
    assert kind() != object()
    with pytest.raises(TypeError, match="unhashable"):
        hash(kind())


def test_kinds_are_told_apart():
    assert len({kind.kind for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        for other in KINDS:
            if kind is not other:
                with pytest.raises(IntegrityError, match=f"kind {kind.kind}, not {other.kind}"):
                    other.from_bytes(kind().to_bytes())


@pytest.mark.parametrize("kind", KINDS)
def test_any_single_damaged_byte_is_found(kind):
    data = filled(kind, 20).to_bytes()
    for place in range(0, len(data), max(1, len(data) // 200)):
        damaged = bytearray(data)
        damaged[place] ^= 0x15
        with pytest.raises(IntegrityError, match=f"a stored {kind.__name__} is damaged"):
            kind.from_bytes(bytes(damaged))


@pytest.mark.parametrize("kind", KINDS)
def test_cut_and_longer_bytes_are_found(kind):
    data = filled(kind, 20).to_bytes()
    for wrong in (b"", data[:1], data[:6], data[:-1], data + b"\0"):
        with pytest.raises(IntegrityError):
            kind.from_bytes(wrong)


@pytest.mark.parametrize("version", [0, 2, 255])
def test_an_unknown_version_is_refused(version):
    body = Moments().to_bytes()[6:]
    with pytest.raises(IntegrityError, match=f"version {version}, known is 1"):
        Moments.from_bytes(sealed(Moments, body, version))


@settings(max_examples=200)
@given(st.sampled_from(KINDS), st.binary(max_size=60))
def test_any_sealed_bytes_are_a_summary_or_an_integrity_error(kind, body):
    try:
        made = kind.from_bytes(sealed(kind, body))
    except IntegrityError:
        return
    assert made.to_bytes() == sealed(kind, body)


@settings(max_examples=150)
@given(st.sampled_from(KINDS), st.data())
def test_states_with_a_changed_part_are_a_summary_or_an_integrity_error(kind, data):
    parts = msgspec.msgpack.decode(filled(kind, 20).to_bytes()[6:])
    part = st.one_of(
        st.integers(-2, 2**64 - 1), st.floats(), st.binary(max_size=4), st.text(max_size=2),
        st.none(), st.lists(st.integers(0, 2), max_size=3),
    )  # fmt: skip
    parts[data.draw(st.integers(0, len(parts) - 1))] = data.draw(part)
    changed = sealed(kind, msgspec.msgpack.encode(parts))
    try:
        made = kind.from_bytes(changed)
    except IntegrityError:
        return
    assert made.to_bytes() == changed


def test_another_way_to_write_the_same_is_refused():
    parts = msgspec.msgpack.decode(Categories().to_bytes()[6:])
    with_values = [*parts[:1], ["b", "a"], b"\1\1", 2, 0, 0]
    with pytest.raises(IntegrityError, match="canonical"):
        Categories.from_bytes(sealed(Categories, msgspec.msgpack.encode(with_values)))


def test_a_short_message_cannot_ask_for_much_memory():
    parts = msgspec.msgpack.decode(LogHistogram().to_bytes()[6:])
    parts[9] = b"\1\0\xff\xff\xff\xff\xff\xff\xff\x7f\1"
    with pytest.raises(IntegrityError, match="more than 4096 counts"):
        LogHistogram.from_bytes(sealed(LogHistogram, msgspec.msgpack.encode(parts)))


@given(COUNTS)
def test_counts_survive_packing(counts):
    packed = pack_counts(np.array(counts, dtype=np.int64))
    assert unpack_counts(packed, len(counts)).tolist() == counts
    if counts:
        with pytest.raises(InvalidInputError, match="more than"):
            unpack_counts(packed, len(counts) - 1)


@given(st.binary(max_size=30))
def test_any_bytes_are_counts_or_refused(data):
    try:
        counts = unpack_counts(data, 1000)
    except InvalidInputError:
        return
    assert counts.size <= 1000
    assert (counts >= 0).all()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x80", "cut off"),
        (b"\0", "no length"),
        (b"\0\0", "length"),
        (b"\0\0\1", "the length 0"),
        (b"\xff" * 9 + b"\1", "63 bits"),
        ((b"\xff" * 8 + b"\x7f") * 2, "62 bits"),
    ],
)
def test_broken_counts_are_refused(data, said):
    with pytest.raises(InvalidInputError, match=said):
        unpack_counts(data, 100)


def test_a_histogram_of_a_million_values_takes_less_than_a_kilobyte():
    summary = LogHistogram()
    summary.add(np.random.default_rng(1).lognormal(size=1_000_000))
    assert len(summary.to_bytes()) < 1000


def small(kind: type[Summary]) -> Summary:
    summary = kind()
    if kind in (LogHistogram, Moments):
        summary.add([1.0, -2.0, 0.0, 5.0, np.nan])
    elif kind is Categories:
        summary.add(["b", "b", 7, True])
    elif kind is Confusion:
        summary.add(["b", "b", "a"], ["b", "a", "a"])
    elif kind is Residuals:
        summary.add([1.0, 2.0], [1.5, 1.0])
    else:
        summary.add([1, 0], [0.5, 0.0])
        summary.add_unlabelled([0.25])
    return summary


# Version, kind and CRC-32: the checksum of the body stands for it.
GOLDEN = {
    LogHistogram: "01010b3ae5f9",
    Moments: "01022a3899c0",
    Categories: "010309b63344",
    Confusion: "01046129c8e0",
    Residuals: "010567f84170",
    Probabilities: "01062e159cb3",
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_bytes_of_today_are_those_of_all_releases_with_this_version(kind):
    assert small(kind).to_bytes()[:6].hex() == GOLDEN[kind]
