"""Files whose bytes were changed anywhere: refused by an error of ours, or read within bounds."""

from __future__ import annotations

import io

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from modelkeep.errors import ModelkeepError
from modelkeep.storage.chunking.protobuf_fields import varints
from modelkeep.storage.formats.tensor_files import index_of


def torch_file() -> bytes:
    file = io.BytesIO()
    weight = torch.arange(12.0).reshape(3, 4)
    torch.save({"w": weight, "t": weight.T, "h": torch.ones(2, dtype=torch.bfloat16)}, file)
    return file.getvalue()


def onnx_file() -> bytes:
    kinds = onnx.TensorProto
    tensors = [
        onnx.helper.make_tensor("w", kinds.FLOAT, [2, 3], np.arange(6.0)),
        onnx.helper.make_tensor("n", kinds.INT64, [3], [1, -1, 300]),
        onnx.helper.make_tensor("r", kinds.INT8, [4], b"abcd", raw=True),
    ]
    graph = onnx.helper.make_graph([], "g", [], [], tensors)
    return onnx.helper.make_model(graph).SerializeToString()


def npz_file() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, a=np.arange(300), b=np.ones(3))
    return file.getvalue()


FILES = {
    "torch": torch_file(),
    "onnx": onnx_file(),
    "npz": npz_file(),
    "safetensors": save({"w": np.arange(6.0)}),
}


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_changed_bytes(kind, data) -> None:
    content = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    try:
        index = index_of(io.BytesIO(content), len(content), "f")
        for name in index.names():
            place = index.place(name)
            if place.offset < 0:
                index.decompressed(name)
            else:
                assert place.offset + place.length <= len(content)
                assert place.over(content).shape == place.shape
    except ModelkeepError:
        pass


@given(st.lists(st.integers(0, (1 << 64) - 1), max_size=50))
def test_varints(numbers) -> None:
    written = bytearray()
    for number in numbers:
        while number > 0x7F:
            written.append(number & 0x7F | 0x80)
            number >>= 7
        written.append(number)
    assert varints(bytes(written)).tolist() == numbers
