"""Tensors in ONNX models, found by walking the protobuf messages without reading their numbers.

What the numbers of fields mean is in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.protobuf_fields import BYTES, VARINT, Field, FieldWalk
from modelkeep.storage.chunking.region import ELEMENT_BYTES, LONE_TENSOR_BYTES, Region

MAGIC = b"\x08"  # field 1 as a varint, ir_version, which all writers put first
_HIGHEST_IR_VERSION = 255
_DEEPEST = 12  # messages of kinds below; models nest If and Loop a few times

# All fields of ModelProto with their wire types: a file with any other is not a model.
_MODEL = dict.fromkeys((2, 3, 4, 6, 7, 8, 14, 20, 25, 26), BYTES) | {1: VARINT, 5: VARINT}
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


def tensors_of(file: BoundedFile) -> list[Region]:
    """Return the tensors that are written as raw bytes or as packed floats.

    Raises:
        MalformedFileError: It is not an ONNX model.
    """
    walk = FieldWalk(file)
    collected = _Tensors(walk)
    has_graph = False
    for found in walk.fields(0, file.size):
        if _MODEL.get(found.number) != found.wire:
            raise MalformedFileError(f"field {found.number} is not one of a model")
        if found.number == 1 and not 0 < found.value <= _HIGHEST_IR_VERSION:
            raise MalformedFileError(f"ir_version {found.value}")
        if found.number == _GRAPH_FIELD:
            has_graph = True
            collected.message("graph", found, "", 0)
    if not has_graph:
        raise MalformedFileError("a model without graph")
    return collected.found


class _Tensors:
    """Collects tensors."""

    def __init__(self, walk: FieldWalk) -> None:
        self.found: list[Region] = []
        self._walk = walk

    def message(self, kind: str, place: Field, label: str, depth: int) -> None:
        """Look for tensors in a graph, a node or an attribute."""
        if depth > _DEEPEST:
            raise MalformedFileError("messages nested too deep")
        children = _CHILDREN[kind]
        for found in self._walk.fields(place.value, place.end):
            if kind == "node" and found.number == _NODE_OUTPUT and not label:
                label = self._walk.text(found)
            child = children.get(found.number)
            # A smaller one would be merged into the plain bytes beside it anyway.
            if child is None or found.wire != BYTES or found.length < LONE_TENSOR_BYTES:
                continue
            if child == "tensor":
                self._tensor(found, label)
            else:
                self.message(child, found, "" if child == "node" else label, depth + 1)

    def _tensor(self, place: Field, label: str) -> None:
        data_type, name, spans = 0, label, []
        for found in self._walk.fields(place.value, place.end):
            if found.number == _DATA_TYPE and found.wire == VARINT:
                data_type = found.value
            elif found.number == _NAME and found.wire == BYTES:
                name = self._walk.text(found) or label
            elif found.number in {_FLOATS, _RAW, _DOUBLES} and found.wire == BYTES:
                spans.append(found)
        for span in spans:
            element = {_FLOATS: "F32", _DOUBLES: "F64"}.get(span.number, _ELEMENTS.get(data_type))
            if element and span.length and span.length % ELEMENT_BYTES[element] == 0:
                self.found.append(Region(span.value, span.length, element, name))
