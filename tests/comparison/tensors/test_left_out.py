"""Tensors that are in a file but cannot be read are noted; names that a file gives twice."""

from __future__ import annotations

import io

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.errors import IntegrityError
from modelkeep.storage.chunking.protobuf_fields import whole_varints
from modelkeep.storage.formats import onnx_tensors
from modelkeep.storage.formats.free_names import FreeNames
from modelkeep.storage.formats.tensor_files import index_of

MANY = 20_000


def opened(content: bytes):
    return index_of(io.BytesIO(content), len(content), "f")


def saved(state) -> bytes:
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


def model_of(*tensors) -> bytes:
    graph = onnx.helper.make_graph([], "g", [], [], list(tensors))
    return onnx.helper.make_model(graph).SerializeToString()


@pytest.mark.parametrize(
    ("tensor", "why"),
    [
        (torch.tensor([1 + 2j]).conj(), "its numbers are kept as their conjugates or negatives"),
        (torch.tensor([1 + 2j]).conj().imag, "its numbers are kept as their conjugates"),
        (torch.eye(3).to_sparse(), "it is built by torch._utils._rebuild_sparse_tensor"),
        (torch.ones(3, device="meta"), "it is built by torch._utils._rebuild_meta_tensor"),
    ],
)
def test_tensors_of_torch_that_are_no_view(tensor, why) -> None:
    found = opened(saved({"w": torch.ones(2), "x": tensor}))
    assert found.names() == ["w"]
    assert list(found.left_out) == ["x"]
    assert found.left_out["x"].startswith(why)


def test_keys_that_are_no_names() -> None:
    found = opened(saved({"w": torch.ones(2), (1, 2): torch.ones(3), 7: torch.ones(4)}))
    assert {name: found.place(name).shape for name in found.names()} == {
        "w": (2,), "[1]": (3,), "7": (4,),
    }  # fmt: skip


@given(st.lists(st.sampled_from(["w", "w#2", "w#3", "w#2#2", "v", ""]), max_size=30))
def test_each_name_is_given_once(wanted) -> None:
    names = FreeNames()
    given_names = [names.take(name) for name in wanted]
    assert len(set(given_names)) == len(wanted)
    for at, (name, free) in enumerate(zip(wanted, given_names, strict=True)):
        assert free.startswith(name)
        assert (free == name) == (name not in given_names[:at])


def test_very_many_tensors_without_a_name() -> None:
    tensor = onnx.TensorProto(data_type=onnx.TensorProto.FLOAT, dims=[1], raw_data=b"1234")
    found = opened(model_of(*[tensor] * MANY))
    assert len(set(found.names())) == MANY
    assert found.names()[-1] == f"#{MANY}"


def test_very_many_tensors_whose_names_begin_alike() -> None:
    tensor = torch.ones(1)
    found = opened(saved({"k" * 512 + str(number): tensor for number in range(MANY)}))
    assert len(set(found.names())) == MANY


@pytest.mark.parametrize("piece", [10, 11, 64, 1 << 20])
@pytest.mark.parametrize("kind", ["INT64", "INT8", "FLOAT16", "UINT64"])
def test_varints_are_read_in_pieces(monkeypatch, kind, piece) -> None:
    monkeypatch.setattr(onnx_tensors, "_PIECE_BYTES", piece)
    array = (np.random.default_rng(3).normal(size=(20, 9)) * 100).astype(kind.lower())
    number = getattr(onnx.TensorProto, kind)
    found = opened(model_of(onnx.helper.make_tensor("w", number, array.shape, array.ravel())))
    pieces = list(found.pieces("w"))
    assert b"".join(pieces) == array.tobytes()
    assert len(pieces) > 5 or piece > 64
    np.testing.assert_array_equal(found.decompressed("w"), array)


@pytest.mark.parametrize("elements", [3, 5])
def test_varints_of_another_number(monkeypatch, elements) -> None:
    monkeypatch.setattr(onnx_tensors, "_PIECE_BYTES", 10)
    tensor = onnx.TensorProto(name="w", data_type=onnx.TensorProto.INT64, dims=[elements])
    tensor.int64_data.extend([1 << 40] * 4)
    with pytest.raises(IntegrityError, match="'w' has a shape of another length"):
        opened(model_of(tensor)).decompressed("w")


@given(st.lists(st.integers(0, 255), min_size=1, max_size=30).map(bytes))
def test_a_number_that_is_cut_off_is_left(content) -> None:
    try:
        whole = whole_varints(content)
    except ValueError:
        assert min(content[-10:]) > 0x7F
        return
    assert content.startswith(whole)
    assert all(byte > 0x7F for byte in content[len(whole) :])
    assert whole[-1] <= 0x7F
