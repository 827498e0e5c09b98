"""Bills of materials of models: CycloneDX 1.6, as JSON (https://cyclonedx.org/docs/1.6/json/).

The library writes all but the model card, for which it has no classes; that is added, and the
whole is held against the official schema where `jsonschema` is installed (the tests do it always).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelkeep import canonical
from modelkeep.errors import InvalidMetadataError
from modelkeep.models import ModelVersion
from modelkeep.provenance.libraries import require_cyclonedx
from modelkeep.provenance.stated import Stated, read_stated
from modelkeep.provenance.statement import PREDICATE_TYPE, manifest_digest
from modelkeep.storage.manifest import Manifest

if TYPE_CHECKING:
    from cyclonedx.model import HashType, Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, Pedigree
    from cyclonedx.model.license import License
    from packageurl import PackageURL

# Of distributions: https://packaging.python.org/specifications/name-normalization/
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_SERIALS = uuid.uuid5(uuid.NAMESPACE_URL, PREDICATE_TYPE)


def ml_bom(
    version: ModelVersion,
    manifest: Manifest,
    *,
    lineage: Sequence[ModelVersion],
    tool_version: str,
) -> str:
    """Return the bill of materials of a version: its files, libraries, ancestors and model card.

    It depends on the arguments alone: the serial number is made from the version's id, and the
    time is that of its creation.

    Args:
        version: The version.
        manifest: Its files.
        lineage: The versions that it descends from, as far as they are there, in any order; the
            version itself is left out.
        tool_version: The release of Modelkeep that writes it.

    Returns:
        Indented JSON.

    Raises:
        MissingLibraryError: `cyclonedx-python-lib` is not installed.
        InvalidMetadataError: The version holds something that the schema does not allow.
    """
    require_cyclonedx()
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    bill = _bill(version, manifest, lineage, tool_version)
    written = make_outputter(bill, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string()
    content = json.loads(written)
    card = _model_card(version, manifest, read_stated(version))
    content["metadata"]["component"]["modelCard"] = card
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    _validate(text)
    return text


def _validate(text: str) -> None:
    from cyclonedx.exception import MissingOptionalDependencyException
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    try:
        problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    except MissingOptionalDependencyException:
        return
    if problem is not None:
        told = str(getattr(problem.data, "message", problem))
        place = getattr(problem.data, "json_path", "$")
        raise InvalidMetadataError(f"the bill of materials, {place}", told[:500])


def _bill(
    version: ModelVersion, manifest: Manifest, lineage: Sequence[ModelVersion], tool_version: str
) -> Bom:
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.tool import ToolRepository

    tool = Component(name="modelkeep", version=tool_version, type=ComponentType.APPLICATION)
    model = _model(version, manifest, lineage)
    libraries = [_library(name, number) for name, number in sorted(version.dependencies.items())]
    bill = Bom(
        serial_number=uuid.uuid5(_SERIALS, version.version_id),
        metadata=BomMetaData(
            timestamp=version.created_at,
            component=model,
            tools=ToolRepository(components=[tool]),
        ),
        components=libraries,
    )
    bill.register_dependency(model, libraries)
    return bill


def _model(version: ModelVersion, manifest: Manifest, lineage: Sequence[ModelVersion]) -> Component:
    from cyclonedx.model.component import Component, ComponentType

    hashes = [] if manifest.is_folder else _sha256(manifest.files[0].sha256)
    facts = {
        "version_id": version.version_id,
        "format": manifest.format,
        "manifest_sha256": manifest_digest(manifest),
        "checksum_sha256": version.checksum,
        "size_bytes": str(manifest.size_bytes),
        "created_by": version.created_by,
        "parent_version": version.parent_version or "",
    }
    return Component(
        name=version.model_id,
        version=version.version_number,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=_purl(version).to_string(),
        purl=_purl(version),
        description=version.description or None,
        tags=version.tags,
        hashes=hashes,
        licenses=_licenses(read_stated(version).licenses),
        properties=_properties(facts),
        components=[_file(file.path, file.sha256) for file in manifest.files],
        pedigree=_pedigree(version, lineage),
    )


def _file(path: str, sha256: str) -> Component:
    from cyclonedx.model.component import Component, ComponentType

    return Component(
        name=path, type=ComponentType.FILE, bom_ref=f"file:{path}", hashes=_sha256(sha256)
    )


def _library(name: str, number: str) -> Component:
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    is_python = name == "python"
    kind = "generic" if is_python else "pypi"
    return Component(
        name=name,
        version=number or None,
        type=ComponentType.PLATFORM if is_python else ComponentType.LIBRARY,
        bom_ref=f"library:{name}",
        purl=PackageURL(kind, None, name, number or None) if _NAME.fullmatch(name) else None,
    )


def _pedigree(version: ModelVersion, lineage: Sequence[ModelVersion]) -> Pedigree | None:
    from cyclonedx.model.component import Component, ComponentType, Pedigree

    ancestors = {each.version_id: each for each in lineage if each.version_id != version.version_id}
    parent = version.parent_version
    notes = f"The parent {parent} is known by its id alone." if parent else ""
    components = [
        Component(
            name=each.model_id,
            version=each.version_number,
            type=ComponentType.MACHINE_LEARNING_MODEL,
            bom_ref=_purl(each).to_string(),
            purl=_purl(each),
            properties=_properties(
                {"version_id": each.version_id, "checksum_sha256": each.checksum}
            ),
        )
        for each in ancestors.values()
    ]
    if parent in ancestors:
        notes = f"Made from the version {parent}."
    if not components and not notes:
        return None
    return Pedigree(ancestors=components, notes=notes or None)


def _purl(version: ModelVersion) -> PackageURL:
    from packageurl import PackageURL

    qualifiers = {"version_id": version.version_id}
    return PackageURL("generic", "modelkeep", version.model_id, version.version_number, qualifiers)


def _sha256(digest: str) -> list[HashType]:
    from cyclonedx.model import HashAlgorithm, HashType

    return [HashType(alg=HashAlgorithm.SHA_256, content=digest)]


def _properties(facts: Mapping[str, str]) -> list[Property]:
    from cyclonedx.model import Property

    return [
        Property(name=f"modelkeep:{name}", value=value) for name, value in facts.items() if value
    ]


def _licenses(stated: Iterable[str]) -> list[License]:
    """Return SPDX ids where they are ones; an expression may stand by itself only."""
    from cyclonedx import spdx
    from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression

    texts = list(stated)
    if len(texts) == 1 and not spdx.fixup_id(texts[0]) and spdx.is_expression(texts[0]):
        return [LicenseExpression(texts[0])]
    found: list[License] = []
    for text in texts:
        known = spdx.fixup_id(text)
        found.append(DisjunctiveLicense(id=known) if known else DisjunctiveLicense(name=text))
    return found


def _model_card(version: ModelVersion, manifest: Manifest, stated: Stated) -> dict[str, Any]:
    metrics = [
        {"type": name, "value": value if isinstance(value, str) else repr(value)}
        for name, value in sorted(canonical.metrics_to_plain(version.metrics).items())
    ]
    configuration = [
        {"name": f"modelkeep:configuration:{name}", "value": canonical.encode_text(value)}
        for name, value in sorted(version.configuration.items())
    ]
    parameters: dict[str, Any] = {"task": stated.task} if stated.task else {}
    if stated.datasets:
        parameters["datasets"] = [{"type": "dataset", "name": name} for name in stated.datasets]
    considerations = {
        "technicalLimitations": list(stated.limitations),
        "useCases": list(stated.intended_uses),
    }
    parts: dict[str, Any] = {
        "bom-ref": f"model-card:{version.version_id}",
        "modelParameters": parameters,
        "quantitativeAnalysis": {"performanceMetrics": metrics} if metrics else {},
        "considerations": {name: texts for name, texts in considerations.items() if texts},
        "properties": [{"name": "modelkeep:format", "value": manifest.format}, *configuration],
    }
    return {name: part for name, part in parts.items() if part}
