"""Tensors that were renamed, reshaped, transposed or reordered are found again."""

from __future__ import annotations

import numpy as np
import pytest

from modelkeep.comparison.tensors import compare_tensors

RANDOM = np.random.default_rng(8)


def matrix(*shape, kind=np.float32):
    return RANDOM.normal(size=shape).astype(kind)


def zeroed(change) -> bool:
    sizes = (change["relative_norm"], change["changed_share"], change["largest_change"])
    return sizes == (0, 0, 0) and change["cosine"] == pytest.approx(1.0)


def test_renamed(between) -> None:
    first = {f"encoder.{number}.weight": matrix(6, 8) for number in range(4)}
    second = {name.replace("encoder", "body"): each for name, each in first.items()}
    found = between(first, second)
    assert found["counts"] == {"renamed": 4}
    for name, change in found["by_name"].items():
        assert change["old_name"] == name.replace("body", "encoder")
        assert zeroed(change)
    assert (found["relative_norm"], found["changed_share"]) == (0.0, 0.0)


def test_equal_tensors_find_the_one_with_the_same_end_of_the_name(between) -> None:
    ones = np.ones(5)
    found = between(
        {"a.0.norm.weight": ones, "a.1.norm.weight": ones},
        {"b.1.norm.weight": ones, "b.0.norm.weight": ones},
    )
    olds = {name: change["old_name"] for name, change in found["by_name"].items()}
    assert olds == {"b.0.norm.weight": "a.0.norm.weight", "b.1.norm.weight": "a.1.norm.weight"}


def test_one_value_all_over_is_no_evidence(between) -> None:
    found = between({"head.bias": np.zeros(5)}, {"tail.offset": np.zeros(5)})
    assert found["counts"] == {"added": 1, "removed": 1}


def test_another_file(array_source) -> None:
    weight = matrix(4, 4)
    found = compare_tensors(
        array_source({"w": weight}, file="a.npz"), array_source({"w": weight}, file="b.npz")
    )
    (change,) = found["tensors"]
    assert (change["verdict"], change["old_name"]) == ("same", None)
    assert (change["file"], change["detail"]) == ("b.npz", "it was in a.npz")


def test_renamed_and_changed(between) -> None:
    first = {f"encoder.{number}.weight": matrix(40, 50) for number in range(5)}
    second = {
        name.replace("encoder", "body"): each + 0.05 * matrix(40, 50)
        for name, each in first.items()
    }
    found = between(first, second)
    assert found["counts"] == {"renamed": 5}
    for name, change in found["by_name"].items():
        old = first[change["old_name"]].astype(float)
        assert change["old_name"] == name.replace("body", "encoder")
        assert change["detail"] == "renamed, and changed"
        expected = np.linalg.norm(second[name] - old) / np.linalg.norm(old)
        assert change["relative_norm"] == pytest.approx(expected, rel=1e-5)
    assert found["relative_norm"] == pytest.approx(0.05, rel=0.1)


def test_renamed_and_of_another_kind(between) -> None:
    weight = matrix(30, 30)
    (change,) = between({"a": weight}, {"b": weight.astype(np.float16)})["tensors"]
    assert (change["verdict"], change["old_name"]) == ("renamed", "a")
    assert change["detail"] == "renamed, and changed from float32 to float16"


def test_several_that_it_could_be_are_none(between) -> None:
    weight = matrix(30, 30)
    first = {"a": weight, "b": weight + 0.01 * matrix(30, 30)}
    found = between(first, {"c": weight + 0.01 * matrix(30, 30)})
    assert found["counts"] == {"added": 1, "removed": 2}


def test_unlike_tensors_are_others(between) -> None:
    found = between({"a": matrix(30, 30)}, {"b": matrix(30, 30)})
    assert found["counts"] == {"added": 1, "removed": 1}


def test_reshaped(between) -> None:
    weight = matrix(6, 8)
    other = weight + 1
    found = between({"w": weight, "v": other}, {"w": weight.reshape(4, 12), "u": other.ravel()})
    assert found["counts"] == {"reshaped": 2}
    assert found["by_name"]["u"]["old_name"] == "v"
    assert found["by_name"]["u"]["detail"] == "renamed, and of the shape [48] instead of [6, 8]"
    assert all(zeroed(change) for change in found["tensors"])


@pytest.mark.parametrize(
    ("shape", "order", "detail"),
    [
        ((5, 7), (1, 0), "transposed"),
        ((6, 6), (1, 0), "transposed"),
        ((3, 4, 5), (2, 0, 1), "its axes are in the order (2, 0, 1)"),
        ((3, 3, 5), (1, 0, 2), "its axes are in the order (1, 0, 2)"),
        ((8, 3, 2, 4), (2, 3, 1, 0), "its axes are in the order (2, 3, 1, 0)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["w", "renamed"])
def test_axes(between, shape, order, detail, name) -> None:
    weight = matrix(*shape)
    (change,) = between({"w": weight}, {name: weight.transpose(order)})["tensors"]
    assert (change["verdict"], change["detail"]) == ("permuted", detail)
    assert change["old_name"] == (None if name == "w" else "w")
    assert zeroed(change)


@pytest.mark.parametrize(
    ("kind", "shape", "axis", "detail"),
    [
        ("float32", (40, 7), 0, "its rows are in another order"),
        ("float16", (40, 7), 1, "its columns are in another order"),
        ("float64", (9, 4, 3, 3), 0, "in another order along axis 0"),
        ("int8", (6, 20, 5), 1, "in another order along axis 1"),
        ("float32", (50,), 0, "its elements are in another order"),
    ],
)
def test_order_along_an_axis(between, kind, shape, axis, detail) -> None:
    weight = (matrix(*shape) * 40).astype(kind)
    moved = np.take(weight, np.roll(np.arange(shape[axis]), 2), axis)
    (change,) = between({"w": weight}, {"w": moved})["tensors"]
    assert (change["verdict"], change["detail"]) == ("permuted", detail)
    assert zeroed(change)


def test_rows_and_columns(between) -> None:
    weight = matrix(30, 20)
    moved = weight[RANDOM.permutation(30)][:, RANDOM.permutation(20)]
    (change,) = between({"w": weight}, {"w": moved})["tensors"]
    assert change["detail"] == "in another order of its rows and columns"


def test_hidden_units_in_another_order(between) -> None:
    first = {"0.weight": matrix(32, 9), "0.bias": matrix(32), "1.weight": matrix(4, 32)}
    order = RANDOM.permutation(32)
    second = {
        "0.weight": first["0.weight"][order],
        "0.bias": first["0.bias"][order],
        "1.weight": first["1.weight"][:, order],
    }
    found = between(first, second)
    assert found["counts"] == {"permuted": 3}
    assert (found["relative_norm"], found["changed_share"]) == (0.0, 0.0)


def test_the_same_elements_anywhere_are_no_order(between) -> None:
    weight = matrix(30, 20)
    shuffled = RANDOM.permutation(weight.ravel()).reshape(30, 20)
    (change,) = between({"w": weight}, {"w": shuffled})["tensors"]
    assert (change["verdict"], change["detail"]) == ("changed", "")
    assert change["changed_share"] > 0.9


def test_flags_that_changed_are_not_reordered(between) -> None:
    first, second = np.array([True, False, False]), np.array([False, True, False])
    (change,) = between({"w": first}, {"w": second})["tensors"]
    assert change["verdict"] == "changed"


def test_a_large_transposition_in_blocks(between) -> None:
    weight = matrix(1500, 1100)
    (change,) = between({"w": weight}, {"w": weight.T})["tensors"]
    assert (change["verdict"], change["detail"]) == ("permuted", "transposed")


def test_a_transposition_with_one_change_is_a_change(between) -> None:
    weight = matrix(60, 60)
    moved = weight.T.copy()
    moved[3, 4] = np.nextafter(moved[3, 4], np.float32(9))
    (change,) = between({"w": weight}, {"w": moved})["tensors"]
    assert change["verdict"] == "changed"
