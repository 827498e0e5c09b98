"""Bills of materials, held against the official schema that the library ships."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
import subprocess
import sys

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelkeep.errors import InvalidMetadataError
from modelkeep.provenance.bom import ml_bom
from modelkeep.provenance.statement import manifest_digest
from modelkeep.storage.manifest import FileEntry, Manifest


def make(version, manifest, lineage=(), tool_version="0.1.0"):
    text = ml_bom(version, manifest, lineage=lineage, tool_version=tool_version)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert problem is None, problem
    return json.loads(text)


def properties(part) -> dict[str, str]:
    return {each["name"]: each["value"] for each in part["properties"]}


def test_it_says_what_the_model_is(version, manifest) -> None:
    bill = make(version, manifest)
    model = bill["metadata"]["component"]
    assert bill["specVersion"] == "1.6"
    assert bill["metadata"]["timestamp"] == "2026-05-03T08:30:15.000250+00:00"
    assert bill["metadata"]["tools"]["components"][0]["version"] == "0.1.0"
    assert model["type"] == "machine-learning-model"
    assert (model["name"], model["version"]) == ("churn", "1.1.0")
    assert model["bom-ref"] == model["purl"] == (
        "pkg:generic/modelkeep/churn@1.1.0?version_id=0196b0a0-0000-7000-8000-000000000002"
    )  # fmt: skip
    assert model["tags"] == ["nightly", "tabular"]
    assert model["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    facts = properties(model)
    assert facts["modelkeep:manifest_sha256"] == manifest_digest(manifest)
    assert facts["modelkeep:created_by"] == "ada"


def test_every_file_stands_in_it_with_its_sha_256(version, manifest) -> None:
    files = make(version, manifest)["metadata"]["component"]["components"]
    assert [(f["type"], f["name"], f["hashes"]) for f in files] == [
        ("file", file.path, [{"alg": "SHA-256", "content": file.sha256}]) for file in manifest.files
    ]
    single = Manifest(format="joblib", files=manifest.files[:1])
    model = make(version, single)["metadata"]["component"]
    assert model["hashes"] == [{"alg": "SHA-256", "content": manifest.files[0].sha256}]
    assert "hashes" not in make(version, manifest)["metadata"]["component"]


def test_libraries_are_components_that_the_model_depends_on(version, manifest) -> None:
    bill = make(version, manifest)
    libraries = {each["name"]: each for each in bill["components"]}
    assert libraries["scikit-learn"]["purl"] == "pkg:pypi/scikit-learn@1.9.1"
    assert libraries["python"]["type"] == "platform"
    assert libraries["python"]["purl"] == "pkg:generic/python@3.11.7"
    reference = bill["metadata"]["component"]["bom-ref"]
    (own,) = [each for each in bill["dependencies"] if each["ref"] == reference]
    assert sorted(own["dependsOn"]) == sorted(each["bom-ref"] for each in libraries.values())


def test_metrics_and_configuration_stand_in_the_model_card(version, manifest) -> None:
    stated = {
        "lr": 0.1,
        "limitations": ["Trained on one country."],
        "intended_use": "Ranking",
        "task": "tabular-classification",
        "dataset": "churn-2025",
    }
    metrics = {"accuracy": 0.91, "loss": math.nan, "worst": -math.inf}
    version = dataclasses.replace(version, configuration=stated, metrics=metrics)
    card = make(version, manifest)["metadata"]["component"]["modelCard"]
    assert card["quantitativeAnalysis"]["performanceMetrics"] == [
        {"type": "accuracy", "value": "0.91"},
        {"type": "loss", "value": "NaN"},
        {"type": "worst", "value": "-Infinity"},
    ]
    assert card["considerations"] == {
        "technicalLimitations": ["Trained on one country."],
        "useCases": ["Ranking"],
    }
    assert card["modelParameters"] == {
        "task": "tabular-classification",
        "datasets": [{"type": "dataset", "name": "churn-2025"}],
    }
    assert properties(card)["modelkeep:configuration:lr"] == "0.1"


def test_what_nobody_stated_is_left_out(version, manifest) -> None:
    bare = dataclasses.replace(
        version, metrics={}, configuration={}, dependencies={}, description="", tags=[],
        parent_version=None,
    )  # fmt: skip
    bill = make(bare, Manifest(format="folder"))
    model = bill["metadata"]["component"]
    assert model["modelCard"].keys() == {"bom-ref", "properties"}
    for key in ("licenses", "pedigree", "components", "description", "tags", "hashes"):
        assert key not in model
    assert "components" not in bill


def test_ancestors_are_its_pedigree(version, parent, manifest) -> None:
    pedigree = make(version, manifest, [parent, version])["metadata"]["component"]["pedigree"]
    (ancestor,) = pedigree["ancestors"]
    assert (ancestor["name"], ancestor["version"]) == ("churn", "1.0.0")
    assert pedigree["notes"] == f"Made from the version {parent.version_id}."
    pedigree = make(version, manifest)["metadata"]["component"]["pedigree"]
    assert pedigree == {"notes": f"The parent {parent.version_id} is known by its id alone."}


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("mit", [{"license": {"id": "MIT"}}]),
        ("MIT OR Apache-2.0", [{"expression": "MIT OR Apache-2.0"}]),
        ("Our own terms", [{"license": {"name": "Our own terms"}}]),
        (["MIT", "Our terms"], [{"license": {"id": "MIT"}}, {"license": {"name": "Our terms"}}]),
        (
            ["MIT OR ISC", "MIT"],
            [{"license": {"id": "MIT"}}, {"license": {"name": "MIT OR ISC"}}],
        ),
    ],
)
def test_licences_are_told_as_spdx_does_where_they_can(version, manifest, stated, written) -> None:
    version = dataclasses.replace(version, configuration={"licence": stated})
    assert make(version, manifest)["metadata"]["component"]["licenses"] == written


def test_it_is_the_same_text_in_another_process(version, parent, manifest) -> None:
    program = (
        "import sys, pickle\n"
        "from modelkeep.provenance.bom import ml_bom\n"
        "v, m, l = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "sys.stdout.write(ml_bom(v, m, lineage=l, tool_version='1'))\n"
    )
    argument = pickle.dumps((version, manifest, [parent])).hex()
    command = [sys.executable, "-c", program, argument]
    done = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout == ml_bom(version, manifest, lineage=[parent], tool_version="1")


def test_another_version_has_another_serial_number(version, parent, manifest) -> None:
    serials = {make(each, manifest)["serialNumber"] for each in (version, parent, version)}
    assert len(serials) == 2


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
PLAIN = st.recursive(st.none() | st.booleans() | st.integers(-5, 5) | TEXT, st.lists, max_leaves=4)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    dependencies=st.dictionaries(TEXT, TEXT, max_size=4),
    metrics=st.dictionaries(TEXT, st.floats(), max_size=3),
    configuration=st.dictionaries(TEXT | st.sampled_from(["license", "task", "dataset"]), PLAIN),
    texts=st.tuples(TEXT, TEXT),
    tags=st.lists(TEXT, max_size=3, unique=True),
    paths=st.lists(NAMES, max_size=3, unique=True),
)
def test_any_metadata_makes_a_valid_bill_and_the_same_one_again(
    version, parent, manifest, dependencies, metrics, configuration, texts, tags, paths
) -> None:
    version = dataclasses.replace(
        version, dependencies=dependencies, metrics=metrics, configuration=configuration,
        description=texts[0], created_by=texts[1], tags=tags,
    )  # fmt: skip
    files = tuple(FileEntry(path=path, sha256="ab" * 32, size_bytes=1) for path in sorted(paths))
    manifest = Manifest(format="folder", files=files)
    bill = make(version, manifest, [parent])
    assert make(version, manifest, [parent]) == bill
    assert {each["name"] for each in bill.get("components", ())} == set(dependencies)


def test_a_digest_that_is_none_is_refused_and_not_written(version) -> None:
    files = (FileEntry(path="model", sha256="nonsense", size_bytes=1),)
    with pytest.raises(InvalidMetadataError, match="bill of materials.*nonsense"):
        ml_bom(version, Manifest(format="file", files=files), lineage=(), tool_version="1")


@pytest.mark.parametrize(("hidden", "outcome"), [("cyclonedx", "refused"), ("jsonschema", "same")])
def test_what_a_missing_library_does(version, manifest, hidden, outcome) -> None:
    program = (
        f"import sys, pickle; sys.modules[{hidden!r}] = None\n"
        "from modelkeep.provenance.bom import ml_bom\n"
        "from modelkeep.errors import MissingLibraryError\n"
        "v, m, text = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "try: print('same' if ml_bom(v, m, lineage=(), tool_version='1') == text else 'other')\n"
        "except MissingLibraryError as error:\n"
        "    assert 'pip install cyclonedx-python-lib' in str(error)\n"
        "    print('refused')\n"
    )
    text = ml_bom(version, manifest, lineage=(), tool_version="1")
    argument = pickle.dumps((version, manifest, text)).hex()
    command = [sys.executable, "-c", program, argument]
    done = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout.strip() == outcome
