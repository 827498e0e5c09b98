"""The array in a npy file, alone or as an entry of a npz archive.

A magic, a version, the length of a header (2 bytes, from version 2 on 4) and the header: a Python
dict of `descr`, `fortran_order` and `shape` (https://numpy.org/doc/stable/reference/generated/
numpy.lib.format.html). It is matched, not evaluated; what does not match is not a plain array.
"""

from __future__ import annotations

import math
import re

from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.region import ELEMENT_BYTES, Region

MAGIC = b"\x93NUMPY"
_PREFIX_BYTES = len(MAGIC) + 2
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
_LONGEST_HEADER = 10_000  # what numpy itself reads without being told to trust the file

# Big-endian, object and structured arrays are left out: no codec knows them. Fortran order is
# welcome: which axis runs first is nothing to a codec.
_ELEMENTS = {
    "<f8": "F64",
    "<f4": "F32",
    "<f2": "F16",
    "<i8": "I64",
    "<i4": "I32",
    "<i2": "I16",
    "|i1": "I8",
    "<u8": "U64",
    "<u4": "U32",
    "<u2": "U16",
    "|u1": "U8",
    "|b1": "BOOL",
}
_HEADER = re.compile(
    rb"\{\s*'descr':\s*'([<|][a-z]\d)',\s*'fortran_order':\s*(?:True|False),"
    rb"\s*'shape':\s*\(([0-9, ]*)\),?\s*\}\s*"
)


def tensors_of(file: BoundedFile) -> list[Region]:
    """Return the array of a npy file.

    Raises:
        MalformedFileError: The header does not hold together.
    """
    return array_in(file, 0, file.size, "array")


def array_in(file: BoundedFile, start: int, end: int, name: str) -> list[Region]:
    """Return the array of the npy file between two offsets: one region, or none.

    Raises:
        MalformedFileError: The header does not hold together.
    """
    prefix = file.read(start, _PREFIX_BYTES)
    if not prefix.startswith(MAGIC) or prefix[-2] not in _LENGTH_BYTES:
        return []
    width = _LENGTH_BYTES[prefix[-2]]
    length = int.from_bytes(file.read(start + _PREFIX_BYTES, width), "little")
    header_start = start + _PREFIX_BYTES + width
    if length > _LONGEST_HEADER:
        return []
    found = _HEADER.fullmatch(file.read(header_start, length))
    element = _ELEMENTS.get(found[1].decode()) if found else None
    if found is None or element is None:
        return []
    shape = [int(part) for part in found[2].split(b",") if part.strip()]
    data_bytes = math.prod(shape) * ELEMENT_BYTES[element]
    data_start = header_start + length
    if data_bytes > end - data_start:
        raise MalformedFileError(f"{name!r} is longer than its file")
    return [Region(data_start, data_bytes, element, name)]
