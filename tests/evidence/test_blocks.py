"""Blocks as bytes: what comes back is what went in, and damage is refused."""

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from modelkeep.deployment.evidence.blocks import (
    MOST_ROWS,
    SERVED,
    SHADOW,
    Block,
    LabelBlock,
    Revision,
)
from modelkeep.deployment.evidence.encoding import FORMAT, DamagedEvidenceError, decode, encode
from modelkeep.errors import IntegrityError, InvalidInputError, NewerFormatError


def differences(one, other):
    """Return the names of what differs; arrays are held against each other bit by bit."""
    assert type(one) is type(other)
    plain = {"split_id", "first_at", "last_at", "count"} | (
        {"revisions"} if isinstance(one, Block) else set()
    )
    different = {name for name in plain if getattr(one, name) != getattr(other, name)}
    pairs = {**{n: (c, other.fixed_columns[n]) for n, c in one.fixed_columns.items()}}
    if one.values.keys() != other.values.keys():
        return different | {"values"}
    pairs |= {name: (column, other.values[name]) for name, column in one.values.items()}
    return different | {
        name
        for name, (mine, its) in pairs.items()
        if mine.dtype != its.dtype or mine.tobytes() != its.tobytes()
    }


@st.composite
def columns(draw, count):
    def column(dtype, **limits):
        constant = draw(st.booleans())
        elements = arrays.from_dtype(np.dtype(dtype), **limits)
        if constant and count:
            return np.full(count, draw(elements), dtype=dtype)
        return draw(arrays.arrays(dtype, count, elements=elements))

    names = draw(st.lists(st.text(min_size=1, max_size=8), max_size=3, unique=True))
    return column, {name: column("<f8") for name in names if len(name.encode()) < 200}


texts = st.text(max_size=12)
moments = st.integers(-(2**62), 2**62)


@st.composite
def row_blocks(draw):
    count = draw(st.integers(0, 40))
    column, values = draw(columns(count))
    arms = draw(st.integers(1, 4))
    shadows = st.none() | st.integers(1, arms - 1) if arms > 1 else st.none()
    weights = st.lists(st.floats(0, 1), min_size=arms, max_size=arms).map(tuple)
    revisions = draw(
        st.lists(
            st.builds(Revision, st.integers(0, 2**62), weights, shadows), min_size=1, max_size=3
        )
    )
    pairs = np.zeros(count, dtype=np.uint8)
    points = column("<u8")
    for at in draw(st.lists(st.integers(0, max(0, count // 2 - 1)), unique=True)):
        if 2 * at + 1 < count:
            pairs[2 * at : 2 * at + 2] = SERVED, SHADOW
            points[2 * at + 1] = points[2 * at]
    return Block(
        split_id=draw(texts),
        first_at=draw(moments),
        last_at=draw(moments),
        revisions=tuple(revisions),
        points=points,
        arms=column("u1", max_value=arms - 1),
        revision_indices=column("<u2", max_value=len(revisions) - 1),
        successes=column("u1", max_value=2),
        latencies=column("<f4"),
        values=values,
        predictions=column("<u8"),
        pairs=pairs,
    )


@st.composite
def label_blocks(draw):
    count = draw(st.integers(0, 40))
    column, values = draw(columns(count))
    return LabelBlock(
        split_id=draw(texts),
        first_at=draw(moments),
        last_at=draw(moments),
        predictions=column("<u8"),
        successes=column("u1", max_value=2),
        values=values,
    )


@given(row_blocks() | label_blocks())
@settings(deadline=None, max_examples=150)
def test_what_comes_back_is_what_went_in(block):
    assert differences(decode(encode(block)), block) == set()


def test_the_comparison_of_these_tests_sees_a_difference(block_of):
    block = block_of([1, 2], [0, 1], 0.5, latencies=[0.1, np.nan], values={"a": [1.0, 2.0]})
    other = block_of([1, 3], [0, 1], 0.25, latencies=[0.1, 0.2], values={"a": [1.0, 2.0]})
    assert differences(block, other) == {"points", "revisions", "latencies"}


@pytest.fixture
def small(block_of):
    rng = np.random.default_rng(5)
    # Long enough for a column in each coding: alike, in a frame, as it is.
    return block_of(
        rng.integers(0, 1 << 64, 64, dtype=np.uint64),
        [0, 1] * 32,
        0.5,
        successes=[1] * 64,
        latencies=rng.random(64),
        values={"quality": [0.25] * 60 + [np.nan] * 4},
    )


def test_every_flipped_bit_of_a_small_block_is_refused(small):
    payload = bytearray(encode(small))
    for at in range(len(payload)):
        for bit in range(8):
            payload[at] ^= 1 << bit
            with pytest.raises(DamagedEvidenceError, match="a block of evidence is damaged"):
                decode(payload)
            payload[at] ^= 1 << bit
    assert differences(decode(payload), small) == set()


def test_every_cut_is_refused(small):
    payload = encode(small)
    for length in range(len(payload)):
        with pytest.raises(IntegrityError):
            decode(payload[:length])
    with pytest.raises(IntegrityError):
        decode(payload + b"\0")


def signed(body, version=FORMAT):
    start = bytes([version])
    return start + blake3(start + body).digest(16) + body


def test_a_later_format_is_told_apart_from_damage(small):
    body = encode(small)[17:]
    assert differences(decode(signed(body)), small) == set()
    with pytest.raises(NewerFormatError, match=f"has format {FORMAT + 1}"):
        decode(signed(body, FORMAT + 1))


def test_a_body_that_no_encoder_wrote_is_refused_in_little_room(small, block_of):
    import msgspec

    whole = msgspec.msgpack.decode(encode(small)[17:])
    count, columns = 4, 6
    frame_of_another_size = next(column for column in whole[columns] if column[1] == 1)[2]
    wrong = [
        b"",
        b"\xc1",
        [*whole, 1],
        ["others", *whole[1:]],
        [*whole[:count], 1 << 40, *whole[count + 1 :]],
        [*whole[:count], -1, *whole[count + 1 :]],
        [*whole[:columns], whole[columns][:-2]],
        [*whole[:columns], [*whole[columns], whole[columns][0]]],
        [*whole[:columns], [*whole[columns], ["unknown", 0, b"\0" * 8]]],
        [*whole[:columns], [[name, 3, data] for name, _, data in whole[columns]]],
        [*whole[:columns], [[name, 0, data] for name, _, data in whole[columns]]],
        [
            *whole[:columns],
            [[n, 1, frame_of_another_size] if n == "points" else [n, c, d] for n, c, d in whole[6]],
        ],
        [*whole[:5], [[1, [0.5, 7.0], None]], whole[6]],
        [*whole[:5], [], whole[6]],
    ]
    for body in wrong:
        with pytest.raises(DamagedEvidenceError):
            decode(signed(body if isinstance(body, bytes) else msgspec.msgpack.encode(body)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"successes": [3]}, "successes hold 3"),
        ({"pairs": [SERVED]}, "a pair is not whole"),
        ({"pairs": [SHADOW]}, "a pair is not whole"),
        ({"values": {"q": [1.0, 2.0]}}, r"'q' is float64 of shape \(2,\)"),
        ({"values": {"": [1.0]}}, "'' is no name for a value"),
        ({"arms": [2]}, "an arm that its revision does not have"),
        ({"weights": 1.5}, "revision 0 has the weights"),
        ({"predictions": [1, 2]}, "'predictions' is uint64"),
    ],
)
def test_columns_that_do_not_fit_are_refused(block_of, wrong, message):
    row = {"points": [7], "arms": [0], "weights": 0.5}
    block_of(**row)
    with pytest.raises(InvalidInputError, match=message):
        block_of(**{**row, **wrong})


def test_the_halves_of_a_pair_are_of_one_unit(block_of):
    with pytest.raises(InvalidInputError, match="two units"):
        block_of([1, 2], [0, 1], 0.0, pairs=[SERVED, SHADOW])


def test_a_block_is_bounded():
    count = MOST_ROWS + 1
    with pytest.raises(InvalidInputError, match=f"it has {count} rows, {MOST_ROWS} is the most"):
        LabelBlock(
            predictions=np.zeros(count, dtype=np.uint64), successes=np.zeros(count, dtype=np.uint8)
        )
