"""ONNX models as protocol buffers."""

from __future__ import annotations

from typing import Any

from modelkeep.storage.formats.base import Format, Rank, loaded, require
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter


class OnnxFormat(Format):
    """An ONNX ModelProto in one file."""

    name = "onnx"
    file_name = "model.onnx"
    priority = 20
    library = "onnx"
    rank = Rank.DATA

    def accepts(self, model: Any) -> bool:
        """Whether it is a ModelProto."""
        onnx = loaded("onnx")
        return onnx is not None and isinstance(model, onnx.ModelProto)

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Save the model."""
        require("onnx", self.name)
        import onnx

        onnx.save_model(model, str(files.path(self.file_name)))

    def read(self, files: ArtifactReader) -> Any:
        """Return the ModelProto."""
        require("onnx", self.name)
        import onnx

        return onnx.load_model(str(files.path(files.names()[0])), load_external_data=False)
