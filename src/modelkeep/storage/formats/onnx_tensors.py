"""The weights of an ONNX model, reached one by one: initializers, and constants of nodes.

What the fields mean is in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np

from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.protobuf_fields import (
    BYTES,
    VARINT,
    Field,
    FieldWalk,
    varints,
    whole_varints,
)
from modelkeep.storage.chunking.region import MAX_REGIONS
from modelkeep.storage.formats import number_kinds
from modelkeep.storage.formats.array_files import sound
from modelkeep.storage.formats.array_headers import ArrayPlace
from modelkeep.storage.formats.free_names import FreeNames
from modelkeep.storage.formats.tensor_places import PackedPlace

MAGIC = b"\x08"
"""Field 1 as a varint, ir_version, which all writers put first."""

_HIGHEST_IR_VERSION = 255
# All fields of ModelProto with their wire types: a file with any other is not a model.
_MODEL = dict.fromkeys((2, 3, 4, 6, 7, 8, 14, 20, 25, 26), BYTES) | {1: VARINT, 5: VARINT}
_GRAPH = 7
_CHILDREN = {
    "graph": {1: "node", 5: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
}
_NODE_OUTPUT = 2
_DEEPEST = 12  # messages of the kinds above; models nest If and Loop a few times
_MOST_DIMENSIONS = 64
_DIMS, _DATA_TYPE, _NAME, _LOCATION = 1, 2, 8, 14
_FLOATS, _INT32S, _INT64S, _RAW, _DOUBLES, _UINT64S = 4, 5, 7, 9, 10, 11
_AS_THEY_ARE = frozenset({_FLOATS, _RAW, _DOUBLES})
_DATA = _AS_THEY_ARE | {_INT32S, _INT64S, _UINT64S}
_KINDS = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64",
    9: "bool", 10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64",
    15: "complex128", 16: "bfloat16", 17: "float8_e4m3fn", 18: "float8_e4m3fnuz",
    19: "float8_e5m2", 20: "float8_e5m2fnuz", 21: "uint4", 22: "int4", 23: "float4_e2m1fn",
    24: "float8_e8m0fnu",
}  # fmt: skip
_PACKED = {"uint4": "u1", "int4": "i1", "float4_e2m1fn": "u1"}
_NEVER_VARINTS = frozenset({"complex64", "complex128", "float64"})
_HIGHEST = (1 << 62) - 1
_PIECE_BYTES = 256 << 10  # of varints; what reads them takes some fifty times as much


@dataclass(slots=True)
class _Said:
    """What a TensorProto says of itself."""

    name: str
    data_type: int = 0
    shape: list[int] = field(default_factory=list)
    is_elsewhere: bool = False
    data: list[Field] = field(default_factory=list)


class OnnxTensors:
    """The tensors of an ONNX model.

    Args:
        file: Seekable, open for reading; its position is moved.
        size: What it holds, in bytes.
        source: How it is named in errors.

    Attributes:
        left_out: Tensors that cannot be reached, and why: those that are kept in another file,
            are texts, or are written number by number.

    Raises:
        IntegrityError: It is not an ONNX model.
    """

    def __init__(self, file: BinaryIO, size: int, source: str) -> None:
        self.source = source
        self.left_out: dict[str, str] = {}
        self._places: dict[str, ArrayPlace] = {}
        self._varints: dict[str, Field] = {}
        self._names = FreeNames()
        self._file = BoundedFile(file, size)
        self._walk = FieldWalk(self._file)
        with sound(source):
            self._model(size)

    def names(self) -> list[str]:
        """Return the names of the tensors in the order of the file."""
        return list(self._places)

    def place(self, name: str) -> ArrayPlace:
        """Return where a tensor is; its offset is -1 where its numbers are varints.

        Raises:
            KeyError: There is none of this name.
        """
        return self._places[name]

    def decompressed(self, name: str) -> np.ndarray[Any, Any]:
        """Return a tensor whose numbers are varints."""
        return self._places[name].over(bytearray().join(self.pieces(name)), 0)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give the bytes of a tensor whose numbers are varints, a few at a time."""
        place, data = self._places[name], self._varints[name]
        missing, at = math.prod(place.shape), data.value
        with sound(self.source):
            while at < data.end:
                piece = self._file.read(at, min(_PIECE_BYTES, data.end - at))
                if at + len(piece) < data.end:
                    piece = whole_varints(piece)
                at += len(piece)
                found = varints(piece)
                missing -= len(found)
                if missing < 0:
                    break
                # The low bits are the number, or the bits of a float of two bytes or one.
                yield found.astype(f"<u{place.dtype.itemsize}").tobytes()
            if missing:
                raise MalformedFileError(f"{name!r} has a shape of another length")

    def _model(self, size: int) -> None:
        has_graph = False
        for found in self._walk.fields(0, size):
            if _MODEL.get(found.number) != found.wire:
                raise MalformedFileError(f"field {found.number} is not one of a model")
            if found.number == 1 and not 0 < found.value <= _HIGHEST_IR_VERSION:
                raise MalformedFileError(f"ir_version {found.value}")
            if found.number == _GRAPH:
                has_graph = True
                self._message("graph", found, "", 0)
        if not has_graph:
            raise MalformedFileError("a model without graph")

    def _message(self, kind: str, message: Field, label: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise MalformedFileError("messages nested too deep")
        children = _CHILDREN[kind]
        for found in self._walk.fields(message.value, message.end):
            if kind == "node" and found.number == _NODE_OUTPUT and not label:
                label = self._walk.text(found)
            child = children.get(found.number)
            if child is None or found.wire != BYTES:
                continue
            if child == "tensor":
                self._add(self._said(found, label))
            else:
                self._message(child, found, "" if child == "node" else label, depth + 1)

    def _said(self, message: Field, label: str) -> _Said:
        said = _Said(label)
        for found in self._walk.fields(message.value, message.end):
            if found.number == _DIMS:
                said.shape += self._dims(found)
            elif found.number == _DATA_TYPE and found.wire == VARINT:
                said.data_type = found.value
            elif found.number == _NAME and found.wire == BYTES:
                said.name = self._walk.text(found) or label
            elif found.number == _LOCATION and found.wire == VARINT:
                said.is_elsewhere = found.value == 1
            elif found.number in _DATA:
                said.data.append(found)
        if len(said.shape) > _MOST_DIMENSIONS or max(said.shape, default=0) > _HIGHEST:
            raise MalformedFileError(f"{said.name!r} has the shape {said.shape[:8]}")
        return said

    def _dims(self, found: Field) -> Iterator[int]:
        if found.wire == VARINT:
            yield found.value
        else:
            yield from map(int, varints(self._file.read(found.value, found.length)))

    def _add(self, said: _Said) -> None:
        name = self._names.take(said.name)
        if len(self._places) + len(self.left_out) > MAX_REGIONS:
            raise MalformedFileError("too many tensors")
        kind = _KINDS.get(said.data_type, "")
        if said.is_elsewhere:
            self.left_out[name] = "its numbers are kept in another file"
        elif not kind:
            self.left_out[name] = f"its data type {said.data_type} is no number of a known kind"
        elif len(said.data) > 1 or (said.data and said.data[0].wire != BYTES):
            self.left_out[name] = "it is written number by number"
        else:
            self._put(name, kind, tuple(said.shape), said.data[0] if said.data else None)

    def _put(self, name: str, kind: str, shape: tuple[int, ...], data: Field | None) -> None:
        offset = data.value if data else 0
        if kind in _PACKED:
            packed = np.dtype(_PACKED[kind])
            place: ArrayPlace = PackedPlace(kind=kind, dtype=packed, shape=shape, offset=offset)
        else:
            dtype = number_kinds.numpy_dtype(kind)
            place = ArrayPlace(kind=kind, dtype=dtype, shape=shape, offset=offset)
        if data and data.number not in _AS_THEY_ARE:
            # The file is odd: no writer has a complex number, or one of float64, as a varint.
            if kind in _PACKED or kind in _NEVER_VARINTS:
                self.left_out[name] = "it is written number by number"
                return
            # Each number takes a byte or more.
            if math.prod(shape) > data.length:
                raise MalformedFileError(f"{name!r} has a shape of another length")
            place = ArrayPlace(kind=kind, dtype=place.dtype, shape=shape, offset=-1)
            self._varints[name] = data
        elif place.length != (data.length if data else 0):
            raise MalformedFileError(f"{name!r} has a shape of another length")
        self._places[name] = place
