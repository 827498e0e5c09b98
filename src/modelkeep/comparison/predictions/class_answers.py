"""The comparison of two versions that tell classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from modelkeep.comparison.deep import PairedTest
from modelkeep.comparison.predictions.answers import AnyArray
from modelkeep.comparison.predictions.class_scores import (
    check_accuracy,
    check_probabilities,
)
from modelkeep.comparison.predictions.codes import IntArray, is_numeric, number_alike
from modelkeep.comparison.predictions.f1_scores import check_f1_macro
from modelkeep.comparison.predictions.flips import (
    choose_examples,
    clearness_of_classes,
    own_scores,
)
from modelkeep.comparison.predictions.pair import Outcome, Pair, note_labels


def compare_classes(pair: Pair) -> Outcome:
    """Compare answers that are equal or not, with nothing between.

    Args:
        pair: The answers and labels.
    """
    one, two = pair.answers1, pair.answers2
    nothing: AnyArray = one.values[:0]
    values1, values2, labels, columns1, columns2 = number_alike(
        one.values,
        two.values,
        nothing if pair.labels is None else pair.labels,
        nothing if one.classes is None else one.classes,
        nothing if two.classes is None else two.classes,
    )
    scores = (own_scores(one, values1, columns1), own_scores(two, values2, columns2))
    flipped = values1 != values2
    notes = list(_notes(pair))
    return Outcome(
        flipped=flipped,
        examples=choose_examples(
            flipped,
            clearness_of_classes(*scores),
            pair.examples,
            values=(one.values, two.values),
            scores=scores,
            labels=pair.labels,
            ids=pair.ids,
        ),
        tests=_tests(pair, (values1, values2), labels, (columns1, columns2), notes),
        notes=notes,
    )


def _tests(
    pair: Pair,
    values: tuple[IntArray, IntArray],
    labels: IntArray,
    columns: tuple[IntArray, IntArray],
    notes: list[str],
) -> list[PairedTest]:
    any_labels, enough = note_labels(pair, notes)
    if not any_labels:
        return []
    at = pair.known
    values1, values2, truth = values[0][at], values[1][at], labels[at]
    tests = [check_accuracy(values1, values2, truth, pair.draws.confidence)]
    if not enough:
        return tests
    tests.append(check_f1_macro(values1, values2, truth, pair.draws))
    one, two = pair.answers1, pair.answers2
    if one.scores is None or two.scores is None:
        return tests
    if not (one.are_probabilities and two.are_probabilities):
        notes.append("The scores are no probabilities, so there is no log_loss and no brier_score")
        return tests
    for version, known in (("version1", columns[0]), ("version2", columns[1])):
        strange = int(np.count_nonzero(~np.isin(truth, known)))
        if strange:
            notes.append(
                f"{strange} rows have a label that {version} does not know; its probability is "
                "taken as the least there is"
            )
    drawn = check_probabilities(
        one.scores[at], two.scores[at], columns=columns, labels=truth, draws=pair.draws
    )
    return [*tests, *drawn]


def _notes(pair: Pair) -> Iterator[str]:
    arrays = {"version1": pair.answers1.values, "version2": pair.answers2.values}
    if pair.labels is not None:
        arrays["labels"] = pair.labels
    numeric = [name for name, array in arrays.items() if is_numeric(array)]
    others = [name for name in arrays if name not in numeric]
    if numeric and others:
        yield (
            f"The answers or labels of {' and '.join(numeric)} are numbers, those of "
            f"{' and '.join(others)} are not; a number is never equal to a word"
        )
