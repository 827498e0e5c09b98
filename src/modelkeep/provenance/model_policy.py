"""What a model asks of its versions before they are created, deployed or loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from modelkeep.errors import InvalidInputError, UnknownChoiceError
from modelkeep.provenance.policy import SigningPolicy
from modelkeep.storage.formats.base import Rank

Finding = Literal["warn", "refuse"]
_FINDINGS = ("warn", "refuse")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPolicy:
    """The policy of a model.

    Attributes:
        on_finding: What happens when a version is created from files that ask for more than the
            allow-list: `warn` or `refuse`.
        production_rank: The least rank of a version that PRODUCTION may serve; None for any.
        signing: Who must have signed; None for nobody.
    """

    on_finding: Finding = "warn"
    production_rank: Rank | None = None
    signing: SigningPolicy | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "on_finding": self.on_finding,
            "production_rank": self.production_rank and self.production_rank.name.lower(),
            "signing": self.signing and self.signing.to_plain(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ModelPolicy:
        """Undo `to_plain`.

        Raises:
            InvalidInputError: It is not a policy; what is not known is refused too.
        """
        if unknown := sorted(set(plain) - set(cls.__dataclass_fields__)):
            raise InvalidInputError(f"a policy has no {', '.join(unknown)}")
        on_finding, signing = plain.get("on_finding", "warn"), plain.get("signing")
        if on_finding not in _FINDINGS:
            raise UnknownChoiceError("on_finding", str(on_finding), _FINDINGS)
        return cls(
            on_finding=on_finding,
            production_rank=rank_named(plain.get("production_rank")),
            signing=None if signing is None else SigningPolicy.from_plain(signing),
        )


def rank_named(name: str | None) -> Rank | None:
    """Return the rank of this name, None for None.

    Raises:
        UnknownChoiceError: There is none.
    """
    if name is None:
        return None
    try:
        return Rank[str(name).upper()]
    except KeyError as error:
        names = [rank.name.lower() for rank in Rank]
        raise UnknownChoiceError("rank", str(name), names) from error
