"""The part of VersionManager that signs versions, verifies them, and holds them to a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from modelkeep.catalogue import provenance, registrations, versions
from modelkeep.errors import ModelNotFoundError, SignatureError
from modelkeep.management.parts import ManagerParts, policy_of
from modelkeep.models import DeploymentStage, ModelVersion
from modelkeep.provenance import dsse, policy
from modelkeep.provenance.dsse import VerifiedStatement
from modelkeep.provenance.keys import PublicKey, load_private_key
from modelkeep.provenance.model_policy import ModelPolicy
from modelkeep.provenance.statement import facts_of, make_statement
from modelkeep.storage.documents import VersionDocument


class VersionSigning(ManagerParts):
    """Who vouches for a version."""

    def sign_version(
        self,
        version: str,
        private_key: bytes,
        *,
        password: bytes | None = None,
        certificate_chain: bytes | None = None,
    ) -> str:
        """Sign a version: its files, its name, number and place, and the time.

        Args:
            version: A reference.
            private_key: In PEM: ed25519, or ECDSA on P-256.
            password: Opens the key; None if it is not encrypted.
            certificate_chain: In PEM, that of the key first; None for none.

        Returns:
            The id of the key.

        Raises:
            InvalidInputError: The key cannot be used.
            SignatureError: The certificate does not fit.
        """
        key = load_private_key(private_key, password)
        document = self._current_document(version)
        now = self._journal.clock.now()
        statement = make_statement(
            document.version, document.manifest, ordinal=document.ordinal, signed_at=now
        )
        envelope = dsse.sign_statement(statement, key, certificate_chain)
        signed = document.version
        with self._catalogue.write() as connection:
            versions.get_row(connection, signed.version_id)
            provenance.add_envelope(connection, signed.version_id, envelope, now)
            after = {"key_id": key.public.key_id}
            self._journal.record(
                connection, "version_signed", signed.model_id, signed.version_id, after=after
            )
        return key.public.key_id

    def verify_signature(
        self,
        version: str,
        *,
        keys: Mapping[str, PublicKey] | None = None,
        roots: Sequence[bytes] | None = None,
    ) -> list[VerifiedStatement]:
        """Return who signed this version, of those that are trusted.

        Args:
            version: A reference.
            keys: Keys that are trusted, by their ids; None for the pinned ones.
            roots: Certificates that are trusted, in PEM; None for the pinned ones.

        Raises:
            SignatureError: Nobody who is trusted signed it, or only another version.
        """
        document = self._current_document(version)
        wanted = facts_of(document.version, document.manifest)
        refused: list[str] = []
        found = self._verified(document, keys, roots, refused)
        holding = [each for each in found if each.statement.facts == wanted]
        if not holding:
            what = f"{wanted.model_id}@{wanted.version_number}"
            told = "; ".join(refused) or "it has no signature"
            if found:
                told = f"what was signed is {found[0].statement.facts}, not this version"
            raise SignatureError(f"{what} is not signed by anyone who is trusted: {told}")
        return holding

    def envelopes(self, version: str) -> list[bytes]:
        """Return the signed envelopes of a version, as they were written (DSSE)."""
        with self._catalogue.read() as connection:
            found = versions.get(connection, version)
            return provenance.envelopes_of(connection, found.version_id)

    def set_policy(self, model_id: str, new: ModelPolicy) -> None:
        """Let a model ask this of its versions.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        with self._catalogue.write() as connection:
            if not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            before = provenance.find_policy(connection, model_id)
            provenance.set_policy(connection, model_id, new.to_plain())
            self._journal.record(
                connection, "policy_set", model_id, before=before, after=new.to_plain()
            )

    def get_policy(self, model_id: str) -> ModelPolicy:
        """Return what a model asks of its versions."""
        with self._catalogue.read() as connection:
            return policy_of(connection, model_id)

    def check_deployable(
        self, connection: Connection, version: ModelVersion, stage: DeploymentStage
    ) -> None:
        """Refuse a deployment that the policy of the model does not allow.

        Args:
            connection: Of the transaction that deploys.
            version: What is to be deployed.
            stage: Where.

        Raises:
            SignatureError: It is not signed as it must be.
            UntrustedModelError: Its rank is too low for PRODUCTION.
        """
        asked = policy_of(connection, version.model_id)
        if asked == ModelPolicy():
            return
        document = self._storage.load_version_metadata(version)
        if stage is DeploymentStage.PRODUCTION:
            looked_into = self._storage.look_into(document)
            self._trust.check_rank(looked_into, asked.production_rank)
        self._check_signed(document, asked, "deploy")

    def _check_signed(
        self, document: VersionDocument, asked: ModelPolicy, action: policy.Action
    ) -> None:
        if asked.signing is None or action not in asked.signing.require_for:
            return
        found = self._verified(document, None, None, [])
        expected = facts_of(document.version, document.manifest)
        policy.check(asked.signing, action, found, expected=expected)

    def _current_document(self, version: str) -> VersionDocument:
        with self._catalogue.read() as connection:
            found = versions.get(connection, version)
        return self._storage.load_version_metadata(found)

    def _verified(
        self,
        document: VersionDocument,
        keys: Mapping[str, PublicKey] | None,
        roots: Sequence[bytes] | None,
        refused: list[str],
    ) -> list[VerifiedStatement]:
        """Return the envelopes of a version that hold, and why the others do not."""
        with self._catalogue.read() as connection:
            envelopes = provenance.envelopes_of(connection, document.version.version_id)
        if not envelopes:
            return []
        keys = self._pinned.keys() if keys is None else keys
        roots = self._pinned.roots() if roots is None else roots
        found = []
        for envelope in envelopes:
            try:
                found.append(dsse.verify_envelope(envelope, keys=keys, roots=roots))
            except SignatureError as error:
                refused.append(error.message)
        return found

    def _vouched_for(self, document: VersionDocument, *, as_latest: bool) -> bool:
        """Hold a version that is to be loaded to its policy; tell whether a pinned key signed it.

        Raises:
            SignatureError: It is not signed as its policy asks, or it is presented as the latest
                and is older than one that was seen here.
        """
        with self._catalogue.read() as connection:
            asked = policy_of(connection, document.version.model_id)
        self._check_signed(document, asked, "load")
        expected = facts_of(document.version, document.manifest)
        # Pinned keys alone: a root may vouch for whole companies.
        held = [
            each.statement
            for each in self._verified(document, None, (), [])
            if each.statement.facts == expected
        ]
        seen = self._pinned.seen()
        if as_latest and not held and expected.model_id in seen.models:
            raise SignatureError(
                f"{expected.model_id}@{expected.version_number} is presented as the latest and is "
                "not signed by a pinned key, while a signed version of this model was loaded here "
                "before; name the version by its number if it is meant"
            )
        if as_latest and held:
            seen.check_latest(held[0])
        self._pinned.remember(held)
        return bool(held)
