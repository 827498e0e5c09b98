"""The part of VersionManager that describes versions for others: bill of materials, card."""

from __future__ import annotations

from importlib.metadata import version as installed_version

from modelkeep.catalogue import provenance, versions
from modelkeep.management.metadata import check_text
from modelkeep.management.parts import ManagerParts
from modelkeep.models import ModelVersion

_MOST_ANCESTORS = 100


class VersionDescribing(ManagerParts):
    """Texts about a version, made of what is known of it."""

    def get_bom(self, version: str) -> str:
        """Return the machine-learning bill of materials of a version: CycloneDX 1.6, JSON.

        Raises:
            MissingLibraryError: `cyclonedx-python-lib` is not installed.
        """
        from modelkeep.provenance.bom import ml_bom

        found, ancestors = self._with_ancestors(version)
        manifest = self._storage.load_version_metadata(found).manifest
        return ml_bom(
            found, manifest, lineage=ancestors, tool_version=installed_version("modelkeep")
        )

    def get_card(self, version: str) -> str:
        """Return the model card of a version: the one that is kept, or else one that is made now.

        What is made is Markdown in the form of Hugging Face, of what is known; it is kept from
        then on, so that it stays what it was when it was first shown.
        """
        from modelkeep.provenance.card import model_card

        found, ancestors = self._with_ancestors(version)
        with self._catalogue.read() as connection:
            kept = provenance.find_card(connection, found.version_id)
        if kept is not None:
            return kept
        manifest = self._storage.load_version_metadata(found).manifest
        return self._keep_card(found, model_card(found, manifest, lineage=ancestors))

    def set_card(self, version: str, text: str) -> None:
        """Keep this text as the model card of a version.

        Raises:
            InvalidInputError: It is no text.
        """
        with self._catalogue.read() as connection:
            found = versions.get(connection, version)
        self._keep_card(found, check_text("card", text))

    def _keep_card(self, version: ModelVersion, text: str) -> str:
        with self._catalogue.write() as connection:
            versions.get_row(connection, version.version_id)
            provenance.set_card(connection, version.version_id, text)
            self._journal.record(connection, "card_kept", version.model_id, version.version_id)
        return text

    def _with_ancestors(self, version: str) -> tuple[ModelVersion, list[ModelVersion]]:
        """Return a version and those it was made from, as far as they are there, oldest first."""
        with self._catalogue.read() as connection:
            found = versions.get(connection, version)
            seen = {found.version_id}
            ancestors: list[ModelVersion] = []
            parent = found.parent_version
            while parent and parent not in seen and len(ancestors) < _MOST_ANCESTORS:
                seen.add(parent)
                before = versions.find(connection, parent)
                if before is None:
                    break
                ancestors.insert(0, before)
                parent = before.parent_version
        return found, ancestors
