"""Tensors in the archives of `torch.save`: storages as raw bytes beside a pickle about them.

`<prefix>/data.pkl` says which storage has which type, `<prefix>/data/<key>` are its numbers, and
`<prefix>/byteorder` how they are written (torch/serialization.py, `_save`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from modelkeep.storage.chunking.bounded_file import BoundedFile
from modelkeep.storage.chunking.region import ELEMENT_BYTES, LONE_TENSOR_BYTES, Region
from modelkeep.storage.chunking.torch_pickles import storages_of

_PICKLE = "/data.pkl"
_LONGEST_PICKLE = 32 << 20

Place = Callable[[str], tuple[int, int] | None]
"""Offset and length of the bytes of an entry by its name; None where there is no such entry."""


def prefix_of(names: Iterable[str]) -> str | None:
    """Return the folder with a slash that a torch archive has around all; None in any other."""
    for name in names:
        folder = name.removesuffix(_PICKLE)
        if folder != name and folder and "/" not in folder:
            return f"{folder}/"
    return None


def tensors_of(file: BoundedFile, prefix: str, names: Iterable[str], place: Place) -> list[Region]:
    """Return the storages whose type is known, under the name of the first tensor in each.

    Args:
        file: The archive.
        prefix: What `prefix_of` found.
        names: All entries that are stored uncompressed.
        place: Finds the bytes of an entry.

    Raises:
        ValueError: The archive, or the pickle in it, does not hold together.
    """
    order = place(f"{prefix}byteorder")
    if order and file.read(*order) != b"little":
        return []
    pickle = place(f"{prefix}data.pkl")
    if pickle is None or pickle[1] > _LONGEST_PICKLE:
        return []
    storages = storages_of(file.read(*pickle))
    folder = f"{prefix}data/"
    tensors = []
    for name in names:
        storage = storages.get(name.removeprefix(folder)) if name.startswith(folder) else None
        found = place(name) if storage and storage.element else None
        # A smaller one would be merged into the plain bytes beside it anyway.
        if storage is None or found is None or found[1] < LONE_TENSOR_BYTES:
            continue
        if found[1] % ELEMENT_BYTES[storage.element] == 0:
            tensors.append(Region(*found, storage.element, storage.name))
    return tensors
