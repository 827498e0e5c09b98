"""Immutable bytes by the name of their BLAKE3."""

from modelkeep.storage.blobs.base import BlobInfo, Blobs
from modelkeep.storage.blobs.local import LocalBlobs

__all__ = ["BlobInfo", "Blobs", "LocalBlobs"]
