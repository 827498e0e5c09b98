"""What this installation has seen, so that an older signed version cannot pass for the latest.

A signature does not grow old: whoever can write the store can put back yesterday's catalogue, in
which a bad version is still the latest, and all its signatures hold. What helps is to remember.
The decision is by the signed ordinal, the place among the versions of the model, and not by the
time of signing, as versions need not be signed in the order in which they were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from modelkeep import canonical
from modelkeep.errors import InvalidInputError, SignatureError
from modelkeep.provenance.statement import Statement

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenVersion:
    """The newest signed version of a model that was seen.

    Attributes:
        ordinal: Its place among the versions of the model.
        version_number: Its number.
        version_id: Its id.
        signed_at: The latest time of signing that was seen for the model, aware UTC.
    """

    ordinal: int
    version_number: str
    version_id: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class SeenVersions:
    """The newest signed version of each model; changed copies are returned, nothing is written.

    Attributes:
        models: By model id.
    """

    models: Mapping[str, SeenVersion] = field(default_factory=dict)

    def check_latest(self, statement: Statement) -> None:
        """Refuse a version that is presented as the latest and is older than one seen before.

        Args:
            statement: What was signed of it, verified, and about the version that is to be used.

        Raises:
            SignatureError: It is older, or has the place of another one.
        """
        facts = statement.facts
        seen = self.models.get(facts.model_id)
        if seen is None or statement.ordinal > seen.ordinal:
            return
        if statement.ordinal == seen.ordinal and facts.version_id == seen.version_id:
            return
        relation = "older than" if statement.ordinal < seen.ordinal else "in the place of"
        raise SignatureError(
            f"{facts.model_id}@{facts.version_number} ({facts.version_id}, version no. "
            f"{statement.ordinal} of its model, signed {statement.signed_at.isoformat()}) is "
            f"presented as the latest, but it is {relation} {facts.model_id}@{seen.version_number} "
            f"({seen.version_id}, no. {seen.ordinal}; last signed {seen.signed_at.isoformat()}), "
            "which was seen here before. The registry may have been set back. If it is meant, "
            "because the newer one was removed, forget what was seen of the model; or name the "
            "older version by its number"
        )

    def remember(self, statement: Statement) -> SeenVersions:
        """Return what is known after this verified statement; an older one changes no place."""
        facts = statement.facts
        seen = self.models.get(facts.model_id)
        new = SeenVersion(
            ordinal=statement.ordinal,
            version_number=facts.version_number,
            version_id=facts.version_id,
            signed_at=statement.signed_at,
        )
        if seen is not None:
            latest = max(seen.signed_at, statement.signed_at)
            new = replace(new if new.ordinal > seen.ordinal else seen, signed_at=latest)
        return SeenVersions({**self.models, facts.model_id: new})

    def forget(self, model_id: str) -> SeenVersions:
        """Return what is known without this model."""
        return SeenVersions({name: seen for name, seen in self.models.items() if name != model_id})

    def encode(self) -> bytes:
        """Return it as JSON."""
        models = {
            model_id: {
                "ordinal": seen.ordinal,
                "version_number": seen.version_number,
                "version_id": seen.version_id,
                "signed_at": seen.signed_at.isoformat(),
            }
            for model_id, seen in self.models.items()
        }
        return canonical.encode({"modelkeep_seen": _FORMAT, "models": models})

    @classmethod
    def decode(cls, text: bytes) -> SeenVersions:
        """Undo `encode`.

        Raises:
            InvalidInputError: It is not what `encode` wrote.
        """
        try:
            content = canonical.decode(text)
            found = content["modelkeep_seen"]
            models = {name: _entry(plain) for name, plain in content["models"].items()}
        except (msgspec.DecodeError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise InvalidInputError(f"this is not a list of versions seen: {error}") from error
        if found != _FORMAT:
            raise InvalidInputError(
                f"the list of versions seen has format {found!a}, not {_FORMAT}"
            )
        return cls(models)


def _entry(plain: Mapping[str, Any]) -> SeenVersion:
    entry = SeenVersion(
        ordinal=plain["ordinal"],
        version_number=plain["version_number"],
        version_id=plain["version_id"],
        signed_at=datetime.fromisoformat(plain["signed_at"]),
    )
    texts = isinstance(entry.version_number, str) and isinstance(entry.version_id, str)
    whole = isinstance(entry.ordinal, int) and not isinstance(entry.ordinal, bool)
    if not texts or not whole or entry.signed_at.tzinfo is None:
        raise ValueError(f"an entry is {dict(plain)!a}")
    return entry
