"""Plain values as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

from modelkeep.storage.formats.base import Format, Rank
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter

# Deciding must not cost more than writing: larger values are left to pickle under `auto`.
_MOST_VALUES = 100_000


class JsonFormat(Format):
    """Dicts, lists, texts, numbers, booleans and None, which JSON gives back equal."""

    name = "json"
    file_name = "model.json"
    rank = Rank.DATA

    def accepts(self, model: Any) -> bool:
        """Whether it is a dict or list that JSON gives back equal, types included."""
        return type(model) in (dict, list) and _is_plain(model)

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Write it as UTF-8, without spaces."""
        with files.open(self.file_name) as file:
            encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            for piece in encoder.iterencode(model):
                file.write(piece.encode())

    def read(self, files: ArtifactReader) -> Any:
        """Parse it."""
        return json.loads(files.read(files.names()[0]))


def _is_plain(model: Any) -> bool:
    waiting, seen = [model], 0
    while waiting:
        value = waiting.pop()
        seen += 1
        if seen > _MOST_VALUES:
            return False
        if type(value) is dict:
            if any(type(key) is not str for key in value):
                return False
            waiting.extend(value.values())
        elif type(value) is list:
            waiting.extend(value)
        elif type(value) is float:
            if not math.isfinite(value):
                return False
        elif value is not None and type(value) not in (str, int, bool):
            return False
    return True
