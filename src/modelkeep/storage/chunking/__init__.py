"""Files cut into chunks: tensors by what the file's header says of them, the rest by content."""

from modelkeep.storage.chunking.content import ContentChunker
from modelkeep.storage.chunking.recognition import regions_of
from modelkeep.storage.chunking.region import ELEMENT_BYTES, TENSOR_PIECE_BYTES, Region
from modelkeep.storage.chunking.tiling import tile

__all__ = [
    "ELEMENT_BYTES",
    "TENSOR_PIECE_BYTES",
    "ContentChunker",
    "Region",
    "regions_of",
    "tile",
]
