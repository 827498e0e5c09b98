"""Prints, for lines of dtype, tab, path, what ZipNN makes of the file; runs where ZipNN is."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

_NAMES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from zipnn import ZipNN

    for line in sys.stdin:
        dtype, path = line.rstrip("\n").split("\t")
        coder = ZipNN(bytearray_dtype=_NAMES[dtype], threads=2)
        coded = coder.compress(bytearray(Path(path).read_bytes()))
        answers.write(f"{len(coded)}\n")
        answers.flush()


if __name__ == "__main__":
    main()
