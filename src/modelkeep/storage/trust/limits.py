"""How much a file may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one load may take; above that a file counts as damaged.

    What a pickle declares never takes more memory than its bytes: sizes are held against what is
    left of the file. These limits are for what grows with the number of steps.

    Attributes:
        opcodes: Steps of one stream.
        memo: Things remembered, and the highest number of one.
        depth: Containers in containers, and marks in marks.
        late_depth: Levels gained by containers after they were put in others; only cycles do so.
        unfolded: Containers in containers, each counted as often as it is reached: what printing
            would have to go through.
        array_bytes: Of all arrays together.
        decompressed_bytes: What a compressed file may grow to.
        expansion: How many times its size a compressed file may grow, beyond 64 MiB.
    """

    opcodes: int = 50_000_000
    memo: int = 20_000_000
    depth: int = 500
    late_depth: int = 20_000
    unfolded: int = 10**7
    array_bytes: int = 1 << 40
    decompressed_bytes: int = 4 << 30
    expansion: int = 1000
