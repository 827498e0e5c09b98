"""Whether a higher or a lower value of a metric is better: as declared, else by its name.

A name is cut into words at anything that is no letter or digit and at camelCase, and digits at
the end of a word are dropped (`hits10`, `mAP50`) unless the word is known with them (`f1`, `r2`).
The words are looked up in the tables below, always whole: the `map` in `mape` is not seen. Where
the words leave a doubt the direction is not known; a guess would turn a regression into a gain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from modelkeep.comparison.result import Direction


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HIGHER = _words(
    "acc accuracy ap ari auc aucpr aupr auprc auroc availability bertscore bleu bss chrf dcg dice "
    "elbo f1 f2 fbeta fmeasure fscore giou hit hits iou jaccard kappa likelihood loglik "
    "loglikelihood map mcc meteor miou mrr mtbf ndcg nmi npv ppv prauc precision psnr qps r2 "
    "recall reward rocauc rouge rougel rougelsum rsquared sacrebleu selectivity sensitivity "
    "silhouette snr specificity speedup ssim success throughput tnr tpr uptime"
)
_LOWER = _words(
    "aic aicc bic bpb bpc brier bytes cer cost crossentropy crps dbi delay der deviance downtime "
    "duration ece eer elapsed err error errors failure failures fdr fid fnr fpr frr gb gib "
    "hallucination hallucinations hinge hours huber kb kib latency logloss loss losses lpips mae "
    "mape mase mb mce medae memory mib millis milliseconds minutes ms mse msle nll nrmse "
    "perplexity pinball ppl ram regret rmse rmsle rmsse rss runtime sec seconds secs size smape "
    "sse ter time toxicity ttft vram walltime wape wer wmape xent"
)
_PHRASES = {
    "brier skill": "bss",
    "cross entropy": "xent",
    "cumulative gain": "dcg",
    "davies bouldin": "dbi",
    "exact match": "accuracy",
    "explained variance": "r2",
    "false alarm": "fpr",
    "false discovery": "fdr",
    "false negative": "fnr",
    "false negatives": "fnr",
    "false positive": "fpr",
    "false positives": "fpr",
    "fn rate": "fnr",
    "fp rate": "fpr",
    "jaccard index": "jaccard",
    "miss rate": "fnr",
    "neg log likelihood": "nll",
    "negative log likelihood": "nll",
    "negative predictive value": "npv",
    "pass rate": "accuracy",
    "positive predictive value": "ppv",
    "r squared": "r2",
    "rand index": "ari",
    "reciprocal rank": "mrr",
    "signal to noise ratio": "snr",
    "time between failures": "mtbf",
    "time step": "step",
    "time to failure": "mtbf",
    "tn rate": "tnr",
    "tp rate": "tpr",
    "true negative": "tnr",
    "true negatives": "tnr",
    "true positive": "tpr",
    "true positives": "tpr",
    "win rate": "accuracy",
}
# These make another quantity of the metric that is named beside them: accuracy_std is no accuracy.
_OBSCURING = _words(
    "baseline budget change coefficient correlation cutoff decrease delta diff difference distance "
    "drop epochs gain gap growth improvement increase index interval iterations limit ratio "
    "reduction reference scale sd spread std stddev stdev steps survival target threshold timeout "
    "var variance weight width window"
)
_SPLITS = _words(
    "avg best cv dev eval final holdout mean oof test train training val valid validation"
)
_WORK = _words(
    "batches examples frames images inferences items iterations predictions queries records "
    "requests rows samples sentences steps tokens"
)
_TIME_UNITS = _words("hour minute ms s sec second seconds")
_SIZES = _words("bytes gb gib kb kib mb mib size")
# A size is an outcome only when it is the model's own; train_size and dataset_mb are settings.
_SIZED = _SIZES | _words(
    "artifact binary checkpoint compressed disk download file memory model on package peak ram "
    "total vram weights"
)
_KNOWN = _HIGHER | _LOWER
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DECLARED: dict[str, Direction] = {
    "higher": "higher",
    "higher_is_better": "higher",
    "maximize": "higher",
    "maximise": "higher",
    "lower": "lower",
    "lower_is_better": "lower",
    "minimize": "lower",
    "minimise": "lower",
}


@dataclass(frozen=True, slots=True)
class Declarations:
    """What two versions declare of the direction of their metrics.

    Attributes:
        chosen: The declared direction by metric; where both declare one, that of version2.
        contradictory: Metrics that the two versions declare differently, sorted.
        unreadable: Declarations that are none, as text, in a stable order.
    """

    chosen: Mapping[str, Direction]
    contradictory: tuple[str, ...]
    unreadable: tuple[str, ...]


def read_declarations(
    configuration1: Mapping[str, Any], configuration2: Mapping[str, Any]
) -> Declarations:
    """Read `metric_directions` of two configurations.

    A word that means no direction counts as if nothing was declared.

    Args:
        configuration1: Of version1.
        configuration2: Of version2, whose declarations win.
    """
    first, bad_first = _read(configuration1.get("metric_directions"))
    second, bad_second = _read(configuration2.get("metric_directions"))
    both = first.keys() & second.keys()
    return Declarations(
        chosen={**first, **second},
        contradictory=tuple(sorted(name for name in both if first[name] != second[name])),
        unreadable=tuple(dict.fromkeys((*bad_first, *bad_second))),
    )


def choose_directions(
    names: Iterable[str], declared: Mapping[str, Direction]
) -> dict[str, Direction | None]:
    """Return the direction of each metric: the declared one, else the one its name tells."""
    return {name: declared.get(name) or direction_of(name) for name in names}


def direction_of(name: str) -> Direction | None:
    """Tell by its name which way a metric is better.

    In front of a lower-is-better name `neg` flips (scikit-learn's `neg_mean_squared_error`); in
    front of a higher-is-better name it may as well mean the negative class, so it tells nothing.
    A name with words of both kinds tells nothing either, unless the last of them is `loss`: a
    `dice_loss` is better when lower, be it a loss made from the score or what the score lost.

    Args:
        name: As it stands in `ModelVersion.metrics`.

    Returns:
        The direction, or None if the name leaves it open.

    Example:
        >>> direction_of("val_rmse"), direction_of("top_5_accuracy"), direction_of("churn")
        ('lower', 'higher', None)
    """
    words = _cut(name)
    # cross_validate of scikit-learn writes test_neg_log_loss, cv_results_ mean_test_neg_log_loss.
    unsplit = list(dropwhile(_SPLITS.__contains__, words))
    if unsplit[:1] in (["neg"], ["negative"]):
        return "higher" if _direction(unsplit[1:]) == "lower" else None
    return _direction(words)


def _direction(words: list[str]) -> Direction | None:
    words = _without_per(words)
    if _OBSCURING.intersection(words) or _is_setting(words):
        return None
    telling = [word for word in words if word in _KNOWN]
    lower = [word for word in telling if word in _LOWER]
    if lower and len(lower) < len(telling):
        return "lower" if telling[-1] in ("loss", "losses") else None
    if not telling:
        return None
    return "lower" if lower else "higher"


def _is_setting(words: list[str]) -> bool:
    sized = _SIZES.intersection(words) and not _SIZED.issuperset(words)
    return bool(sized) and not (_LOWER - _SIZES).intersection(words)


def _without_per(words: list[str]) -> list[str]:
    """Drop the unit after `per`; work per time is a throughput, bytes per time tell nothing."""
    if "per" not in words[:-1]:
        return words
    at = words.index("per")
    head, unit, rest = words[:at], words[at + 1], words[at + 2 :]
    if unit in _TIME_UNITS and head and head[-1] in _WORK:
        return [*head[:-1], "throughput", *rest]
    if unit in _TIME_UNITS and _SIZES.intersection(head):
        return []
    return head + rest


def _cut(name: str) -> list[str]:
    words: list[str] = []
    for part in re.split(r"[\W_]+", name):
        # Known as written (IoU, mAP, LogLoss) comes first: camelCase would cut these wrongly.
        whole = _canonical(part)
        pieces = [whole] if whole in _KNOWN else [_canonical(piece) for piece in _CAMEL.split(part)]
        words += [piece for piece in pieces if piece]
    text = f" {' '.join(words)} "
    for phrase, word in _PHRASES.items():
        text = text.replace(f" {phrase} ", f" {word} ")
    return text.split()


def _canonical(word: str) -> str:
    lowered = word.lower()
    stem = lowered.rstrip("0123456789")
    return stem if lowered not in _KNOWN and stem in _KNOWN else lowered


def _read(declared: object) -> tuple[dict[str, Direction], list[str]]:
    if declared is None:
        return {}, []
    if not isinstance(declared, Mapping):
        return {}, [f"metric_directions = {declared!r}"]
    chosen: dict[str, Direction] = {}
    unreadable = []
    for name, word in declared.items():
        normal = re.sub(r"[\s-]+", "_", word.strip().lower()) if isinstance(word, str) else ""
        if normal in _DECLARED:
            chosen[str(name)] = _DECLARED[normal]
        else:
            unreadable.append(f"{name} = {word!r}")
    return chosen, unreadable
