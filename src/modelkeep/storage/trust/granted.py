"""What a load may run, as far as someone who may say so has said it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the caller of a load trusts.

    Attributes:
        everything: Whether the files may run what they say: they are this installation's own work,
            signed by a pinned key, or the caller said so for this load.
        names: Names that may be used beside the allow-list, such as `mypackage.MyModel`.
        origin: Who made the version and how it came here, for errors.
    """

    everything: bool = False
    names: tuple[str, ...] = ()
    origin: str = ""


ALLOW_LIST = Trust()
"""Nothing beyond what is known to be harmless."""
EVERYTHING = Trust(everything=True)
"""For bytes that this process wrote itself."""
