"""Tensors of torch: views of storages that were read and counted before."""

from __future__ import annotations

from typing import Any

from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.session import Session

_DTYPES = """
    float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 uint16 uint32 uint64 bool
    complex64 complex128 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz
""".split()  # noqa: SIM905
STORAGES = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16", "LongStorage": "int64", "IntStorage": "int32",
    "ShortStorage": "int16", "CharStorage": "int8", "ByteStorage": "uint8", "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64", "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "uint8",
}  # fmt: skip
_MOST_DIMENSIONS = 64
_LONGEST_NAME = 20


class Storage:
    """Bytes of an archive as a flat tensor of the type that the file says."""

    __slots__ = ("flat", "untyped")

    def __init__(self, flat: Any, *, untyped: bool) -> None:
        self.flat = flat
        self.untyped = untyped


def _tensor(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    import torch

    session.require(6 <= len(arguments) <= 8, f"{reference.name} with wrong arguments")  # noqa: PLR2004
    storage, offset, size, stride, requires_grad, hooks = arguments[:6]
    session.require(
        type(storage) is Storage and type(requires_grad) is bool and not hooks,
        f"{reference.name} of no storage",
    )
    flat = storage.flat
    if reference.name.endswith("_v3"):
        session.require(isinstance(arguments[6], torch.dtype), "a tensor of no type")
        session.require(storage.untyped, "a tensor of another type than its storage")
        session.require(flat.numel() % arguments[6].itemsize == 0, "a tensor of broken elements")
        flat = flat.view(arguments[6])
    _check_view(session, flat.numel(), offset, size, stride)
    made = flat.as_strided(tuple(size), tuple(stride), offset)
    made.requires_grad_(requires_grad)
    return made


def _check_view(session: Session, count: int, offset: Any, size: Any, stride: Any) -> None:
    session.require(
        isinstance(size, tuple) and isinstance(stride, tuple) and len(size) == len(stride)
        and len(size) <= _MOST_DIMENSIONS
        and all(type(each) is int and 0 <= each < 1 << 62 for each in (offset, *size, *stride)),
        "a tensor of no shape",
    )  # fmt: skip
    last = offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
    session.require(0 in size or last < count, "a tensor beyond its storage")
    session.require(offset <= count, "a tensor beyond its storage")
    # A view by strides of nought takes no memory, but what works on it would.
    elements = 1
    for length in size:
        elements *= length
    session.require(elements <= max(count, 1), "a tensor of more elements than its storage")


def _parameter(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    import torch

    session.require(
        len(arguments) == 3 and type(arguments[0]) is torch.Tensor  # noqa: PLR2004
        and type(arguments[1]) is bool and not arguments[2] and arguments[0].is_leaf,
        f"{reference.name} with wrong arguments",
    )  # fmt: skip
    return torch.nn.Parameter(arguments[0].detach(), arguments[1])


def _size(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 1 and isinstance(arguments[0], tuple | list)
        and all(type(each) is int for each in arguments[0]),
        f"{reference.name} with wrong arguments",
    )  # fmt: skip
    return session.resolve(reference)(arguments[0])


def _device(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        1 <= len(arguments) <= 2  # noqa: PLR2004
        and type(arguments[0]) is str
        and len(arguments[0]) < _LONGEST_NAME,
        f"{reference.name} with wrong arguments",
    )
    return session.resolve(reference)(*arguments)


def _old_storage(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    del arguments
    return session.refuse(
        [reference.name], "tensors pickled without torch.save hold a file in the legacy format"
    )


ENTRIES: dict[str, Entry] = {
    **{f"torch.{name}": plain.VALUE for name in _DTYPES},
    **{f"torch.{name}": plain.ARGUMENT for name in STORAGES},
    "torch.storage.UntypedStorage": plain.ARGUMENT,
    "torch.Size": Entry(call=_size),
    "torch.device": Entry(call=_device),
    "torch._utils._rebuild_tensor_v2": Entry(call=_tensor),
    "torch._utils._rebuild_tensor_v3": Entry(call=_tensor),
    "torch._utils._rebuild_parameter": Entry(call=_parameter),
    "torch.storage._load_from_bytes": Entry(call=_old_storage),
}
