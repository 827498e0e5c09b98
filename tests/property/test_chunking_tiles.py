"""Whatever a file holds, its regions cover it exactly and nothing is raised."""

from __future__ import annotations

import functools
import io
import zipfile

import numpy as np
import onnx
import safetensors.torch
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from modelkeep.storage.chunking import regions_of
from modelkeep.storage.chunking.region import ELEMENT_BYTES

MAGICS = [b"\x93NUMPY\x01\x00", b"PK\x03\x04", b"\x08\x08", b"\x20" + bytes(7) + b"{", b""]
NASTY = [b"\x00" * 8, b"\xff" * 8, b"\xff\xff\xff\x7f", b"\x80", b"PK\x05\x06", b"PK\x06\x06", b"{"]


@functools.cache
def sound_files() -> list[bytes]:
    """Return a sound file of each kind, with more header than numbers."""
    tensors = {f"layer.{n}.weight": torch.zeros(1100) for n in range(4)}
    tensors["half"] = torch.zeros(2500, dtype=torch.bfloat16)
    files = [safetensors.torch.save(tensors, {"format": "pt"})]
    for write in (
        lambda to: np.save(to, np.zeros((30, 40))),
        lambda to: np.savez(to, a=np.zeros((30, 40)), b=np.arange(700)),
        lambda to: torch.save(tensors, to),
        lambda to: torch.save(torch.nn.Linear(40, 40), to),
        lambda to: torch.save({"f8": torch.zeros(5000).to(torch.float8_e4m3fn)}, to),
        _zip64,
    ):
        buffer = io.BytesIO()
        write(buffer)
        files.append(buffer.getvalue())
    weights = numpy_helper.from_array(np.zeros((40, 40), np.float32), "w")
    constant = helper.make_node("Constant", [], ["c"], value=weights)
    graph = helper.make_graph([constant], "graph", [], [], [weights])
    files.append(onnx.ModelProto(ir_version=8, graph=graph).SerializeToString())
    return files


def _zip64(target: io.BytesIO) -> None:
    array = io.BytesIO()
    np.save(array, np.zeros(700))
    limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 100
    try:
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("a.npy", array.getvalue())
            archive.writestr("b.npy", array.getvalue())
    finally:
        zipfile.ZIP64_LIMIT = limit


def check(data: bytes) -> int:
    """Check what callers rely on; return the number of tensors."""
    found = regions_of(io.BytesIO(data), len(data))
    end = 0
    previous = None
    for region in found:
        assert region.offset == end
        assert region.length > 0
        assert (region.element == "") <= (region.name == "")
        assert region.length % ELEMENT_BYTES.get(region.element, 1) == 0
        assert region.element or previous != ""
        end, previous = region.end, region.element
    assert end == len(data)
    return sum(bool(region.element) for region in found)


def test_the_sound_files_have_tensors() -> None:
    assert [check(data) for data in sound_files()] == [2, 1, 2, 5, 1, 1, 2, 2]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(sound_files())))
    # where headers are: at the beginning, at the end, and where the bytes are not zero
    telling = [index for index, byte in enumerate(data) if byte] or [0]
    for _ in range(draw(st.integers(1, 4))):
        place = telling[draw(st.integers(0, len(telling) - 1))]
        match draw(st.integers(0, 4)):
            case 0:
                data[place : place + 1] = bytes([draw(st.integers(0, 255))])
            case 1:
                nasty = draw(st.sampled_from(NASTY))
                data[place : place + len(nasty)] = nasty
            case 2:
                data[place:place] = draw(st.binary(min_size=1, max_size=20))
            case 3:
                del data[place : place + draw(st.integers(1, 40))]
            case _:
                del data[place:]
        telling = [index for index in telling if index < len(data)] or [0]
    return bytes(data)


@settings(max_examples=400, deadline=None)
@given(damaged())
def test_damaged_files_are_covered(data: bytes) -> None:
    check(data)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MAGICS), st.binary(max_size=300), st.integers(1, 200))
@example(b"", b"", 1)
def test_random_bytes_behind_a_magic_are_covered(magic: bytes, data: bytes, times: int) -> None:
    check(magic + data * times)


@st.composite
def headers(draw: st.DrawFn) -> bytes:
    """Safetensors headers with places of any kind."""
    import json

    names = draw(st.lists(st.text(max_size=8), max_size=12, unique=True))
    entries = {}
    for name in names:
        dtype = draw(st.sampled_from([*ELEMENT_BYTES, "F4"]))
        begin = draw(st.integers(-1, 400)) * 1000
        count = draw(st.integers(0, 30_000))
        end = begin + count * ELEMENT_BYTES.get(dtype, 1)
        entries[name] = {"dtype": dtype, "shape": [count], "data_offsets": [begin, end]}
    header = json.dumps(entries).encode()
    body = bytes(draw(st.integers(0, 700)) * 1000)
    return len(header).to_bytes(8, "little") + header + body


@settings(max_examples=200, deadline=None)
@given(headers())
def test_tensors_at_any_place_are_covered(data: bytes) -> None:
    check(data)
