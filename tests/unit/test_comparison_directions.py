"""Which way a metric is better, by its name and by declaration."""

from __future__ import annotations

import doctest

import pytest

from modelkeep.comparison import directions
from modelkeep.comparison.directions import choose_directions, direction_of, read_declarations


def test_the_documented_examples_run() -> None:
    failed, attempted = doctest.testmod(directions)
    assert failed == 0
    assert attempted > 0


@pytest.mark.parametrize(
    "name",
    [
        *("accuracy", "acc", "val_acc", "top_5_accuracy", "accuracy@5", "balanced-accuracy"),
        *("f1", "f1_score", "F1Score", "macro avg.f1-score", "r2", "R2Score", "r_squared"),
        *("auc", "AUROC", "roc_auc", "ROC AUC", "pr/auc", "explained_variance"),
        *("precision", "recall", "recall@10", "context_recall", "hits10", "hits@1"),
        *("map", "mAP", "mAP50", "mAP@0.5:0.95", "average_precision", "IoU", "mIoU", "nDCG"),
        *("bleu", "BLEU4", "rouge1", "rougeL", "ROUGE-L", "exact_match", "mean_reciprocal_rank"),
        *("true_positive_rate", "TPR", "trueNegativeRate", "negative_predictive_value"),
        *("throughput", "samples_per_second", "train_tokens_per_sec", "queries per s"),
        *("psnr", "SSIM", "signal_to_noise_ratio", "kappa", "mcc", "dice", "brier_skill_score"),
        *("neg_mean_squared_error", "test_neg_log_loss", "mean_test_neg_rmse", "negative_mae"),
        *("log_likelihood", "mean_time_between_failures", "recall_per_class", "accuracy_per_mb"),
    ],
)
def test_names_that_are_better_when_higher(name: str) -> None:
    assert direction_of(name) == "higher"


@pytest.mark.parametrize(
    "name",
    [
        *("loss", "val_loss", "valLoss", "logLoss", "LogLoss", "log_loss", "train_loss_epoch"),
        *("error", "err", "top1_error", "word_error_rate", "MAE", "mape", "rmse", "RMSEVal"),
        *("brier_score", "hinge", "ece", "expected_calibration_error", "cross_entropy", "eer"),
        *("fpr", "fnr", "false_positive_rate", "falseNegativeRate", "false_positives"),
        *("latency", "p95_latency_ms", "train_time", "trainTime", "time_to_first_token", "ttft"),
        *("duration_seconds", "ms_per_token", "time_per_sample", "errors_per_second", "runtime"),
        *("size", "model_size", "model_size_mb", "size_on_disk", "peak_memory_usage_mb", "bytes"),
        *("perplexity", "eval_perplexity", "wer", "CER", "negative_log_likelihood", "nll"),
        *("dice_loss", "iou_loss_val", "accuracy_loss", "error_rate", "cost_per_request"),
    ],
)
def test_names_that_are_better_when_lower(name: str) -> None:
    assert direction_of(name) == "lower"


@pytest.mark.parametrize(
    "name",
    [
        *("", "_", "score", "churn", "mapping", "glossary", "accurate", "lossé", "timestamp", "p"),
        *("error_recall", "time_to_accuracy", "loss_accuracy", "map_size"),
        *("neg_accuracy", "negative_recall", "neg_churn", "neg"),
        *("accuracy_std", "loss_variance", "auc gap", "accuracy_drop", "loss_reduction"),
        *("precision_threshold", "epochs_to_accuracy", "loss_weight", "survival_time"),
        *("batch_size", "train_size", "vocab_size", "effect_size", "dataset_mb"),
        *("bytes_per_second", "learning_rate", "per", "mb per s"),
    ],
)
def test_names_that_leave_it_open(name: str) -> None:
    assert direction_of(name) is None


@pytest.mark.parametrize(
    ("word", "direction"),
    [
        ("higher", "higher"),
        ("maximize", "higher"),
        ("higher_is_better", "higher"),
        ("Higher is better", "higher"),
        (" LOWER ", "lower"),
        ("minimize", "lower"),
        ("lower-is-better", "lower"),
    ],
)
def test_every_accepted_word_declares(word: str, direction: str) -> None:
    declared = read_declarations({}, {"metric_directions": {"churn": word}})
    assert declared.chosen == {"churn": direction}
    assert declared.unreadable == ()


@pytest.mark.parametrize("word", ["up", "", True, None, 1, ["higher"]])
def test_an_unknown_word_declares_nothing_and_is_reported(word: object) -> None:
    declared = read_declarations({"metric_directions": {"churn": word}}, {})
    assert declared.chosen == {}
    assert declared.unreadable == (f"churn = {word!r}",)


@pytest.mark.parametrize("value", ["higher", ["accuracy"], 3])
def test_directions_that_are_no_mapping_are_reported(value: object) -> None:
    declared = read_declarations({}, {"metric_directions": value})
    assert declared.chosen == {}
    assert declared.unreadable == (f"metric_directions = {value!r}",)


def test_nothing_declared_is_nothing_to_report() -> None:
    declared = read_declarations({"lr": 0.1}, {"metric_directions": None})
    assert (declared.chosen, declared.contradictory, declared.unreadable) == ({}, (), ())


def test_version2_wins_a_contradiction_and_agreement_is_none() -> None:
    declared = read_declarations(
        {"metric_directions": {"z": "lower", "a": "higher", "b": "maximize", "only1": "lower"}},
        {"metric_directions": {"z": "higher", "a": "lower", "b": "higher", "only2": "lower"}},
    )
    assert declared.chosen == {
        "a": "lower",
        "b": "higher",
        "only1": "lower",
        "only2": "lower",
        "z": "higher",
    }
    assert declared.contradictory == ("a", "z")


def test_an_unreadable_word_of_version2_leaves_the_word_of_version1() -> None:
    declared = read_declarations(
        {"metric_directions": {"a": "lower"}}, {"metric_directions": {"a": "sideways"}}
    )
    assert declared.chosen == {"a": "lower"}
    assert declared.contradictory == ()


def test_the_same_unreadable_word_on_both_sides_is_reported_once() -> None:
    configuration = {"metric_directions": {"a": "sideways"}}
    assert read_declarations(configuration, configuration).unreadable == ("a = 'sideways'",)


def test_a_declaration_overrules_the_name() -> None:
    assert choose_directions(["accuracy", "loss", "churn"], {"accuracy": "lower"}) == {
        "accuracy": "lower",
        "loss": "lower",
        "churn": None,
    }
