"""Model cards: the front matter is read back by a YAML reader, the page by one of Markdown."""

from __future__ import annotations

import dataclasses
import math
import re

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from modelkeep.comparison.version_comparator import VersionComparator
from modelkeep.provenance.card import guess_library, model_card
from modelkeep.provenance.markdown import code, plain, quoted, table
from modelkeep.provenance.yaml_text import write_block, write_scalar
from modelkeep.storage.manifest import Manifest

NASTY = [
    "quotes \" and ' and \\",
    "two\nlines\r\nand\x85more\u2028yet\u2029end",
    "key: value # no comment",
    "---",
    "\n---\n",
    "...",
    "- item",
    "{a: b}",
    "[1, 2]",
    "&anchor *alias !tag %directive @at `tick`",
    "yes",
    "null",
    "~",
    "1e5",
    "0x1f",
    "2026-05-04",
    " spaces ",
    "\ttab\0nul\x07bell\x7fdel\x9f",
    "ünïcödé \U0001f600 \ufeff \ufffe \uffff",
    "x" * 100_000,
    "|",
    ">",
    "",
    "<script>alert(1)</script> &amp; &lt;",
    "| a | b |",
    "```\ncode\n```",
    "Title\n===",
    "![image](http://example.org) [link](x) **bold** _it_ ~~no~~ $x$",
    "    indented",
    "1. one\n2) two\n+ three\n> four",
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(NASTY)


def front_matter(card: str):
    found = re.match(r"---\n(.*?)\n---\n", card, re.DOTALL)
    assert found is not None
    return yaml.safe_load(found[1])


@pytest.mark.parametrize("text", NASTY)
def test_any_text_is_read_back_from_yaml(text) -> None:
    lines = write_block({"a": {"b": [text, {"c": text, "d": [text]}]}, "e": text})
    assert all("\n" not in line for line in lines)
    assert yaml.safe_load("\n".join(lines)) == {
        "a": {"b": [text, {"c": text, "d": [text]}]},
        "e": text,
    }


@given(TEXT | st.floats() | st.integers() | st.booleans() | st.none())
@example(1e-05)
@example(1e16)
@example(-0.0)
def test_any_scalar_is_read_back_as_what_it_was(value) -> None:
    read = yaml.safe_load(f"a: {write_scalar(value)}")["a"]
    assert type(read) is type(value)
    assert read == value or (math.isnan(read) and math.isnan(value))


def test_the_front_matter_is_that_of_the_hub(version, parent, manifest) -> None:
    assert front_matter(model_card(version, manifest, lineage=[parent, version])) == {
        "license": "apache-2.0",
        "library_name": "sklearn",
        "tags": ["modelkeep", "nightly", "tabular"],
        "base_model": "churn@1.0.0",
        "model-index": [
            {
                "name": "churn",
                "results": [
                    {
                        "task": {"type": "not stated"},
                        "dataset": {"type": "not stated", "name": "not stated"},
                        "metrics": [
                            {"type": "accuracy", "name": "accuracy", "value": 0.91},
                            {"type": "loss", "name": "loss", "value": 1e-05},
                        ],
                    }
                ],
            }
        ],
    }


def test_what_nobody_stated_is_said_and_not_invented(version) -> None:
    bare = dataclasses.replace(
        version, metrics={}, configuration={}, dependencies={}, description="", tags=[],
        parent_version=None,
    )  # fmt: skip
    card = model_card(bare, Manifest(format="folder"), lineage=[])
    assert front_matter(card) == {"tags": ["modelkeep"]}
    for line in (
        "Description: not stated.",
        "Metrics: not stated.",
        "Configuration: not stated.",
        "Dependencies: not stated.",
        "Parent: not stated.",
        "It has no files.",
        "## Limitations\n\nNot stated.",
        "## Intended use\n\nNot stated.",
        "| Licence | not stated |",
        "| Datasets | not stated |",
    ):
        assert line in card


def test_what_was_stated_stands_in_it(version, manifest) -> None:
    stated = {
        "limitations": ["One country only"],
        "intended_use": "Ranking",
        "dataset": "churn-2025",
        "task": "tabular-classification",
        "base_model": "org/base",
    }
    version = dataclasses.replace(version, configuration=stated, metrics={"auc": math.nan})
    card = model_card(version, manifest, lineage=[])
    assert "## Limitations\n\n- One country only" in card
    assert "## Intended use\n\n- Ranking" in card
    matter = front_matter(card)
    assert matter["base_model"] == "org/base"
    (result,) = matter["model-index"][0]["results"]
    assert result["task"] == {"type": "tabular-classification"}
    assert result["dataset"]["name"] == "churn-2025"
    assert math.isnan(result["metrics"][0]["value"])
    assert f"- {version.parent_version}: nothing else is known of this parent" in card


def test_files_and_libraries_are_listed(version, parent, manifest) -> None:
    card = model_card(version, manifest, lineage=[parent])
    for file in manifest.files:
        assert f"| {file.path} | {file.size_bytes} | {file.sha256} |" in card
    assert "| scikit-learn | 1.9.1 |" in card
    assert "- churn@1.0.0, 0196b0a0-0000-7000-8000-000000000001, created 2026-05-02" in card
    assert "> Who leaves next month" in card


@pytest.mark.parametrize(
    ("format_name", "dependencies", "library"),
    [
        ("joblib", {"scikit-learn": "1"}, "sklearn"),
        ("pickle", {"Scikit_Learn": "1", "numpy": "2"}, "sklearn"),
        ("safetensors", {"torch": "2", "transformers": "5"}, "transformers"),
        ("safetensors", {"torch": "2"}, "pytorch"),
        ("onnx", {"torch": "2"}, "onnx"),
        ("xgboost", {}, "xgboost"),
        ("json", {"python": "3.11"}, None),
    ],
)
def test_the_library_is_taken_from_format_and_libraries(
    version, format_name, dependencies, library
) -> None:
    version = dataclasses.replace(version, dependencies=dependencies)
    assert guess_library(version, Manifest(format=format_name)) == library


def test_the_code_that_it_shows_loads_the_model(mk, tmp_path, monkeypatch) -> None:
    version = mk.versions.create_version("m", {"weights": [1, 2]})
    card = model_card(version, Manifest(format="json"), lineage=[])
    (program,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    (tmp_path / "registry").rename(tmp_path / "model_versions")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(program, names)
    assert names["model"] == {"weights": [1, 2]}
    names["mk"].close()


def test_a_comparison_of_the_real_comparator_is_told(mk) -> None:
    old = mk.versions.create_version("m", {"a": 1}, metadata={"accuracy": 0.8, "loss": 0.5})
    new = mk.versions.create_version("m", {"a": 2}, metadata={"accuracy": 0.9})
    assert isinstance(mk.comparator, VersionComparator)
    comparison = mk.comparator.compare_versions(old.version_id, new.version_id)
    card = model_card(new, Manifest(format="json"), lineage=[old], comparison=comparison)
    assert f"## Compared with {old.version_number}" in card
    assert "| accuracy | 0.8 | 0.9 | better |" in card
    assert "| loss | 0.5 | not stated | missing |" in card
    same = mk.comparator.compare_versions(new.version_id, new.version_id) | {"metrics": {}}
    assert "No metrics to compare." in model_card(
        new, Manifest(format="json"), lineage=[], comparison=same
    )


READER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
# One rendering of a space is as good as another, and breaks of lines become spaces.
FLAT = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029\0\ufffd\x00-\x1f\x7f]+")


def flat(text: str) -> str:
    return FLAT.sub(" ", text).strip()


def inline_texts(source: str) -> list[str]:
    found = []
    for token in READER.parse(source):
        if token.type == "inline":
            kinds = {child.type for child in token.children}
            assert kinds <= {"text", "softbreak", "text_special"}, kinds
            found.append("".join(child.content or " " for child in token.children))
    return found


@given(st.lists(TEXT.filter(lambda text: len(text) < 1000), min_size=2, max_size=2))
@example([NASTY[0], NASTY[-1]])
def test_no_text_breaks_out_of_a_table(cells) -> None:
    source = "\n".join(["before", "", *table(("One", "Two"), [cells, cells]), "", "after"])
    texts = inline_texts(source)
    assert [flat(text) for text in texts] == [
        "before", "One", "Two", *(flat(cell) for cell in cells * 2), "after",
    ]  # fmt: skip


@given(TEXT.filter(lambda text: len(text) < 1000))
def test_no_text_breaks_out_of_a_quotation(text) -> None:
    source = "\n".join(["before", "", *quoted(text), "", "after"])
    kinds = {
        token.type.removesuffix("_open").removesuffix("_close") for token in READER.parse(source)
    }
    assert kinds <= {"paragraph", "blockquote", "inline"}
    assert flat(" ".join(inline_texts(source))) == flat(f"before {text} after")


@given(TEXT)
def test_no_text_breaks_out_of_a_block_of_code(text) -> None:
    tokens = READER.parse("\n".join([*code("json", text), "after"]))
    assert [token.type for token in tokens][:2] == ["fence", "paragraph_open"]


def test_a_plain_text_stays_as_it_reads() -> None:
    assert plain("Who leaves, and why? (v2.0)") == "Who leaves, and why? (v2.0)"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.tuples(TEXT, TEXT, TEXT),
    tags=st.lists(TEXT, max_size=3, unique=True),
    metrics=st.dictionaries(TEXT, st.floats(allow_nan=False), max_size=3),
    configuration=st.dictionaries(TEXT, TEXT, max_size=3),
)
def test_any_metadata_makes_a_card_whose_front_matter_is_read_back(
    version, manifest, texts, tags, metrics, configuration
) -> None:
    stated = {"license": texts[1], "base_model": texts[2]}
    version = dataclasses.replace(
        version, description=texts[0], tags=tags, metrics=metrics,
        configuration=configuration | stated,
    )  # fmt: skip
    card = model_card(version, manifest, lineage=[])
    matter = front_matter(card)
    assert matter.get("license", "") == texts[1].strip().lower()
    assert matter.get("base_model", "") == texts[2].strip()
    assert matter["tags"] == ["modelkeep", *(tag for tag in tags if tag != "modelkeep")]
    index = matter.get("model-index")
    read = {m["name"]: m["value"] for m in index[0]["results"][0]["metrics"]} if index else {}
    assert read == metrics
    assert model_card(version, manifest, lineage=[]) == card
