"""What a load may run: the allow-list, more by name, or all of what this installation made."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from modelkeep.config import check_names
from modelkeep.errors import (
    InvalidSettingError,
    SignatureError,
    StorageUnavailableError,
    UntrustedModelError,
)
from modelkeep.models import ModelVersion
from modelkeep.provenance.own_key import OwnKey, own_work_message
from modelkeep.provenance.statement import manifest_digest
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.formats.base import FormatRegistry, Rank
from modelkeep.storage.manifest import Manifest
from modelkeep.storage.trust.granted import Trust

UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustReport:
    """What is known of how safe a version is to load.

    Attributes:
        format: Its format.
        rank: What its files may do while they are loaded.
        is_own: Whether this installation wrote them itself.
        asks_for: Names that they ask for and the allow-list does not have.
    """

    format: str
    rank: Rank
    is_own: bool
    asks_for: tuple[str, ...]


class TrustDesk:
    """Says what is trusted, and vouches for what this installation makes.

    Args:
        own_key: Of this installation; None where nothing is its own work: on a server.
        names: Names that the configuration trusts.
        formats: Say what their files may do.
    """

    def __init__(
        self, *, own_key: OwnKey | None, names: Sequence[str], formats: FormatRegistry
    ) -> None:
        self._formats = formats
        self._own_key = own_key
        self._names = tuple(names)

    def seal(self, version: ModelVersion, manifest: Manifest) -> str:
        """Return the seal of a version whose files this process wrote; empty without a key."""
        if self._own_key is None:
            return ""
        try:
            return self._own_key.seal(_message(version, manifest))
        except (SignatureError, StorageUnavailableError) as error:
            # The version is kept all the same; to load it, its code must be trusted otherwise.
            warnings.warn(f"the version is not sealed as own work: {error}", stacklevel=2)
            return ""

    def rank(self, document: VersionDocument) -> Rank:
        """Return how much the files of a version may do while they are loaded."""
        rank = self._formats.get(document.manifest.format).rank
        asks_for_more = bool(document.finding.get("asks_for"))
        return Rank.PICKLE if rank is Rank.ALLOW_LIST and asks_for_more else rank

    def report(self, document: VersionDocument) -> TrustReport:
        """Return what is known of how safe a version is to load."""
        return TrustReport(
            format=document.manifest.format,
            rank=self.rank(document),
            is_own=self.is_own(document),
            asks_for=tuple(document.finding.get("asks_for", ())),
        )

    def check_rank(self, document: VersionDocument, least: Rank | None) -> None:
        """Refuse a version for PRODUCTION whose rank is lower than its model asks.

        Raises:
            UntrustedModelError: It is.
        """
        rank = self.rank(document)
        if least is not None and rank < least:
            version = document.version
            raise UntrustedModelError(
                f"{version.model_id}@{version.version_number}",
                asked_for=document.finding.get("asks_for", ()),
                reason=f"its rank is {rank.name.lower()}, and PRODUCTION of this model needs "
                f"{least.name.lower()}; `modelkeep convert` makes a safer version",
            )

    def granted(
        self,
        document: VersionDocument,
        asked: str | Sequence[str] | None,
        *,
        vouched: bool = False,
    ) -> Trust:
        """Return what a load of a version may run.

        Args:
            document: Of the version.
            asked: By the caller: names, `unsafe` for all, None for what is configured.
            vouched: Whether a pinned key signed it.

        Raises:
            InvalidSettingError: It is neither.
        """
        if isinstance(asked, str) and asked != UNSAFE:
            raise InvalidSettingError("trust", asked, "'unsafe', or a list of names")
        names = () if asked is None or asked == UNSAFE else check_names("trust", asked)
        return Trust(
            everything=asked == UNSAFE or vouched or self.is_own(document),
            names=(*self._names, *names),
            origin=_origin(document.version),
        )

    def is_own(self, document: VersionDocument) -> bool:
        """Whether this installation wrote the files of a version itself."""
        if self._own_key is None or not document.seal:
            return False
        try:
            return self._own_key.holds(_message(document.version, document.manifest), document.seal)
        except (SignatureError, StorageUnavailableError) as error:
            warnings.warn(f"own work cannot be told from that of others: {error}", stacklevel=2)
            return False


def _message(version: ModelVersion, manifest: Manifest) -> bytes:
    return own_work_message(
        version.version_id, version.model_id, version.version_number, manifest_digest(manifest)
    )


def _origin(version: ModelVersion) -> str:
    made = version.created_at.isoformat(timespec="seconds")
    return f"{version.created_by or 'someone'}, {made}, not sealed by this installation"
