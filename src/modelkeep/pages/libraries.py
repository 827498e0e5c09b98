"""The libraries that draw, which come with the extra `report`."""

from __future__ import annotations

import importlib.util
from functools import cache

from modelkeep.errors import MissingExtraError

_NEEDED = (("altair", "altair"), ("vl_convert", "vl-convert-python"))


def require_chart_libraries() -> None:
    """Refuse to go on without what draws charts.

    Raises:
        MissingExtraError: One of the libraries is not installed.
    """
    for module, library in _NEEDED:
        if importlib.util.find_spec(module) is None:
            raise MissingExtraError("a page with charts", library, "report")


@cache
def vega_bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script that makes no request.

    The release of Vega-Lite is the one that the installed altair writes charts for.

    Raises:
        MissingExtraError: One of the libraries is not installed.
    """
    require_chart_libraries()
    import altair as alt
    import vl_convert

    release = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    # Unix line ends: a browser makes them so before it takes the digest that the page names.
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=release)
    return script.replace("\r\n", "\n")
