"""Names of numpy that may be values: types of element, and functions from numbers to numbers.

None reads or writes a file, takes a function or compiles anything, whatever it is called with.
"""

from __future__ import annotations

_TYPES = """
    bool bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 intp uintp intc uintc longlong
    ulonglong float16 float32 float64 longdouble complex64 complex128 clongdouble str_ bytes_
    datetime64 timedelta64 void object_ number integer signedinteger unsignedinteger inexact
    floating generic
"""
_UFUNCS = """
    absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_or
    bitwise_xor cbrt ceil conjugate copysign cos cosh deg2rad degrees divide divmod equal exp exp2
    expm1 fabs floor floor_divide float_power fmax fmin fmod greater greater_equal hypot invert
    isfinite isinf isnan less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and
    logical_not logical_or logical_xor maximum minimum mod modf multiply negative not_equal
    positive power rad2deg radians reciprocal remainder rint sign signbit sin sinh sqrt square
    subtract tan tanh true_divide trunc
"""
_FUNCTIONS = """
    mean median sum prod min max amin amax std var average nanmean nanmedian nansum nanmin nanmax
    nanstd nanvar ptp cumsum cumprod argmax argmin argsort sort unique clip round around
    nan_to_num ravel transpose squeeze asarray log1p dot
"""
VALUES: frozenset[str] = frozenset(
    f"numpy.{name}" for name in (_TYPES + _UFUNCS + _FUNCTIONS).split()
)
