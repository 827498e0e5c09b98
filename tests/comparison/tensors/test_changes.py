"""What changed between tensors of one name: equal to a plain calculation, whatever the kind."""

from __future__ import annotations

import json
import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.comparison.tensors import compare_tensors
from modelkeep.comparison.tensors.numbers import widened
from modelkeep.errors import InvalidInputError

KINDS = (
    "float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint64", "uint32",
    "uint16", "uint8", "bool", "complex64", "complex128", ">f4", ">i2",
)  # fmt: skip
SMALL_KINDS = (
    "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
    "float8_e8m0fnu", "float4_e2m1fn", "int4", "uint4",
)  # fmt: skip


def plain(first, second, *, same_kind=True):
    """The straightforward calculation."""
    wide = np.complex128 if "c" in (first.dtype.kind, second.dtype.kind) else np.float64
    x, y = first.reshape(-1).astype(wide), second.reshape(-1).astype(wide)
    width = first.dtype.itemsize
    if same_kind:
        bits1 = np.frombuffer(first.tobytes(), np.uint8).reshape(-1, width)
        bits2 = np.frombuffer(second.tobytes(), np.uint8).reshape(-1, width)
        changed = (bits1 != bits2).any(axis=1)
    else:
        changed = (x != y) & ~(np.isnan(x) & np.isnan(y))
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[finite], y[finite]
    norms = np.linalg.norm(x) * np.linalg.norm(y)
    return {
        "relative_norm": np.linalg.norm(y - x) / np.linalg.norm(x) if x.any() else None,
        "cosine": np.vdot(x, y).real / norms if norms else None,
        "changed_share": changed.mean(),
        "largest_change": np.abs(y - x).max(initial=0.0),
    }


def agree(change, expected) -> None:
    for key, value in expected.items():
        if value is None:
            assert change[key] is None or (change[key] == 0.0 and key == "relative_norm")
        else:
            assert change[key] == pytest.approx(value, rel=1e-6, abs=1e-12), key


def random_array(random, kind, shape):
    if kind == "bool":
        return random.integers(0, 2, shape).astype(bool)
    dtype = np.dtype(kind)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return random.integers(info.min, info.max, shape, dtype.newbyteorder("=")).astype(dtype)
    numbers = random.normal(size=shape)
    if dtype.kind == "c":
        numbers = numbers + 1j * random.normal(size=shape)
    return numbers.astype(dtype)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    shape=st.lists(st.integers(0, 7), max_size=4).map(tuple),
    share=st.sampled_from([0.0, 0.1, 1.0]),
    odd=st.booleans(),
    seed=st.integers(0, 1 << 30),
)
def test_as_numpy_has_it(array_source, kind, shape, share, odd, seed) -> None:
    random = np.random.default_rng(seed)
    first = random_array(random, kind, shape)
    other = random_array(random, kind, shape)
    second = np.where(random.random(shape) < share, other, first).astype(first.dtype)
    if odd and first.dtype.kind in "fc" and first.size > 2:
        first = first.copy()
        first.reshape(-1)[0] = np.nan
        second = second.copy()
        second.reshape(-1)[1] = -np.inf
    found = compare_tensors(array_source({"w": first}), array_source({"w": second}))
    (change,) = found["tensors"]
    json.dumps(found, allow_nan=False)
    if first.size:
        expected = plain(first, second)
        if change["verdict"] == "permuted":
            assert sorted(first.tobytes()) == sorted(second.tobytes())
        else:
            agree(change, expected)
            assert change["verdict"] == ("changed" if expected["changed_share"] else "same")
    else:
        assert change["verdict"] == "same"
        assert change["changed_share"] == 0.0
        assert change["cosine"] is None


@pytest.mark.parametrize("kind", SMALL_KINDS)
def test_every_value_of_a_small_kind(kind) -> None:
    dtype = np.dtype(getattr(ml_dtypes, kind))
    unsigned = np.dtype(f"u{dtype.itemsize}")
    if kind == "bfloat16":
        bits = np.arange(1 << 16, dtype=unsigned)
    else:
        bits = np.arange(16 if "4" in kind.split("_")[0] else 256, dtype=unsigned)
    with np.errstate(invalid="ignore"):  # some bits of NaN
        expected = bits.view(dtype).astype(np.float64)
    values = expected.astype(np.int8) if kind == "int4" else bits
    np.testing.assert_array_equal(widened(values, kind), expected)


@pytest.mark.parametrize("kind", SMALL_KINDS[:4])
def test_small_floats(between, kind) -> None:
    random = np.random.default_rng(4)
    dtype = np.dtype(getattr(ml_dtypes, kind))
    first = random.normal(size=(40, 30)).astype(dtype)
    second = (first.astype(np.float64) + random.normal(size=(40, 30)) / 9).astype(dtype)
    (change,) = between({"w": first}, {"w": second})["tensors"]
    assert change["dtype1"] == kind
    agree(change, plain(first, second))


@pytest.mark.parametrize("kind1", SMALL_KINDS[1:6])
@pytest.mark.parametrize("kind2", ["float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu"])
def test_every_pair_of_bytes(between, kind1, kind2) -> None:
    bits1, bits2 = np.divmod(np.arange(1 << 16), 256)
    first, second = (
        bits.astype(np.uint8).view(getattr(ml_dtypes, kind))
        for kind, bits in ((kind1, bits1), (kind2, bits2))
    )
    (change,) = between({"w": first}, {"w": second})["tensors"]
    agree(change, plain(first, second, same_kind=kind1 == kind2))
    odd1, odd2 = (int((~np.isfinite(each.astype(float))).sum()) for each in (first, second))
    assert f"{odd1} elements of version1, {odd2} of version2" in change["detail"]


@pytest.mark.parametrize(
    ("kind1", "kind2"),
    [("float32", "bfloat16"), ("float32", "float16"), ("float64", "int8"), ("bool", "float32"),
     ("float32", "complex64"), ("float8_e5m2", "float32")],
)  # fmt: skip
def test_another_kind(between, kind1, kind2) -> None:
    random = np.random.default_rng(5)
    numbers = random.normal(size=(17, 300)) * 20
    first, second = (
        numbers.astype(getattr(ml_dtypes, kind, None) or np.dtype(kind)) for kind in (kind1, kind2)
    )
    (change,) = between({"w": first}, {"w": second})["tensors"]
    assert change["verdict"] == "dtype_changed"
    assert (change["dtype1"], change["dtype2"]) == (kind1, kind2)
    agree(change, plain(first, second, same_kind=False))


def test_another_kind_with_the_same_values(between) -> None:
    (change,) = between({"w": np.arange(9.0)}, {"w": np.arange(9)})["tensors"]
    assert (change["verdict"], change["detail"]) == ("dtype_changed", "with the same values")
    assert (change["relative_norm"], change["cosine"], change["changed_share"]) == (0, 1, 0)


def test_large_tensors_in_many_blocks(between) -> None:
    random = np.random.default_rng(6)
    first = random.normal(size=3_000_001).astype(np.float32)
    second = first.copy()
    second[1_234_567] += 1
    second[-5:] *= 2
    (change,) = between({"w": first}, {"w": second})["tensors"]
    agree(change, plain(first, second))
    assert change["changed_share"] == 6 / 3_000_001


def test_the_same(between) -> None:
    arrays = {
        "w": np.random.default_rng(1).normal(size=(5, 6)),
        "zeros": np.zeros(7),
        "scalar": np.float32(3),
        "empty": np.zeros((0, 4)),
        "nan": np.full(3, np.nan),
    }
    found = between(arrays, arrays)
    assert found["counts"] == {"same": 5}
    assert (found["relative_norm"], found["changed_share"]) == (0.0, 0.0)
    for change in found["tensors"]:
        sizes = (change["relative_norm"], change["changed_share"], change["largest_change"])
        assert sizes == (0.0, 0.0, 0.0)
    cosines = {name: change["cosine"] for name, change in found["by_name"].items()}
    assert cosines.pop("w") == pytest.approx(1.0)
    assert cosines.pop("scalar") == pytest.approx(1.0)
    assert cosines == dict.fromkeys(("zeros", "empty", "nan"))
    assert found["notes"] == [
        "nan (m): 3 elements of version1 and 3 of version2 are NaN or infinite, and left out"
    ]


def test_from_zeros_there_is_no_relative_norm(between) -> None:
    found = between({"w": np.zeros(4)}, {"w": np.array([0, 0, 3.0, 4.0])})
    (change,) = found["tensors"]
    assert (change["relative_norm"], change["cosine"]) == (None, None)
    assert (change["largest_change"], change["changed_share"]) == (4.0, 0.5)
    assert found["relative_norm"] is None


def test_the_sign_of_zero_is_a_change_of_bits_only(between) -> None:
    (change,) = between({"w": np.array([0.0, 1])}, {"w": np.array([-0.0, 1])})["tensors"]
    assert (change["verdict"], change["changed_share"]) == ("changed", 0.5)
    assert (change["relative_norm"], change["largest_change"]) == (0.0, 0.0)


def test_nan_and_infinity_are_counted_out(between) -> None:
    first = np.array([1.0, np.nan, 2.0, np.inf, 5.0])
    second = np.array([1.0, 7.0, 4.0, np.inf, np.nan])
    found = between({"w": first}, {"w": second})
    (change,) = found["tensors"]
    assert change["relative_norm"] == pytest.approx(2 / math.sqrt(5))
    assert change["changed_share"] == pytest.approx(3 / 5)
    assert change["largest_change"] == 2.0
    said = "2 elements of version1, 2 of version2"
    assert change["detail"] == f"NaN or infinite, and left out: {said}"
    assert found["notes"] == [
        "w (m): 2 elements of version1 and 2 of version2 are NaN or infinite, and left out"
    ]


def test_numbers_whose_squares_are_too_large(between) -> None:
    found = between({"w": np.array([1e200, 1.0])}, {"w": np.array([-1.7e308, 1.0])})
    (change,) = found["tensors"]
    assert (change["relative_norm"], change["cosine"]) == (None, None)
    assert change["changed_share"] == 0.5
    assert "beyond float64" in found["notes"][0]
    json.dumps(found, allow_nan=False)


def test_what_is_no_number(between) -> None:
    first, second = np.array(["ab", "c", "d"]), np.array(["ab", "x", "d"])
    found = between({"names": first}, {"names": second})
    (change,) = found["tensors"]
    assert (change["verdict"], change["changed_share"]) == ("changed", pytest.approx(1 / 3))
    assert (change["relative_norm"], change["cosine"], change["largest_change"]) == (None,) * 3
    assert found["notes"] == ["names (m): <U2 is no number, so that it has no norm"]
    assert found["relative_norm"] is None


def test_over_all_tensors(between) -> None:
    random = np.random.default_rng(2)
    first = {"a": random.normal(size=50), "b": random.normal(size=(4, 5)), "gone": np.ones(3)}
    second = {"a": first["a"] + 0.1, "b": first["b"], "new": np.ones((2, 9))}
    found = between(first, second)
    kept = np.concatenate([first["a"], first["b"].ravel()])
    change = np.concatenate([second["a"], second["b"].ravel()]) - kept
    expected = np.linalg.norm(change) / np.linalg.norm(kept)
    assert found["relative_norm"] == pytest.approx(expected, rel=1e-9)
    assert found["changed_share"] == pytest.approx(50 / 70)
    assert found["counts"] == {"changed": 1, "same": 1, "added": 1, "removed": 1}
    assert [change["name"] for change in found["tensors"]] == ["a", "b", "new", "gone"]
    added, removed = found["by_name"]["new"], found["by_name"]["gone"]
    assert (added["shape1"], added["shape2"], added["dtype1"]) == (None, [2, 9], None)
    assert (removed["shape1"], removed["shape2"], removed["elements"]) == ([3], None, 3)
    assert added["relative_norm"] is removed["changed_share"] is None


def test_no_tensors_at_all(between) -> None:
    found = between({}, {})
    assert found["tensors"] == []
    assert found["relative_norm"] is found["changed_share"] is None


def test_another_shape_with_other_values(between) -> None:
    found = between({"w": np.ones((3, 4))}, {"w": np.ones((3, 5))})
    (change,) = found["tensors"]
    assert (change["verdict"], change["relative_norm"]) == ("changed", None)
    assert change["detail"] == "of the shape [3, 5] instead of [3, 4]"
    assert found["notes"] == ["w (m): not compared, of the shape [3, 5] instead of [3, 4]"]


def test_bits_of_nan_that_numpy_warns_of(between) -> None:
    bits = np.array([0x7F800001, 0x3F800000], np.uint32).view(np.float32)
    found = between({"w": bits}, {"w": np.array([1, 2], np.float32)})
    assert found["tensors"][0]["largest_change"] == 1.0


def test_too_little_memory(array_source) -> None:
    with pytest.raises(InvalidInputError, match="most_memory_bytes is 1000; it must be 67108864"):
        compare_tensors(array_source({}), array_source({}), most_memory_bytes=1000)
