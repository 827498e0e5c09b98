"""What all charts are begun with: rows as data, tooltips, and labels of one's own for an axis."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelkeep.pages.libraries import require_chart_libraries

if TYPE_CHECKING:
    import altair as alt


def chart_of(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """Return a chart of these rows that draws nothing yet.

    Args:
        rows: Plain values by field; the names of fields are letters only.

    Raises:
        MissingExtraError: What draws charts is not installed.
    """
    require_chart_libraries()
    import altair as alt

    return alt.Chart(alt.InlineData(values=[dict(row) for row in rows]))


def tooltips(fields: Mapping[str, str]) -> list[alt.Tooltip]:
    """Return what is told of a mark that is pointed at.

    Args:
        fields: The title of each field, whose values are texts.
    """
    import altair as alt

    return [alt.Tooltip(f"{field}:N", title=title) for field, title in fields.items()]


def labels_by_place(labels: Sequence[str]) -> str:
    """Return the expression that labels the places 0, 1, ... of an axis.

    So marks keep apart whose labels read alike. Texts are literals of JSON, which Vega's language
    of expressions (https://vega.github.io/vega/docs/expressions/) shares.
    """
    return f"{json.dumps(list(labels))}[datum.value] || ''"
