"""Which file is this: told from its first bytes, never from its name."""

from __future__ import annotations

from typing import BinaryIO

from modelkeep.storage.chunking import npy_files, onnx_files, safetensors_files, zip_files
from modelkeep.storage.chunking.bounded_file import BoundedFile
from modelkeep.storage.chunking.region import Region
from modelkeep.storage.chunking.tiling import tile

_HEAD_BYTES = 9


def regions_of(file: BinaryIO, size_bytes: int) -> list[Region]:
    """Return how a file is to be cut: contiguous regions, in order, over all of it.

    Only headers are read, and nothing in them is executed. A file that is of no known kind, or
    not a sound one, is a single region of plain bytes.

    Args:
        file: Seekable, open for reading; its position is moved.
        size_bytes: Size of the file.

    Raises:
        OSError: The file cannot be read.
    """
    if size_bytes <= 0:
        return []
    try:
        return tile(_tensors_of(BoundedFile(file, size_bytes)), size_bytes)
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - whatever is in a file, it can be kept as plain bytes
        return [Region(0, size_bytes, "", "")]


def _tensors_of(file: BoundedFile) -> list[Region]:
    if file.size <= _HEAD_BYTES:
        return []
    head = file.read(0, _HEAD_BYTES)
    if head.startswith(npy_files.MAGIC):
        return npy_files.tensors_of(file)
    if head.startswith(zip_files.MAGIC):
        return zip_files.tensors_of(file)
    # The least exact last: safetensors begins with a length, ONNX with a field and a number.
    if head.endswith(b"{"):
        return safetensors_files.tensors_of(file)
    if head.startswith(onnx_files.MAGIC):
        return onnx_files.tensors_of(file)
    return []
