"""What reports say: the sentence on top, layers by name, the descent, and eighty columns."""

from __future__ import annotations

import io
import re
import runpy
from pathlib import Path

import pytest
from rich.console import Console

from modelkeep.comparison.report.grouping import common_roles, group_tensors, layer_of
from modelkeep.comparison.report.html import to_html
from modelkeep.comparison.report.lineage_section import lay_out
from modelkeep.comparison.report.metric_section import metric_points
from modelkeep.comparison.report.tensor_charts import level_of
from modelkeep.comparison.report.terminal import to_terminal
from modelkeep.comparison.report.verdict import verdict_of

_MADE = runpy.run_path(str(Path(__file__).parents[1] / "pages" / "comparisons.py"))
deep, hostile, plain, tensor = (_MADE[name] for name in ("deep", "hostile", "plain", "tensor"))
ancestor, many_tensors, paired = (_MADE[n] for n in ("ancestor", "many_tensors", "paired"))


def printed(result) -> str:
    text = io.StringIO()
    to_terminal(result, Console(file=text, width=80))
    return text.getvalue()


def test_the_verdict_names_metrics_noise_flips_and_the_layer_that_changed_most():
    sentence = verdict_of(deep())
    assert sentence.startswith("Consider an upgrade to 1.5.0: 3 metrics better (accuracy, ")
    for part in (
        "1 worse (latency_ms)",
        "on the sample accuracy, log_loss better beyond noise",
        "214 of 5,000 answers differ (4.28 %)",
        "most in head.dense (by 131 % of the norm)",
        "20 of 200 trees changed",
    ):
        assert part in sentence
    assert "f1_macro better beyond" not in sentence


def test_the_verdict_of_metrics_alone_and_of_none():
    assert "2 metrics worse (a, b)" in verdict_of(
        plain(a=(2.0, 1.0, "higher"), b=(1.0, 2.0, "lower"))
    )
    assert "1 is equal" in verdict_of(plain(a=(2.0, 2.0, "higher")))
    assert "no metric can be compared" in verdict_of(plain())


def test_the_verdict_of_the_same_weights():
    result = deep([tensor("a.weight", 0.0, "same"), tensor("b.weight", 0.0, "same")])
    assert "all weights are the same (2 tensors)" in verdict_of(result)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("model.layers.3.mlp.up.weight", "model.layers.3"),
        ("layer1.0.conv1.weight", "layer1.0"),
        ("encoder/block/2/w", "encoder/block/2"),
        ("embeddings.word.weight", "embeddings.word"),
        ("bias", "(no layer in the name)"),
        ("", "(no layer in the name)"),
        (".", "(no layer in the name)"),
    ],
)
def test_layers_are_told_by_names(name, layer):
    assert layer_of(name) == layer


def test_layers_keep_the_order_of_the_model_and_agree_on_the_places_in_them():
    groups = group_tensors(many_tensors())
    assert [group.name for group in groups[:4]] == [
        "embeddings.word",
        "embeddings.position",
        "layer.0",
        "layer.1",
    ]
    assert common_roles(groups, 48)[:2] == ["attention.q.weight", "attention.q.bias"]


def test_layers_sorted_as_texts_are_sorted_as_numbers_however_many_digits_they_have():
    endless = "9" * 5000
    names = sorted(f"layer.{number}.w" for number in ("2", "10", "02", endless))
    groups = group_tensors([tensor(name, 0.1) for name in names])
    found = [group.name.removeprefix("layer.") for group in groups]
    assert found == ["02", "2", "10", endless]


@pytest.mark.parametrize(
    ("size", "verdict", "level"),
    [
        (0.0, "renamed", "same"),
        (0.0005, "changed", "below 0.1 %"),
        (0.01, "changed", "1 to 10 %"),
        (1.0, "changed", "above 100 %"),
        (float("inf"), "changed", "above 100 %"),
        (None, "changed", "not measured"),
        (None, "added", "added"),
    ],
)
def test_levels_of_change(size, verdict, level):
    assert level_of(tensor("a", None, verdict, relative_norm=size)) == level


def test_gains_are_positive_where_it_got_better_and_so_are_their_intervals():
    result = plain(
        loss=(0.5, 0.4, "lower"), accuracy=(0.8, 0.9, "higher"), gone=(1.0, None, "lower")
    )
    test = paired("log_loss", 0.5, 0.4, 0.05, direction="lower", improved=True)
    rows = metric_points(result["metrics"], [test])
    assert [round(row["gain"], 2) for row in rows] == [20.0, 11.11, 20.0]
    assert (round(rows[2]["lower"], 2), round(rows[2]["upper"], 2)) == (10.0, 30.0)
    assert [row["outcome"] for row in rows] == ["better", "better", "better"]


def test_descent_shares_a_lane_until_it_parts():
    root, left, right = ancestor("1.1"), ancestor("1.2"), ancestor("1.3")
    nodes = lay_out([root, left], [root, right])
    assert [(node.step, node.lane, node.parent) for node in nodes] == [
        (0, 0, None),
        (1, 1, 0),
        (1, -1, 0),
    ]
    straight = lay_out([root], [root, left])
    assert [(node.lane, node.parent) for node in straight] == [(0, None), (0, 0)]
    strangers = lay_out([left], [right])
    assert [(node.lane, node.parent) for node in strangers] == [(1, None), (-1, None)]


@pytest.mark.parametrize("result", [deep(), hostile(), plain(), plain(a=(1.0, 2.0, None))])
def test_a_terminal_of_eighty_columns_is_enough(result):
    text = printed(result)
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert "\x00" not in text


def test_the_terminal_takes_names_for_no_markup():
    result = plain(**{"[red]a[/red]": (1.0, 2.0, "higher")})
    result["version1"]["number"], result["version2"]["number"] = "[bold]1", "[/bold]2"
    text = printed(result)
    assert "[red]a[/red]" in text
    assert "[bold]1" in text
    assert "[/bold]2" in text


def test_the_terminal_shows_what_was_added_before_what_changed_little():
    tensors = [tensor(f"layer.{n}.w", 0.01 + n / 1000) for n in range(40)]
    text = printed(deep([*tensors, tensor("head.w", None, "added")]))
    assert re.search(r"head\s+–", text)
    assert "and 17 layers that changed less" in text


def test_a_page_has_all_numbers_without_scripts():
    html = to_html(deep())
    bare = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    for text in (
        "layer.30.mlp.norm.bias",
        "+2.41 %",
        "−41.9 %",
        "ticket-11",
        "2.13.0",
        "+13.00 pp",
    ):
        assert text in bare
    assert bare.count("<caption>") == bare.count("<table>") > 8


def test_a_page_says_what_it_holds_back_of_a_model_of_very_many_tensors():
    few = [tensor(f"layer.{n // 50}.w{n % 50}", 0.001) for n in range(3100)]
    few[0] = tensor("layer.0.w0", 0.0, "same")
    html = to_html(deep(few))
    assert "The table holds the 3,000 tensors that changed most, of 3,100." in html
    assert 'in model.safetensors">layer.0.w0<' not in html
    assert len(html.encode()) < 5_000_000
