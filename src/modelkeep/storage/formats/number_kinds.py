"""Kinds of numbers by the names that numpy, ml_dtypes and torch share."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from modelkeep.storage.formats.base import installed

OF_SAFETENSORS = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "C64": "complex64",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "uint64",
    "U32": "uint32",
    "U16": "uint16",
    "U8": "uint8",
    "BOOL": "bool",
}
"""Kinds that safetensors files hold, without those of less than a byte."""

_BITS = {
    "bfloat16": "uint16",
    "float8_e4m3fn": "uint8",
    "float8_e5m2": "uint8",
    "float8_e8m0fnu": "uint8",
    "float8_e4m3fnuz": "uint8",
    "float8_e5m2fnuz": "uint8",
}


@cache
def numpy_dtype(kind: str) -> np.dtype[Any]:
    """Return the dtype of a kind; integers of the same bits where there is no such dtype.

    numpy itself has no bfloat16 and no float8; with the library `ml_dtypes` it does.
    """
    if kind not in _BITS:
        return np.dtype(kind).newbyteorder("<")
    if installed("ml_dtypes"):
        import ml_dtypes

        found: type[Any] | None = getattr(ml_dtypes, kind, None)
        if found is not None:
            return np.dtype(found)
    return np.dtype(_BITS[kind]).newbyteorder("<")


def is_exact(kind: str) -> bool:
    """Whether `numpy_dtype` has the kind itself, not only its bits."""
    return numpy_dtype(kind).name == kind


def torch_dtype(kind: str) -> Any:
    """Return torch's dtype of a kind, or None where this release of it has none."""
    import torch

    return getattr(torch, kind, None)
