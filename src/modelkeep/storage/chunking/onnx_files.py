"""Tensors in ONNX models, found by walking the protobuf messages without reading their numbers.

A message is a sequence of fields: a varint of number and wire type, then a varint, 4 or 8 bytes,
or a length and so many bytes (https://protobuf.dev/programming-guides/encoding). What the numbers
mean is in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.region import ELEMENT_BYTES, LONE_TENSOR_BYTES, Region

MAGIC = b"\x08"  # field 1 as a varint, ir_version, which all writers put first
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10
_HIGHEST_IR_VERSION = 255
_MOST_FIELDS = 1_000_000
_DEEPEST = 12  # messages of kinds below; models nest If and Loop a few times
_LONGEST_NAME = 1024

# All fields of ModelProto with their wire types: a file with any other is not a model.
_MODEL = dict.fromkeys((2, 3, 4, 6, 7, 8, 14, 20, 25, 26), _BYTES) | {1: _VARINT, 5: _VARINT}
_GRAPH_FIELD = 7
# Which fields lead on to tensors: weights are initializers, or constants in attributes of nodes,
# also in the branches that a node has as graphs of its own.
_CHILDREN = {
    "graph": {1: "node", 5: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
}
_NODE_OUTPUT = 2
_DATA_TYPE, _NAME = 2, 8
_FLOATS, _RAW, _DOUBLES = 4, 9, 10
_ELEMENTS = {
    1: "F32",
    2: "U8",
    3: "I8",
    4: "U16",
    5: "I16",
    6: "I32",
    7: "I64",
    9: "BOOL",
    10: "F16",
    11: "F64",
    12: "U32",
    13: "U64",
    16: "BF16",
    17: "F8_E4M3",
    19: "F8_E5M2",
}


class _Field(NamedTuple):
    number: int
    wire: int
    value: int  # of a varint; elsewhere the offset of the bytes
    length: int


def tensors_of(file: BoundedFile) -> list[Region]:
    """Return the tensors that are written as raw bytes or as packed floats.

    Raises:
        MalformedFileError: It is not an ONNX model.
    """
    walk = _Walk(file)
    has_graph = False
    for found in walk.fields(0, file.size):
        if _MODEL.get(found.number) != found.wire:
            raise MalformedFileError(f"field {found.number} is not one of a model")
        if found.number == 1 and not 0 < found.value <= _HIGHEST_IR_VERSION:
            raise MalformedFileError(f"ir_version {found.value}")
        if found.number == _GRAPH_FIELD:
            has_graph = True
            walk.message("graph", found, "", 0)
    if not has_graph:
        raise MalformedFileError("a model without graph")
    return walk.tensors


class _Walk:
    """Collects tensors, within a number of steps."""

    def __init__(self, file: BoundedFile) -> None:
        self.tensors: list[Region] = []
        self._file = file
        self._steps = 0

    def message(self, kind: str, place: _Field, label: str, depth: int) -> None:
        """Look for tensors in a graph, a node or an attribute."""
        if depth > _DEEPEST:
            raise MalformedFileError("messages nested too deep")
        children = _CHILDREN[kind]
        for found in self.fields(place.value, place.value + place.length):
            if kind == "node" and found.number == _NODE_OUTPUT and not label:
                label = self._text(found)
            child = children.get(found.number)
            # A smaller one would be merged into the plain bytes beside it anyway.
            if child is None or found.wire != _BYTES or found.length < LONE_TENSOR_BYTES:
                continue
            if child == "tensor":
                self._tensor(found, label)
            else:
                self.message(child, found, "" if child == "node" else label, depth + 1)

    def fields(self, start: int, end: int) -> Iterator[_Field]:
        """Walk over the fields of a message between two offsets."""
        while start < end:
            self._steps += 1
            if self._steps > _MOST_FIELDS:
                raise MalformedFileError("a model of too many fields")
            tag, start = self._varint(start, end)
            number, wire = tag >> 3, tag & 7
            if wire == _VARINT:
                value, start = self._varint(start, end)
                yield _Field(number, wire, value, 0)
                continue
            if wire == _BYTES:
                length, start = self._varint(start, end)
            elif wire in _FIXED:
                length = _FIXED[wire]
            else:
                raise MalformedFileError(f"wire type {wire}")
            if length > end - start:
                raise MalformedFileError("a field beyond the end of its message")
            yield _Field(number, wire, start, length)
            start += length

    def _varint(self, start: int, end: int) -> tuple[int, int]:
        value = 0
        for index, byte in enumerate(self._file.read(start, min(_LONGEST_VARINT, end - start))):
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:  # noqa: PLR2004 - the high bit says that more follows
                return value, start + index + 1
        raise MalformedFileError("a number without end")

    def _tensor(self, place: _Field, label: str) -> None:
        data_type, name, spans = 0, label, []
        for found in self.fields(place.value, place.value + place.length):
            if found.number == _DATA_TYPE and found.wire == _VARINT:
                data_type = found.value
            elif found.number == _NAME and found.wire == _BYTES:
                name = self._text(found) or label
            elif found.number in {_FLOATS, _RAW, _DOUBLES} and found.wire == _BYTES:
                spans.append(found)
        for span in spans:
            element = {_FLOATS: "F32", _DOUBLES: "F64"}.get(span.number, _ELEMENTS.get(data_type))
            if element and span.length and span.length % ELEMENT_BYTES[element] == 0:
                self.tensors.append(Region(span.value, span.length, element, name))

    def _text(self, place: _Field) -> str:
        length = min(place.length, _LONGEST_NAME)
        return self._file.read(place.value, length).decode("utf-8", "replace")
