"""Recipes: how a file is put together from chunks, and which tensors it holds.

A recipe is itself a chunk, of JSON:

    {"modelkeep_recipe": 1, "sha256": "…", "size_bytes": 123,
     "chunks": [["<BLAKE3>", <length>], …],
     "regions": [[<offset>, <length>, "F32", "encoder.weight"], …]}

The file is its chunks one after another. Regions tile it too: they say what its bytes are, so that
the next version finds the chunk that its own will differ from least. A file that is one chunk has
no recipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from modelkeep.errors import IntegrityError, NewerFormatError
from modelkeep.storage.chunking import Region

RECIPE_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk of a file.

    Attributes:
        chunk: Its name, BLAKE3.
        offset: Where it begins in the file.
        length: How many bytes it has.
    """

    chunk: bytes
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A file as chunks.

    Attributes:
        sha256: Digest of the file, hexadecimal.
        size_bytes: How many bytes it has.
        parts: Its chunks, in their order.
        regions: What its bytes are, in their order.
    """

    sha256: str
    size_bytes: int
    parts: tuple[Part, ...]
    regions: tuple[Region, ...]


def encode(recipe: Recipe) -> bytes:
    """Return the recipe as JSON."""
    plain = {
        "modelkeep_recipe": RECIPE_FORMAT,
        "sha256": recipe.sha256,
        "size_bytes": recipe.size_bytes,
        "chunks": [[part.chunk.hex(), part.length] for part in recipe.parts],
        "regions": [[r.offset, r.length, r.element, r.name] for r in recipe.regions],
    }
    return msgspec.json.encode(plain)


def decode(content: bytes, *, source: str) -> Recipe:
    """Undo `encode`.

    Args:
        content: The JSON.
        source: How it is named in errors.

    Raises:
        IntegrityError: It is not a recipe, or its chunks do not make up the file.
        NewerFormatError: A later release wrote it.
    """
    try:
        plain: dict[str, Any] = msgspec.json.decode(content)
        if plain["modelkeep_recipe"] != RECIPE_FORMAT:
            raise NewerFormatError(source, plain["modelkeep_recipe"], RECIPE_FORMAT)
        recipe = Recipe(
            sha256=str(plain["sha256"]),
            size_bytes=int(plain["size_bytes"]),
            parts=_parts(plain["chunks"]),
            regions=tuple(Region(*each) for each in plain["regions"]),
        )
    except (msgspec.DecodeError, LookupError, TypeError, ValueError) as error:
        raise IntegrityError(source, detail=f"it is not a recipe ({error})") from error
    total = sum(part.length for part in recipe.parts)
    if total != recipe.size_bytes or any(part.length < 0 for part in recipe.parts):
        raise IntegrityError(source, detail=f"its chunks have {total} bytes, not those of the file")
    return recipe


def _parts(plain: Sequence[Sequence[Any]]) -> tuple[Part, ...]:
    parts, offset = [], 0
    for name, length in plain:
        parts.append(Part(bytes.fromhex(name), offset, int(length)))
        offset += int(length)
    return tuple(parts)
