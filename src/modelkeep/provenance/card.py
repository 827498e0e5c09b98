"""Model cards in the form of the Hugging Face Hub: Markdown with YAML before it.

The front matter follows https://github.com/huggingface/hub-docs/blob/main/modelcard.md. What
nobody stated is told as "not stated" and never guessed; only `library_name` is taken from the
format and the recorded libraries.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from modelkeep.models import ModelVersion
from modelkeep.provenance.markdown import code, plain, quoted, table
from modelkeep.provenance.stated import Stated, read_stated
from modelkeep.provenance.yaml_text import write_block
from modelkeep.storage.manifest import Manifest

NOT_STATED = "not stated"
# In the words of the Hub, the more telling one first.
_LIBRARIES = {
    "sentence-transformers": "sentence-transformers",
    "diffusers": "diffusers",
    "transformers": "transformers",
    "keras": "keras",
    "tensorflow": "tf-keras",
    "xgboost": "xgboost",
    "xgboost-cpu": "xgboost",
    "lightgbm": "lightgbm",
    "scikit-learn": "sklearn",
    "torch": "pytorch",
}
_FORMATS = {"onnx": "onnx", "xgboost": "xgboost", "lightgbm": "lightgbm"}


def model_card(
    version: ModelVersion,
    manifest: Manifest,
    *,
    lineage: Sequence[ModelVersion],
    comparison: Mapping[str, Any] | None = None,
) -> str:
    """Return the card of a version.

    Args:
        version: The version.
        manifest: Its files.
        lineage: The versions that it descends from, as far as they are there, the oldest first;
            the version itself is left out.
        comparison: What the comparison of an earlier version with this one returned; None leaves
            the section out.

    Returns:
        Markdown that ends in a newline. It depends on the arguments alone.
    """
    stated = read_stated(version)
    ancestors = [each for each in lineage if each.version_id != version.version_id]
    sections = [
        ["---", *write_block(_front_matter(version, manifest, stated, ancestors)), "---"],
        [f"# {plain(version.model_id)} {plain(version.version_number)}"],
        _about(version, manifest, stated),
        _loading(version),
        _metrics(version),
        _compared(comparison),
        _configuration(version),
        _dependencies(version),
        _lineage(version, ancestors),
        _files(manifest),
        _limitations(stated),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def guess_library(version: ModelVersion, manifest: Manifest) -> str | None:
    """Return the library that loads the model in the Hub's words; None if none is known."""
    if manifest.format in _FORMATS:
        return _FORMATS[manifest.format]
    names = {name.lower().replace("_", "-") for name in version.dependencies}
    return next((word for name, word in _LIBRARIES.items() if name in names), None)


def _front_matter(
    version: ModelVersion, manifest: Manifest, stated: Stated, ancestors: Sequence[ModelVersion]
) -> dict[str, Any]:
    parent = next((a for a in ancestors if a.version_id == version.parent_version), None)
    base = stated.base_model or (f"{parent.model_id}@{parent.version_number}" if parent else None)
    licenses = stated.licenses
    metrics = [
        {"type": name, "name": name, "value": value}
        for name, value in sorted(version.metrics.items())
    ]
    result = {
        "task": {"type": stated.task or NOT_STATED},
        "dataset": {
            "type": next(iter(stated.datasets), NOT_STATED),
            "name": next(iter(stated.datasets), NOT_STATED),
        },
        "metrics": metrics,
    }
    matter = {
        "license": licenses[0].lower() if len(licenses) == 1 else list(licenses),
        "library_name": guess_library(version, manifest),
        "tags": ["modelkeep", *(tag for tag in version.tags if tag != "modelkeep")],
        "base_model": base,
        "model-index": [{"name": version.model_id, "results": [result]}] if metrics else None,
    }
    return {key: value for key, value in matter.items() if value}


def _about(version: ModelVersion, manifest: Manifest, stated: Stated) -> list[str]:
    facts = [
        ("Version", f"{version.version_number} ({version.version_id})"),
        ("Created", f"{version.created_at.isoformat(timespec='seconds')} by {version.created_by}"),
        ("Format", manifest.format),
        ("Size", f"{manifest.size_bytes} bytes in {len(manifest.files)} files"),
        ("Licence", ", ".join(stated.licenses) or NOT_STATED),
        ("Task", stated.task or NOT_STATED),
        ("Datasets", ", ".join(stated.datasets) or NOT_STATED),
        ("Tags", ", ".join(version.tags) or "none"),
    ]
    description = version.description.strip()
    words = quoted(description) if description else [f"Description: {NOT_STATED}."]
    return ["## What it is", "", *words, "", *table(("", ""), facts)]


def _loading(version: ModelVersion) -> list[str]:
    reference = json.dumps(f"{version.model_id}@{version.version_number}")
    program = (
        "import modelkeep\n\n"
        'mk = modelkeep.connect("model_versions")  # the folder of the registry\n'
        f"model = mk.versions.load_model({reference})"
    )
    return ["## How to load it", "", *code("python", program)]


def _metrics(version: ModelVersion) -> list[str]:
    if not version.metrics:
        return ["## Metrics", "", f"Metrics: {NOT_STATED}."]
    rows = [(name, repr(value)) for name, value in sorted(version.metrics.items())]
    return ["## Metrics", "", *table(("Metric", "Value"), rows)]


def _compared(comparison: Mapping[str, Any] | None) -> list[str]:
    """Return what a comparison found, as `comparison.result.VersionComparison` tells it."""
    if comparison is None:
        return []
    summary = comparison["summary"]
    rows = [
        (name, _number(each["version1_value"]), _number(each["version2_value"]), each["verdict"])
        for name, each in sorted(comparison["metrics"].items())
    ]
    numbers = [plain(str(comparison[side]["number"])) for side in ("version1", "version2")]
    return [
        f"## Compared with {numbers[0]}",
        "",
        plain(summary["overall_verdict"]),
        "",
        *(f"- {plain(finding)}" for finding in summary["key_findings"]),
        *([""] if summary["key_findings"] else []),
        *(table(("Metric", *numbers, "Verdict"), rows) if rows else ["No metrics to compare."]),
    ]


def _configuration(version: ModelVersion) -> list[str]:
    title = "## Training configuration"
    if not version.configuration:
        return [title, "", f"Configuration: {NOT_STATED}."]
    text = json.dumps(version.configuration, indent=2, sort_keys=True, ensure_ascii=True)
    return [title, "", *code("json", text)]


def _dependencies(version: ModelVersion) -> list[str]:
    if not version.dependencies:
        return ["## Dependencies", "", f"Dependencies: {NOT_STATED}."]
    rows = sorted(version.dependencies.items())
    return ["## Dependencies", "", *table(("Library", "Version"), rows)]


def _lineage(version: ModelVersion, ancestors: Sequence[ModelVersion]) -> list[str]:
    parent = version.parent_version
    lines = ["## Lineage", ""]
    if parent is None and not ancestors:
        return [*lines, f"Parent: {NOT_STATED}."]
    lines += [
        f"- {plain(f'{each.model_id}@{each.version_number}')}, {plain(each.version_id)}, created "
        f"{each.created_at.isoformat(timespec='seconds')}"
        for each in ancestors
    ]
    if parent is not None and parent not in {each.version_id for each in ancestors}:
        lines.append(f"- {plain(parent)}: nothing else is known of this parent")
    own = plain(f"{version.model_id}@{version.version_number}")
    return [*lines, f"- {own}, this version"]


def _files(manifest: Manifest) -> list[str]:
    if not manifest.files:
        return ["## Files", "", "It has no files."]
    rows = [(file.path, str(file.size_bytes), file.sha256) for file in manifest.files]
    return ["## Files", "", *table(("File", "Bytes", "SHA-256"), rows)]


def _limitations(stated: Stated) -> list[str]:
    def told(title: str, texts: Sequence[str]) -> list[str]:
        listed = [f"- {plain(text)}" for text in texts]
        return [title, "", *(listed or [f"{NOT_STATED.capitalize()}."])]

    uses = told("## Intended use", stated.intended_uses)
    return [*uses, "", *told("## Limitations", stated.limitations)]


def _number(value: float | None) -> str:
    return NOT_STATED if value is None else repr(value)
