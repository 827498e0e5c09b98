"""How numbers, times and names are written for people, on pages and in terminals alike."""

from __future__ import annotations

import json
import math
import re
import sys
from datetime import UTC, datetime

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_MOST_SHOWN = 60
# Controls would end a line or vanish; lone surrogates have no UTF-8; the marks of direction
# would turn the text that follows them around.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
ABSENT = "\u2013"


def cleaned(text: str) -> str:
    """Replace the characters that cannot be shown; a line end becomes a space."""
    return _UNPRINTABLE.sub(lambda found: " " if found[0] in "\t\n\r" else "\ufffd", text)


def shortened(text: str, most: int = _MOST_SHOWN) -> str:
    """Cut a long text in the middle, where names differ least.

    Args:
        text: Anything; what cannot be shown is replaced.
        most: Characters that may remain, 3 or more.

    Example:
        >>> shortened("encoder.layer.11.attention.output.dense.weight", 21)
        'encoder.la…nse.weight'
    """
    text = cleaned(text)
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail]}…{text[-tail:]}"


def shown_number(value: float | None, digits: int = 6) -> str:
    """Write a number with so many significant digits; None is a dash.

    Example:
        >>> shown_number(0.91234567), shown_number(1204224)
        ('0.912346', '1,204,224')
    """
    if value is None:
        return ABSENT
    if isinstance(value, int):
        return f"{value:,}".replace("-", "\u2212")
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "\u2212∞"
    return f"{value:.{digits}g}".replace("-", "\u2212")


def shown_change(value: float | None, digits: int = 4) -> str:
    """Write a difference with its sign; None is a dash."""
    text = shown_number(value, digits)
    return f"+{text}" if value is not None and value > 0 else text


def shown_share(share: float | None, digits: int = 3) -> str:
    """Write a share in [0, 1], or a ratio, as per cent; None is a dash.

    Example:
        >>> shown_share(0.01234), shown_share(2e-9)
        ('1.23 %', '< 0.0001 %')
    """
    if share is None:
        return ABSENT
    if 0 < abs(share) < 1e-6:  # noqa: PLR2004 - as the text says
        return "< 0.0001 %"
    percent = 100.0 * share
    if abs(percent) >= 100:  # noqa: PLR2004 - .3g would write 1e+03
        return f"{percent:,.0f} %"
    return f"{percent:.{digits}g} %".replace("-", "\u2212")


def shown_bytes(count: int) -> str:
    """Write a number of bytes, negative ones too.

    Example:
        >>> shown_bytes(1536), shown_bytes(3)
        ('1.5 KiB', '3 bytes')
    """
    sign, count = ("\u2212" if count < 0 else ""), abs(count)
    power = min(max(count.bit_length() - 1, 0) // 10, len(_UNITS) - 1)
    return sign + (f"{count / 1024**power:.1f} {_UNITS[power]}" if power else f"{count} bytes")


def shown_time(moment: datetime | str | None) -> str:
    """Write a time to the minute, in UTC; a text is an ISO 8601 time or shown as it is."""
    if moment is None:
        return ABSENT
    if isinstance(moment, str):
        try:
            parsed = datetime.fromisoformat(moment)
        except ValueError:
            return cleaned(moment)
        return shown_time(parsed)
    return f"{_aware(moment):%Y-%m-%d %H:%M} UTC"


def _aware(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def shown_hours(hours: float) -> str:
    """Write a span of time in the unit that suits it.

    Example:
        >>> shown_hours(36.0), shown_hours(0.25), shown_hours(300)
        ('36 h', '15 min', '12.5 days')
    """
    size = abs(hours)
    if size < 1 / 60:
        return f"{hours * 3600:.3g} s"
    if size < 1:
        return f"{hours * 60:.3g} min"
    return f"{hours:.3g} h" if size < 48 else f"{hours / 24:.4g} days"  # noqa: PLR2004 - two days


def shown_value(value: object) -> str:
    """Write any value of a configuration: texts as they are, the rest as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    # Nested too deep for JSON, or a key that JSON does not have.
    except (RecursionError, TypeError, ValueError):
        return f"a {type(value).__name__} of {sys.getsizeof(value)} bytes"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Write a count with its noun.

    Example:
        >>> plural(1, "tensor"), plural(1200, "tensor")
        ('1 tensor', '1,200 tensors')
    """
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
