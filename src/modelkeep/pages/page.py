"""One HTML file that holds all it shows: text, tables, charts and what draws them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Protocol

from modelkeep.errors import InvalidInputError
from modelkeep.pages.libraries import vega_bundle
from modelkeep.pages.tables import Entry, Tone, escaped, table_html, titled
from modelkeep.pages.theme import vega_config

# Views of several views have widths of their own, which a page cannot set for them.
_COMPOSED = frozenset({"hconcat", "vconcat", "concat", "facet", "repeat"})
# A sentence is shorter; only names make it longer.
_LONGEST_FINDING = 600
_NO_SCRIPT = "The charts need JavaScript; the tables hold the same numbers."


class Chart(Protocol):
    """Anything that writes itself as a Vega-Lite specification, such as an altair chart."""

    def to_dict(self) -> dict[str, Any]:
        """Return the specification, with its data in it."""
        ...


class Page:
    """A page is filled from top to bottom and then written.

    All that is added is taken as text and escaped. The file makes no request: a content security
    policy (https://www.w3.org/TR/CSP3/) forbids it, and lets no script run but the page's own.

    Example:
        >>> page = Page("Report", "of <today>")
        >>> page.add_section("Findings")
        >>> page.add_findings(["all is well"])
        >>> "of &lt;today&gt;" in page.to_html()
        True
    """

    def __init__(self, title: str, subtitle: str = "") -> None:
        self._title = title
        self._subtitle = subtitle
        self._sections: list[str] = []
        self._body: list[str] = []
        self._specs: list[str] = []

    def add_lead(self, sentence: str, tone: Tone = "plain") -> None:
        """Say what matters most, in large letters."""
        self._body.append(f'<p class="lead {tone}">{escaped(sentence)}</p>')

    def add_section(self, heading: str) -> None:
        """Begin a section, which all that follows belongs to."""
        if self._sections:
            self._body.append("</section>")
        self._sections.append(heading)
        name = f"section-{len(self._sections)}"
        self._body.append(
            f'<section aria-labelledby="{name}"><h2 id="{name}">{escaped(heading)}</h2>'
        )

    def add_sentence(self, sentence: str, *, quiet: bool = False) -> None:
        """Add a paragraph; a quiet one is a remark."""
        self._body.append(f"<p{' class=quiet' if quiet else ''}>{escaped(sentence)}</p>")

    def add_findings(self, findings: Iterable[str]) -> None:
        """Add sentences as a list; none adds nothing."""
        items = "".join(f"<li>{titled(finding, _LONGEST_FINDING)}</li>" for finding in findings)
        if items:
            self._body.append(f'<ul class="findings">{items}</ul>')

    def add_facts(self, facts: Mapping[str, str]) -> None:
        """Add short texts, each under its name."""
        items = "".join(
            f"<div><dt>{escaped(name)}</dt><dd>{titled(fact, 48)}</dd></div>"
            for name, fact in facts.items()
        )
        self._body.append(f"<dl>{items}</dl>")

    def add_table(
        self,
        caption: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[Entry]],
        *,
        folded: bool | None = None,
        most_characters: int = 60,
    ) -> None:
        """Add a table; `tables.table_html` tells what the arguments are."""
        self._body.append(
            table_html(caption, columns, rows, folded=folded, most_characters=most_characters)
        )

    def add_chart(
        self, chart: Chart, *, description: str, caption: str = "", wide: bool = False
    ) -> None:
        """Add a chart; one that sets no width takes that of the page.

        Args:
            chart: An altair chart whose data are plain values.
            description: What it shows, for those who do not see it.
            caption: A line above it.
            wide: Whether it takes the whole page, not the width of a text.

        Raises:
            InvalidInputError: Its data are elsewhere, or hold a number that is not finite.
        """
        spec = chart.to_dict()
        # The page has a configuration of its own, and its bundle one release of Vega-Lite.
        spec.pop("config", None)
        spec.pop("$schema", None)
        spec["description"] = description
        if not _COMPOSED.intersection(spec):
            spec.setdefault("width", "container")
            spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
        _refuse_addresses(spec)
        self._specs.append(_json(spec))
        above = f"<figcaption>{escaped(caption)}</figcaption>" if caption else ""
        self._body.append(
            f"<figure{' class=wide' if wide else ''}>{above}"
            f'<div class="chart" data-spec="spec-{len(self._specs)}" role="img" '
            f'aria-label="{escaped(description)}"></div></figure>'
        )

    def to_html(self) -> str:
        """Write the page, to be kept as UTF-8.

        Raises:
            MissingExtraError: It has charts, and what draws them is not installed.
        """
        script = _resource("page.js")
        scripts = [vega_bundle(), script] if self._specs else [script]
        data = [("chart-config", _json(vega_config()))] if self._specs else []
        data += [(f"spec-{place}", spec) for place, spec in enumerate(self._specs, 1)]
        return "\n".join(
            (
                "<!DOCTYPE html>",
                '<html lang="en">',
                "<head>",
                '<meta charset="utf-8">',
                f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="color-scheme" content="light dark">',
                '<link rel="icon" href="data:,">',
                f"<title>{escaped(self._title)}</title>",
                f"<style>{_resource('page.css')}</style>",
                "</head>",
                "<body>",
                *self._head(),
                "<main>",
                *self._body,
                "</section>" if self._sections else "",
                "</main>",
                f"<noscript><p>{_NO_SCRIPT}</p></noscript>" if self._specs else "",
                *(f'<script type="application/json" id="{i}">{text}</script>' for i, text in data),
                *(f"<script>{text}</script>" for text in scripts),
                "</body>",
                "</html>",
                "",
            )
        )

    def _head(self) -> Iterable[str]:
        yield f"<header><div><h1>{escaped(self._title)}</h1>"
        if self._subtitle:
            yield f'<p class="subtitle">{escaped(self._subtitle)}</p>'
        yield '</div><button id="theme" type="button" title="Light or dark">Dark</button></header>'
        if len(self._sections) > 1:
            links = "".join(
                f'<li><a href="#section-{place}">{escaped(heading)}</a></li>'
                for place, heading in enumerate(self._sections, 1)
            )
            yield f'<nav aria-label="Sections"><ul>{links}</ul></nav>'


def _policy(scripts: Iterable[str]) -> str:
    digests = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in scripts
    )
    return (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _json(value: object) -> str:
    """Write JSON that cannot end the element it stands in."""
    try:
        text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise InvalidInputError(
            f"a chart cannot be written as JSON: {error}; use None for numbers that do not exist"
        ) from error
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _refuse_addresses(part: object) -> None:
    """Only values and datasets by name can be drawn without a request."""
    if isinstance(part, Mapping):
        data = part.get("data")
        if isinstance(data, Mapping) and "url" in data:
            raise InvalidInputError(
                f"the data of a chart are at {data['url']!r}; a page holds all it shows, "
                "so give them as values"
            )
        for key, value in part.items():
            if key not in ("data", "datasets"):
                _refuse_addresses(value)
    elif isinstance(part, list):
        for value in part:
            _refuse_addresses(value)


def _resource(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")
