"""Who must have signed a version before it may be deployed or loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from modelkeep.errors import InvalidInputError, SignatureError, UnknownChoiceError
from modelkeep.provenance.dsse import Signer, VerifiedStatement
from modelkeep.provenance.statement import StatementFacts

Action = Literal["deploy", "load"]
_ACTIONS = get_args(Action)
_KEY_ID = re.compile(r"[0-9a-f]{64}")
_PLACES = (
    ("model_id", "model"),
    ("version_number", "number"),
    ("version_id", "version id"),
    ("manifest_digest", "manifest (the files and how they are read)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPolicy:
    """What a model asks of the signatures of its versions.

    Attributes:
        require_for: For what they are asked: `deploy`, `load`, both or nothing.
        keys: Ids of the keys that count.
        identities: Names in certificates that count beside the keys: `email:…`, `uri:…`, `dns:…`.
        threshold: How many of the keys and identities must have signed.
    """

    require_for: frozenset[Action]
    keys: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    threshold: int = 1

    def __post_init__(self) -> None:
        for action in self.require_for:
            if action not in _ACTIONS:
                raise UnknownChoiceError("action", action, _ACTIONS)
        for key_id in self.keys:
            if not _KEY_ID.fullmatch(key_id):
                raise InvalidInputError(
                    f"the key id {key_id!a} is not the SHA-256 of a public key: 64 digits of 0-9a-f"
                )
        for what, names in (("key", self.keys), ("identity", self.identities)):
            if len(set(names)) != len(names):
                raise InvalidInputError(f"a policy names each {what} once")
        if self.threshold < 1:
            raise InvalidInputError(f"the threshold {self.threshold} must be 1 at least")
        named = len(self.keys) + len(self.identities)
        if self.require_for and self.threshold > named:
            raise InvalidInputError(
                f"{self.threshold} signatures are asked for and {named} keys and identities are "
                "named, so no version could ever be used"
            )

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "require_for": sorted(self.require_for),
            "keys": list(self.keys),
            "identities": list(self.identities),
            "threshold": self.threshold,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> SigningPolicy:
        """Undo `to_plain`.

        Raises:
            InvalidInputError: It is not a policy; a key that is not known is refused too, as it
                may have been meant to make the policy stricter.
        """
        unknown = sorted(set(plain) - set(cls.__dataclass_fields__))
        threshold = plain.get("threshold", 1)
        if unknown or "require_for" not in plain:
            raise InvalidInputError(
                f"a signing policy has require_for, keys, identities and threshold; "
                f"found {', '.join(map(ascii, plain)) or 'nothing'}"
            )
        if not isinstance(threshold, int) or isinstance(threshold, bool):
            raise InvalidInputError(f"the threshold {threshold!a} is not a whole number")
        return cls(
            require_for=frozenset(_texts(plain, "require_for")),  # type: ignore[arg-type]
            keys=_texts(plain, "keys"),
            identities=_texts(plain, "identities"),
            threshold=threshold,
        )


def check(
    policy: SigningPolicy,
    action: Action,
    verified: Sequence[VerifiedStatement],
    *,
    expected: StatementFacts,
) -> None:
    """Refuse an action that the signatures do not allow.

    Only statements about exactly this version count: its model, number, id and files. Signatures
    in several envelopes are counted together: each key once, and each name of the policy once,
    so that two certificates of one person are not two people.

    Args:
        policy: What the model asks for.
        action: What is to be done.
        verified: What `dsse.verify_envelope` returned for the envelopes of the version.
        expected: `statement.facts_of` the version that is to be used.

    Raises:
        SignatureError: The policy asks for signatures that are not there; the message says which.
    """
    if action not in _ACTIONS:
        raise UnknownChoiceError("action", action, _ACTIONS)
    if action not in policy.require_for:
        return
    names: dict[str, str] = {}
    for each in verified:
        if each.statement.facts == expected:
            for signer in each.signers:
                names[signer.key_id] = names.get(signer.key_id) or _name_of(signer, policy)
    counted = sorted(set(names.values()) - {""})
    if len(counted) < policy.threshold:
        strangers = sorted(key_id for key_id, name in names.items() if not name)
        raise SignatureError(_missing(policy, action, verified, expected, counted, strangers))


def _name_of(signer: Signer, policy: SigningPolicy) -> str:
    """Return the key or identity of the policy that the signer is; empty for none."""
    if signer.key_id in policy.keys:
        return signer.key_id
    return next((name for name in policy.identities if name in signer.identities), "")


def _missing(
    policy: SigningPolicy,
    action: Action,
    verified: Sequence[VerifiedStatement],
    expected: StatementFacts,
    counted: Sequence[str],
    strangers: Sequence[str],
) -> str:
    named = (*policy.keys, *policy.identities)
    missing = [name for name in named if name not in counted]
    parts = [
        f"{expected.model_id}@{expected.version_number} is not signed as its policy asks to "
        f"{action} it: {policy.threshold} of {len(named)} must have signed, {len(counted)} did"
        + (f" ({', '.join(counted)})" if counted else "")
        + f"; missing: {', '.join(missing)}"
    ]
    if strangers:
        parts.append(f"it is signed by {', '.join(strangers)}, which the policy does not name")
    parts += [
        f"a signature by {each.key_id or 'an unnamed key'} does not count: {each.reason}"
        for envelope in verified
        for each in envelope.refused
        if each.key_id in policy.keys
    ]
    parts += [
        _told_apart(each.statement.facts, expected)
        for each in verified
        if each.statement.facts != expected
    ]
    return "; ".join(parts) + ("" if verified else "; there is no signed statement about it")


def _told_apart(signed: StatementFacts, expected: StatementFacts) -> str:
    differences = [
        f"its {word} is {getattr(expected, name)!a} and {getattr(signed, name)!a} was signed"
        for name, word in _PLACES
        if getattr(signed, name) != getattr(expected, name)
    ]
    return (
        f"a signed statement that came with it is about {signed.model_id}@{signed.version_number} "
        f"({signed.version_id}) and not about this version: {', '.join(differences)}"
    )


def _texts(plain: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = plain.get(key, ())
    if not isinstance(values, Iterable) or isinstance(values, str | bytes | Mapping):
        raise InvalidInputError(f"{key} of a signing policy is {values!a}, not a list of texts")
    found = tuple(values)
    for value in found:
        if not isinstance(value, str):
            raise InvalidInputError(f"{key} of a signing policy holds {value!a}, not a text")
    return found
