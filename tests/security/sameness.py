"""Whether two answers are the same: arrays, tables, tensors, and anything of them."""

from __future__ import annotations

from typing import Any

import numpy as np


def assert_same(one: Any, other: Any) -> None:
    """Compare what two models said; matrix products may round apart where memory lies otherwise."""
    module = type(one).__module__
    assert type(one) is type(other), (type(one), type(other))
    if module.startswith("pandas") and hasattr(one, "index") and hasattr(one, "dtypes"):
        import pandas as pd

        check = pd.testing.assert_frame_equal if one.ndim == 2 else pd.testing.assert_series_equal
        check(one, other)
    elif module.startswith("pandas") and hasattr(one, "dtype") and hasattr(one, "get_loc"):
        import pandas as pd

        pd.testing.assert_index_equal(one, other)
    elif module.startswith("pandas"):
        assert repr(one) == repr(other)
    elif module.startswith("torch"):
        _assert_same_tensors(one, other)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        if one.dtype.kind in "fc":
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-13)
        else:
            np.testing.assert_equal(one, other)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_same(left, right)
    else:
        assert one == other or repr(one) == repr(other)


def _assert_same_tensors(one: Any, other: Any) -> None:
    import torch

    if isinstance(one, torch.Tensor):
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.stride() == other.stride()
        assert one.requires_grad == other.requires_grad
        assert torch.equal(
            one.float() if "float8" in str(one.dtype) else one,
            other.float() if "float8" in str(one.dtype) else other,
        )
    else:
        assert one == other
