"""Tensors in ONNX models, by a walk over the messages."""

from __future__ import annotations

import io

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from modelkeep.storage.chunking import Region, regions_of

WEIGHTS = np.random.default_rng(0).random((64, 64), dtype=np.float32)


def regions(data: bytes) -> list[Region]:
    return regions_of(io.BytesIO(data), len(data))


def tensors(data: bytes) -> dict[str, tuple[str, bytes]]:
    return {
        region.name: (region.element, data[region.offset : region.end])
        for region in regions(data)
        if region.element
    }


def model(initializers: list[TensorProto], nodes: list[onnx.NodeProto] | None = None) -> bytes:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 64])
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 64])
    nodes = nodes or [helper.make_node("Identity", ["x"], ["y"])]
    graph = helper.make_graph(nodes, "graph", [value], [result], initializers)
    made = helper.make_model(graph, producer_name="test")
    helper.set_model_props(made, {"author": "test"})
    return made.SerializeToString()


def test_raw_initializers() -> None:
    halves = WEIGHTS.astype(np.float16)
    data = model([numpy_helper.from_array(WEIGHTS, "w"), numpy_helper.from_array(halves, "h")])
    assert tensors(data) == {"w": ("F32", WEIGHTS.tobytes()), "h": ("F16", halves.tobytes())}


@pytest.mark.parametrize(
    ("kind", "element", "width"),
    [
        ("FLOAT", "F32", 4),
        ("DOUBLE", "F64", 8),
        ("BFLOAT16", "BF16", 2),
        ("FLOAT8E4M3FN", "F8_E4M3", 1),
        ("FLOAT8E5M2", "F8_E5M2", 1),
        ("INT64", "I64", 8),
        ("INT32", "I32", 4),
        ("INT16", "I16", 2),
        ("INT8", "I8", 1),
        ("UINT64", "U64", 8),
        ("UINT32", "U32", 4),
        ("UINT16", "U16", 2),
        ("UINT8", "U8", 1),
        ("BOOL", "BOOL", 1),
    ],
)
def test_each_type(kind: str, element: str, width: int) -> None:
    tensor = TensorProto(
        name="w", dims=[8192], data_type=getattr(TensorProto, kind), raw_data=bytes(8192 * width)
    )
    assert tensors(model([tensor])) == {"w": (element, bytes(8192 * width))}


def test_packed_floats_and_doubles() -> None:
    flat = WEIGHTS.ravel().tolist()
    data = model(
        [
            helper.make_tensor("f", TensorProto.FLOAT, [64, 64], flat),
            helper.make_tensor("d", TensorProto.DOUBLE, [64, 64], flat),
        ]
    )
    assert tensors(data) == {
        "f": ("F32", WEIGHTS.tobytes()),
        "d": ("F64", WEIGHTS.astype(np.float64).tobytes()),
    }


def test_constants_and_the_branches_of_nodes() -> None:
    constant = helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(WEIGHTS))
    inner = numpy_helper.from_array(WEIGHTS + 1, "inner")
    branch = helper.make_graph(
        [helper.make_node("Identity", ["inner"], ["z"])], "b", [], [], [inner]
    )
    choice = helper.make_node("If", ["x"], ["y"], then_branch=branch, else_branch=branch)
    found = tensors(model([], [constant, choice]))
    assert found == {"c": ("F32", WEIGHTS.tobytes()), "inner": ("F32", (WEIGHTS + 1).tobytes())}


def test_small_tensors_and_varint_integers_are_plain() -> None:
    few = numpy_helper.from_array(np.zeros(10, np.float32), "few")
    whole = helper.make_tensor("ints", TensorProto.INT64, [9000], list(range(9000)))
    data = model([few, whole])
    assert regions(data) == [Region(0, len(data), "", "")]


def field(number: int, content: bytes) -> bytes:
    length, size = len(content), b""
    while length > 0x7F:
        size += bytes([length & 0x7F | 0x80])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + content


def test_malformed_models_are_plain() -> None:
    data = model([numpy_helper.from_array(WEIGHTS, "w")])
    nested = field(5, field(9, bytes(9000)))
    for _ in range(20):
        nested = field(1, field(5, field(6, nested)))
    endless = b"\x08\x08" + b"\x80" * 9000
    for broken in (
        data[:-1],
        data + b"\x00",
        data + b"\x0f\x00",
        b"\x08\x00" + data[2:],
        b"\x08\x08" + field(3, b"x" * 9000),
        b"\x08\x08" + field(7, nested),
        b"\x08\x08" + field(7, field(5, b"\x4a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" * 900)),
        endless,
        b"\x08" * 9000,
    ):
        assert regions(broken) == [Region(0, len(broken), "", "")]


def test_a_walk_ends_after_so_many_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    from modelkeep.storage.chunking import protobuf_fields

    data = model([numpy_helper.from_array(WEIGHTS, "w")])
    monkeypatch.setattr(protobuf_fields, "_MOST_FIELDS", 5)
    assert regions(data) == [Region(0, len(data), "", "")]
