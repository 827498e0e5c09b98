"""A comparison that looks into the artifacts, on real models."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from modelkeep.comparison.looking_deeper import Sample
from modelkeep.errors import InvalidInputError, UntrustedModelError

ROWS, LABELS = load_iris(return_X_y=True)


def forest(trees):
    return RandomForestClassifier(trees, random_state=0, max_depth=3).fit(ROWS[::2], LABELS[::2])


def test_forests_with_a_sample(mk):
    first = mk.versions.create_version("iris", forest(4), metadata={"configuration": {"trees": 4}})
    second = mk.versions.create_version(
        "iris",
        forest(6),
        parent_version=first.version_id,
        metadata={"configuration": {"trees": 6}, "signature": {"inputs": {"rows": 4}}},
    )
    sample = Sample(rows=ROWS[1::2], labels=LABELS[1::2], ids=[f"r{n}" for n in range(75)])
    found = mk.comparator.compare_versions(
        first.version_id, second.version_id, deep=True, sample=sample
    )
    trees = found["trees"]
    assert (trees["library"], trees["trees_added"], trees["trees_same"]) == ("sklearn", 2, 4)
    answers = found["predictions"]
    before, after = forest(4).predict(ROWS[1::2]), forest(6).predict(ROWS[1::2])
    assert answers["flipped"] == int((before != after).sum())
    assert {each["row"] for each in answers["examples"]} == {
        f"r{n}" for n in np.flatnonzero(before != after)
    }
    (accuracy,) = [test for test in answers["tests"] if test["metric"] == "accuracy"]
    assert accuracy["difference"] == pytest.approx(
        (after == LABELS[1::2]).mean() - (before == LABELS[1::2]).mean()
    )
    assert accuracy["improved"] is None
    assert found["metadata"]["configuration"]["changed"]["trees"] == {"version1": 4, "version2": 6}
    assert found["signature"]["added"] == {"inputs": {"rows": 4}}
    assert [each["version_number"] for each in found["lineage2"]] == ["1.0.0", "1.0.1"]
    assert found["verdict"].endswith(".")
    # What the shallow one says is in it, unchanged.
    shallow = mk.comparator.compare_versions(first.version_id, second.version_id)
    assert {key: found[key] for key in shallow} == shallow


def test_tensors_without_loading_anything(mk):
    first = {"layer.0.w": np.ones((4, 4), np.float32), "layer.1.w": np.eye(3, dtype=np.float32)}
    second = {
        "layer.0.w": np.ones((4, 4), np.float32),
        "layer.1.w": 2 * np.eye(3, dtype=np.float32),
    }
    for model in (first, second):
        mk.versions.create_version("net", model, format="safetensors")
    found = mk.comparator.compare_versions("net@1.0.0", "net@1.0.1", deep=True)
    changes = {change["name"]: change for change in found["tensors"]["tensors"]}
    assert changes["layer.0.w"]["verdict"] == "same"
    assert changes["layer.1.w"]["relative_norm"] == pytest.approx(1.0)
    assert changes["layer.1.w"]["cosine"] == pytest.approx(1.0)
    assert found["trees"] is None
    assert any("no sample" in note for note in found["notes"])


def test_a_strangers_pickle_is_noted_and_not_run(mk, tmp_path):
    import pickle

    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "was-run"), "w"))

    (tmp_path / "evil.pkl").write_bytes(pickle.dumps(Evil()))
    for _ in range(2):
        with pytest.warns(UserWarning, match="allow-list"):
            mk.versions.create_version("m", tmp_path / "evil.pkl", format="pickle")
    found = mk.comparator.compare_versions("m@1.0.0", "m@1.0.1", deep=True)
    assert any("trees were not compared" in note for note in found["notes"])
    with pytest.raises(UntrustedModelError):
        mk.comparator.compare_versions("m@1.0.0", "m@1.0.1", deep=True, sample=Sample(rows=ROWS))
    assert not (tmp_path / "was-run").exists()


def test_models_of_other_kinds_are_noted(mk):
    linear = LogisticRegression(max_iter=500).fit(ROWS, LABELS)
    mk.versions.create_version("iris", linear)
    mk.versions.create_version("iris", forest(2))
    found = mk.comparator.compare_versions("iris@1.0.0", "iris@1.0.1", deep=True)
    assert found["trees"] is None
    assert "LogisticRegression" in " ".join(found["notes"])


def test_a_sample_needs_deep_and_must_fit(mk):
    for trees in (2, 3):
        mk.versions.create_version("iris", forest(trees))
    compare = mk.comparator.compare_versions
    with pytest.raises(InvalidInputError, match="needs deep=True"):
        compare("iris@1.0.0", "iris@1.0.1", sample=Sample(rows=ROWS))
    with pytest.raises(InvalidInputError, match="labels"):
        compare("iris@1.0.0", "iris@1.0.1", deep=True, sample=Sample(rows=ROWS, labels=[1, 2]))
