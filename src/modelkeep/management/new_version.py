"""A version that is to be created, as data: for creating several at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from modelkeep.models import ModelStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A version that is to be created; `VersionManager.create_version` says what each is."""

    model_id: str
    model_data: Any = None
    metadata: Mapping[str, Any] | None = None
    description: str = ""
    tags: Iterable[str] = ()
    parent_version: str | None = None
    format: str = "auto"
    number: str | None = None
    bump: str = "patch"
    status: ModelStatus | str = ModelStatus.READY
