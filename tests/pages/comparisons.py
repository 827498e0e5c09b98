"""Comparisons as a registry would return them, made by hand: of a large model, and a small one."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from modelkeep.comparison.deep import (
    DeepComparison,
    PairedTest,
    TensorChange,
    TensorVerdict,
)
from modelkeep.comparison.metrics import calculate_improvements, compare_values
from modelkeep.comparison.result import LineageEntry, VersionComparison, VersionFacts

_START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_ROLES = tuple(
    f"{part}.{kind}"
    for part in (
        "attention.q",
        "attention.k",
        "attention.v",
        "attention.output",
        "attention.norm",
        "mlp.up",
        "mlp.down",
        "mlp.norm",
    )
    for kind in ("weight", "bias")
)


def tensor(
    name: str, size: float | None, verdict: TensorVerdict = "changed", **other: Any
) -> TensorChange:
    shape = [768] if name.endswith("bias") else [768, 768]
    change: TensorChange = {
        "name": name,
        "old_name": None,
        "file": "model.safetensors",
        "verdict": verdict,
        "detail": "",
        "shape1": None if verdict == "added" else shape,
        "shape2": None if verdict == "removed" else shape,
        "dtype1": None if verdict == "added" else "float32",
        "dtype2": None if verdict == "removed" else "float32",
        "elements": math.prod(shape),
        "size_bytes": 4 * math.prod(shape),
        "relative_norm": size,
        "cosine": None if size is None else 1 - size**2 / 2,
        "changed_share": None if size is None else min(1.0, 20 * size),
        "largest_change": None if size is None else size / 3,
    }
    return {**change, **other}  # type: ignore[typeddict-item]


def many_tensors(layers: int = 31) -> list[TensorChange]:
    """Make tensors of a transformer that was tuned: 16 a layer, and a few beside the layers."""
    dice = random.Random(5)
    tensors = [tensor("embeddings.word.weight", 0.0004), tensor("embeddings.position.weight", None)]
    tensors[1].update(verdict="same", relative_norm=0.0, cosine=1.0, changed_share=0.0)
    for layer in range(layers):
        for role in _ROLES:
            depth = layer / layers
            size = 10 ** dice.gauss(-3.6 + 2.4 * depth, 0.25)
            change = tensor(f"layer.{layer}.{role}", size)
            if layer < 6:
                change.update(verdict="same", relative_norm=0.0, changed_share=0.0)
            tensors.append(change)
    tensors[40].update(verdict="renamed", old_name="layer.2.attn.v.weight", relative_norm=0.0)
    tensors[200].update(verdict="reshaped", shape1=[768, 768], shape2=[589824], relative_norm=0.0)
    tensors[310].update(verdict="permuted", detail="axes 1, 0", relative_norm=0.0)
    tensors[330].update(verdict="dtype_changed", dtype2="bfloat16", relative_norm=0.0016)
    tensors += [tensor("head.dense.weight", 1.31), tensor("head.dense.bias", 0.4)]
    tensors.append(tensor("head.scale", None, "added"))
    tensors.append(tensor("pooler.dense.weight", None, "removed"))
    return tensors


def plain(**metrics: tuple[float | None, float | None, Any]) -> VersionComparison:
    """Make a comparison of metrics alone, each given as (before, after, direction)."""
    changes = {
        name: compare_values(before, after, direction, 0.001)
        for name, (before, after, direction) in metrics.items()
    }
    first, second = facts("1.4.0", 0), facts("1.5.0", 30)
    first["metrics"] = {n: v[0] for n, v in metrics.items() if v[0] is not None}
    second["metrics"] = {n: v[1] for n, v in metrics.items() if v[1] is not None}
    return {
        "version1": first,
        "version2": second,
        "time_difference_hours": 30.0,
        "size_difference_bytes": 1_843_200,
        "is_parent_child": True,
        "metrics": changes,
        "metadata": {
            "tags": {"added": ["tuned"], "removed": []},
            "configuration": {
                "added": {"optimizer.warmup_steps": 500},
                "removed": {"notes": "first try"},
                "changed": {
                    "optimizer.lr": {"version1": 5e-05, "version2": 2e-05},
                    "labels": {"version1": ["spam", "ham"], "version2": ["spam", "ham", "other"]},
                },
            },
            "dependencies": {
                "added": {},
                "removed": {},
                "changed": {"torch": {"version1": "2.12.0", "version2": "2.13.0"}},
            },
        },
        "improvements": calculate_improvements(changes),
        "summary": {
            "recommendation": "consider_upgrade",
            "key_findings": [
                "1.5.0 was made from 1.4.0",
                "degraded: latency_ms from 11.2 to 12.1 (+8.04 %)",
                "improved: accuracy from 0.912 to 0.934 (+2.41 %)",
            ],
            "overall_verdict": "1.5.0 is better than 1.4.0 on balance",
        },
    }


def facts(number: str, hours: float) -> VersionFacts:
    return {
        "id": f"mv-{number.replace('.', '')}c0ffee",
        "model_id": "ticket-router",
        "number": number,
        "created_at": _START + timedelta(hours=hours),
        "status": "validated",
        "stage": "production" if not hours else "none",
        "size": 438_000_000,
        "metrics": {},
        "tags": ["bert", "tuned"],
    }


def ancestor(number: str, **other: Any) -> LineageEntry:
    entry: LineageEntry = {
        "version_id": f"mv-{number}",
        "version_number": number,
        "model_id": "ticket-router",
        "created_at": _START - timedelta(days=30 / (1 + float(number[2:]))),
        "removed": False,
        "status": "validated",
        "note": "",
    }
    return {**entry, **other}  # type: ignore[typeddict-item]


def paired(metric: str, before: float, after: float, half: float, **other: Any) -> PairedTest:
    difference = after - before
    improved = None if abs(difference) < half else difference > 0
    test: PairedTest = {
        "metric": metric,
        "test": "paired_bootstrap",
        "direction": "higher",
        "version1": before,
        "version2": after,
        "difference": difference,
        "lower": difference - half,
        "upper": difference + half,
        "confidence": 0.95,
        "p_value": 0.5 if improved is None else 0.00002,
        "improved": improved,
    }
    return {**test, **other}  # type: ignore[typeddict-item]


def deep(tensors: list[TensorChange] | None = None) -> DeepComparison:
    """Make a comparison with something in every section."""
    found = many_tensors() if tensors is None else tensors
    counts: dict[str, int] = {}
    for change in found:
        counts[change["verdict"]] = counts.get(change["verdict"], 0) + 1
    trunk = [ancestor("1.0.0", version_number=None, created_at=None, status=None)]
    trunk = [{**trunk[0], "note": "nothing is known of this parent but its id"}]
    trunk += [ancestor("1.1", removed=True, status=None), ancestor("1.2")]
    return {
        **plain(
            accuracy=(0.912, 0.934, "higher"),
            f1_macro=(0.871, 0.9, "higher"),
            latency_ms=(11.2, 12.1, "lower"),
            ece=(0.031, 0.018, "lower"),
            recall_urgent=(0.802, 0.8021, "higher"),
            churn=(0.12, 0.14, None),
            perplexity=(9.1, None, "lower"),
        ),
        "signature": {
            "added": {},
            "removed": {},
            "changed": {"outputs.label.shape": {"version1": [2], "version2": [3]}},
        },
        "lineage1": [*trunk, ancestor("1.3"), ancestor("1.4")],
        "lineage2": [*trunk, ancestor("1.5")],
        "tensors": {
            "tensors": found,
            "counts": counts,
            "relative_norm": 0.0123,
            "changed_share": 0.31,
            "notes": ["layer.30.mlp.up.weight: 3 elements are NaN in 1.5.0 and are left out"],
        },
        "trees": {
            "library": "lightgbm",
            "trees1": 200,
            "trees2": 210,
            "trees_added": 10,
            "trees_removed": 0,
            "trees_same": 180,
            "trees_changed": 20,
            "splits_compared": 5800,
            "split_features_changed": 77,
            "thresholds_changed": 310,
            "importance": [
                {"feature": name, "version1": a, "version2": b, "shift": b - a}
                for name, a, b in (
                    ("days_since_last_login", 0.21, 0.34),
                    ("plan", 0.3, 0.22),
                    ("support_tickets_30d", 0.12, 0.09),
                    ("land_größe_日本", 0.1, 0.11),
                    ("age", 0.05, 0.05),
                )
            ],
            "notes": [],
        },
        "predictions": {
            "kind": "classes",
            "rows": 5000,
            "flipped": 214,
            "flipped_share": 0.0428,
            "flipped_lower": 0.0375,
            "flipped_upper": 0.0488,
            "examples": [
                {
                    "row": f"ticket-{row}",
                    "answer1": "spam",
                    "answer2": "ham",
                    "score1": 0.97 - row / 100,
                    "score2": 0.91 - row / 100,
                    "label": "ham" if row % 3 else "spam",
                }
                for row in range(12)
            ],
            "tests": [
                paired("accuracy", 0.905, 0.927, 0.008, test="mcnemar"),
                paired("f1_macro", 0.868, 0.871, 0.011),
                paired("log_loss", 0.31, 0.27, 0.02, direction="lower", improved=True),
            ],
            "notes": [],
        },
        "notes": ["tokenizer.json is no file of tensors"],
    }


def hostile() -> DeepComparison:
    """Make a comparison whose every name is an attack or a nuisance."""
    evil = "</script><script>hacked=1</script><img src=x onerror=hacked=1>\"'&\u2028\x00"
    long = "x" * 3000
    result = deep([tensor(evil, 0.1), tensor(long, 0.2), tensor("层.0.权重", 0.0, "same")])
    result["metrics"] = {
        evil: compare_values(0.1, 0.2, "higher", 0.0),
        long: compare_values(float("nan"), 2.0, None, 0.0),
        "\ud800 lone": compare_values(1.0, float("inf"), "higher", 0.0),
    }
    result["improvements"] = calculate_improvements(result["metrics"])
    for facts_of in (result["version1"], result["version2"]):
        facts_of["model_id"] = facts_of["number"] = facts_of["id"] = evil
        facts_of["tags"] = [evil, long]
    result["summary"]["key_findings"] = [evil, long]
    result["metadata"]["configuration"]["added"] = {evil: {evil: [evil, float("nan")]}}
    for line in (result["lineage1"], result["lineage2"]):
        for entry in line:
            entry["version_number"] = entry["note"] = evil
    assert result["predictions"] is not None
    assert result["trees"] is not None
    for example in result["predictions"]["examples"]:
        example["answer1"] = example["label"] = example["row"] = evil
    for test in result["predictions"]["tests"]:
        test["metric"] = evil
    for shift in result["trees"]["importance"]:
        shift["feature"] = evil
    result["notes"] = [evil]
    return result
