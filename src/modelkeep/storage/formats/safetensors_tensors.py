"""Tensors by name in safetensors files (https://github.com/huggingface/safetensors)."""

from __future__ import annotations

from typing import Any

from modelkeep.storage.formats.base import Format, Rank, installed, loaded, require
from modelkeep.storage.formats.numpy_arrays import is_array_dict
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter

_NUMPY_KINDS = frozenset("biuf")


class SafetensorsFormat(Format):
    """A dict of numpy arrays, or a state dict of torch tensors.

    What comes back are the same kind of tensors; tensors that shared memory come back apart.
    """

    name = "safetensors"
    file_name = "model.safetensors"
    priority = 10
    library = "safetensors"
    rank = Rank.DATA

    def accepts(self, model: Any) -> bool:
        """Whether it is a dict of tensors of plain numbers, and the library is there."""
        return installed("safetensors") and (_is_state_dict(model) or _is_plain_arrays(model))

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Write the tensors."""
        require("safetensors", self.name)
        path = files.path(self.file_name)
        if _is_state_dict(model):
            from safetensors.torch import save_file

            # clone() gives each tensor memory of its own: the file holds no shared ones.
            tensors = {key: value.detach().cpu().contiguous() for key, value in model.items()}
            save_file(_apart(tensors), path, metadata={"format": "pt"})
        else:
            import numpy as np
            from safetensors.numpy import save_file as save_arrays

            if not _is_plain_arrays(model):
                raise TypeError("it is not a dict of arrays or tensors by name")
            arrays = {key: np.ascontiguousarray(value) for key, value in model.items()}
            save_arrays(arrays, path, metadata={"format": "np"})

    def read(self, files: ArtifactReader) -> Any:
        """Return the dict of tensors."""
        require("safetensors", self.name)
        from modelkeep.storage.formats.in_place import read_safetensors

        return read_safetensors(files)


def _apart(tensors: dict[str, Any]) -> dict[str, Any]:
    taken: set[int] = set()
    result = {}
    for key, tensor in tensors.items():
        storage = tensor.untyped_storage()
        shared = storage.data_ptr() in taken or storage.nbytes() != tensor.nbytes
        taken.add(storage.data_ptr())
        result[key] = tensor.clone() if shared else tensor
    return result


def _is_state_dict(model: Any) -> bool:
    torch = loaded("torch")
    return (
        torch is not None
        and isinstance(model, dict)
        and bool(model)
        and all(
            isinstance(key, str)
            and isinstance(value, torch.Tensor)
            and value.layout == torch.strided
            and not value.is_quantized
            for key, value in model.items()
        )
    )


def _is_plain_arrays(model: Any) -> bool:
    return is_array_dict(model) and all(
        array.dtype.kind in _NUMPY_KINDS and array.dtype.itemsize <= 8  # noqa: PLR2004
        for array in model.values()
    )
