"""The plain way to keep a model, as notebooks do it: no database, no fsync, no verification."""

from __future__ import annotations

import hashlib
import json
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_BLOCK = 4096


def keep(folder: Path, model: Any) -> dict[str, Any]:
    """Pickle a model to a new folder, hash the file in blocks, and write a description."""
    folder.mkdir()
    path = folder / "model.pkl"
    with path.open("wb") as file:
        pickle.dump(model, file)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    described = {
        "version_id": folder.name,
        "created_at": datetime.now(UTC).isoformat(),
        "checksum": digest.hexdigest(),
        "size_bytes": path.stat().st_size,
        "tags": [],
        "metrics": {},
    }
    with (folder / "metadata.json").open("w") as file:
        json.dump(described, file, indent=2)
    return described
