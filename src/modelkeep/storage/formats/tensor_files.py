"""Which reader a file with tensors is for, by its first bytes."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from modelkeep.storage.chunking import zip_files
from modelkeep.storage.chunking.bounded_file import BoundedFile
from modelkeep.storage.chunking.torch_files import prefix_of
from modelkeep.storage.formats import onnx_tensors
from modelkeep.storage.formats.array_files import ArrayFile, sound
from modelkeep.storage.formats.array_headers import refuse
from modelkeep.storage.formats.onnx_tensors import OnnxTensors
from modelkeep.storage.formats.tensor_places import TensorIndex
from modelkeep.storage.formats.torch_tensors import TorchTensors
from modelkeep.storage.trust.torch_reader import LEGACY_MAGIC

_LENGTH_BYTES = 8


def index_of(file: BinaryIO, size: int, source: str) -> TensorIndex:
    """Return the tensors of a file.

    Args:
        file: Seekable, open for reading; its position is moved. Stays the caller's to close.
        size: What it holds, in bytes.
        source: How it is named in errors.

    Raises:
        IntegrityError: Its headers do not hold together.
        InvalidInputError: It is of another kind.
        UntrustedModelError: It is torch's, and has steps that no pickle of torch has.
    """
    head = BoundedFile(file, size).read(0, min(len(LEGACY_MAGIC), size))
    if head.startswith(LEGACY_MAGIC):
        refuse(source, "it is in torch's legacy format, which is no archive")
    if head.startswith(zip_files.MAGIC):
        with sound(source):
            names = zipfile.ZipFile(file).namelist()
        if prefix_of(names) is not None:
            return TorchTensors(file, size, source)
    # A header of safetensors may begin with the same byte, but is not longer than its file.
    is_safetensors = int.from_bytes(head[:_LENGTH_BYTES], "little") + _LENGTH_BYTES <= size
    if head.startswith(onnx_tensors.MAGIC) and not is_safetensors:
        return OnnxTensors(file, size, source)
    return ArrayFile(file, size, source)
