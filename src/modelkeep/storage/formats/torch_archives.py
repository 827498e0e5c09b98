"""What torch.save writes: checkpoints, and whatever else holds tensors of torch.

A state dict alone is kept as safetensors, which can do nothing but hold tensors.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from modelkeep.storage.formats.base import Format, Rank, loaded, require
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter

_DEEPEST = 3
_MOST_LOOKED_AT = 1000


class TorchFormat(Format):
    """Tensors of torch in containers, such as a checkpoint of model, optimiser and epoch.

    What others wrote comes back on the processor, built by a reader of our own
    (`storage.trust.torch_reader`).
    """

    name = "torch"
    file_name = "model.pt"
    priority = -10
    library = "torch"
    rank = Rank.ALLOW_LIST

    def accepts(self, model: Any) -> bool:
        """Whether it is a tensor, or a container with a tensor not deep inside."""
        torch = loaded("torch")
        return torch is not None and _holds(model, torch.Tensor, _DEEPEST)

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Save the object as torch does."""
        require("torch", self.name)
        import torch

        torch.save(model, files.path(self.file_name))

    def read(self, files: ArtifactReader) -> Any:
        """Load the object."""
        require("torch", self.name)
        if files.trust.everything:
            import torch

            return torch.load(files.path(files.names()[0]), weights_only=False)
        from modelkeep.storage.formats.gated import load_gated
        from modelkeep.storage.trust import torch_reader

        return load_gated(
            files,
            lambda name, allow: torch_reader.load_torch(
                files.buffer(name), source=name, allow=allow
            ),
        )


def _holds(model: Any, tensor: type, deepest: int) -> bool:
    if isinstance(model, tensor):
        return True
    if not deepest or not isinstance(model, dict | list | tuple):
        return False
    inside = model.values() if isinstance(model, dict) else model
    return any(_holds(each, tensor, deepest - 1) for each in islice(inside, _MOST_LOOKED_AT))
