"""What two versions answered on one sample: how often they differ, where, and what it costs."""

from __future__ import annotations

from modelkeep.comparison.deep import FlippedAnswer, PairedTest, PredictionsDifference
from modelkeep.pages.page import Page
from modelkeep.pages.tables import Cell, Entry, Tone
from modelkeep.pages.wording import (
    ABSENT,
    plural,
    shown_change,
    shown_number,
    shown_share,
    shown_value,
)

_TESTS = {"mcnemar": "McNemar", "paired_bootstrap": "paired bootstrap"}
_OUTCOMES: dict[bool | None, tuple[str, Tone]] = {
    True: ("better beyond noise", "good"),
    False: ("worse beyond noise", "bad"),
    None: ("within noise", "plain"),
}


def add_predictions(page: Page, predictions: PredictionsDifference, old: str, new: str) -> None:
    """Add the section of the answers.

    Args:
        page: What is added to.
        predictions: The answers of both versions on one sample.
        old: Name of version1.
        new: Name of version2.
    """
    page.add_section("Answers on the sample")
    page.add_sentence(flips_told(predictions))
    page.add_findings(predictions["notes"])
    if predictions["tests"]:
        page.add_table(
            "Scores on the same rows, with the interval of the difference",
            ("score", old, new, "difference", "interval", "p", "test", "verdict"),
            [_tested(test) for test in predictions["tests"]],
        )
    examples = predictions["examples"]
    if examples:
        labelled = any(example["label"] is not None for example in examples)
        scored = any(
            example["score1"] is not None or example["score2"] is not None for example in examples
        )
        columns = ["row", f"answer of {old}", f"answer of {new}"]
        columns += [f"score of {old}", f"score of {new}"] if scored else []
        columns += ["truth"] if labelled else []
        page.add_table(
            "Rows that got another answer, the clearest first",
            columns,
            [_example(example, scored=scored, labelled=labelled) for example in examples],
            folded=False,
        )


def flips_told(predictions: PredictionsDifference) -> str:
    """Say how many answers differ, with the interval of the share."""
    lower, upper = predictions["flipped_lower"], predictions["flipped_upper"]
    return (
        f"{predictions['flipped']:,} of {plural(predictions['rows'], 'answer')} differ: "
        f"{shown_share(predictions['flipped_share'])}, 95 % interval "
        f"{shown_share(lower)} to {shown_share(upper)}."
    )


def outcome_of(test: PairedTest) -> tuple[str, Tone]:
    """Say whether the difference is more than noise, with the colour for it."""
    return _OUTCOMES[test["improved"]]


def shown_p(value: float) -> str:
    """Write a p-value; very small ones as a bound."""
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"  # noqa: PLR2004 - as the text says


def is_right(answer: object, label: object) -> bool:
    """Tell whether an answer is the truth: texts and numbers that read alike count as equal."""
    return answer == label or str(answer) == str(label)


def _tested(test: PairedTest) -> list[Entry]:
    words, tone = outcome_of(test)
    arrow = "↑" if test["direction"] == "higher" else "↓"
    return [
        f"{test['metric']} {arrow}",
        test["version1"],
        test["version2"],
        Cell(text=shown_change(test["difference"]), is_number=True),
        Cell(
            text=f"{shown_change(test['lower'])} to {shown_change(test['upper'])}",
            title=f"{shown_share(test['confidence'])} interval",
            is_number=True,
        ),
        Cell(text=shown_p(test["p_value"]), is_number=True),
        _TESTS[test["test"]],
        Cell(text=words, tone=tone),
    ]


def _example(example: FlippedAnswer, *, scored: bool, labelled: bool) -> list[Entry]:
    label = example["label"]
    row: list[Entry] = [str(example["row"])]
    row += [_answer(example[key], label) for key in ("answer1", "answer2")]
    if scored:
        row += [
            Cell(text=shown_number(score, 4), is_number=True)
            for score in (example["score1"], example["score2"])
        ]
    if labelled:
        row.append(ABSENT if label is None else shown_value(label))
    return row


def _answer(answer: object, label: object) -> Cell:
    text = shown_value(answer)
    is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
    if is_number:
        text = shown_number(answer)  # type: ignore[arg-type]
    if label is None or isinstance(answer, float):
        return Cell(text=text, is_number=is_number)
    right = is_right(answer, label)
    return Cell(text=f"{text} {'✓' if right else '✗'}", tone="good" if right else "bad")
