"""Texts kept by pyarrow whose lengths, offsets and buffers do not fit: it would read beyond them.

Each file is a whole pickle of an `ArrowStringArray`, sound but for one thing.
"""

from __future__ import annotations

import struct
from typing import Any

from hostile import Steps, call, name, value, whole

TEXTS = b"abcd"
OFFSETS = (0, 1, 3, 4)


def places(*offsets: int, code: str = "q") -> bytes:
    return struct.pack(f"<{len(offsets)}{code}", *offsets)


def number(wanted: float) -> Steps:
    return Steps(value(wanted))


def buffer(content: Any) -> Steps:
    return Steps(call("pyarrow.lib", "py_buffer", content))


def kind(alias: Any) -> Steps:
    return Steps(call("pyarrow.lib", "type_for_alias", alias))


def array(
    *,
    alias: Any = "large_string",
    length: Any = 3,
    nulls: Any = 0,
    offset: Any = 0,
    validity: Any = None,
    offsets: Any = None,
    content: Any = None,
    buffers: Any = None,
    children: Any = (),
    dictionary: Any = None,
) -> Steps:
    """Return the steps of `_restore_array`; what is not given is sound."""
    given = [
        validity,
        buffer(places(*OFFSETS)) if offsets is None else offsets,
        buffer(TEXTS) if content is None else content,
    ]
    shown = [number(each) if type(each) is int else each for each in (length, nulls, offset)]
    parts = (
        alias if isinstance(alias, Steps) else kind(alias),
        *shown,
        given if buffers is None else buffers,
        list(children),
        dictionary,
    )
    return Steps(call("pyarrow.lib", "_restore_array", parts))


def texts(held: Any, *, dtype: Any = None, **more: Any) -> bytes:
    """Return the steps of an `ArrowStringArray` that holds this."""
    if dtype is None:
        dtype = Steps(call("pandas", "StringDtype", "pyarrow", Steps(name("pandas", "NA"))))
    state = {"_pa_array": held, "_dtype": dtype, "_cache": {}, **more}
    pairs = b"".join(value(key) + _item(each) for key, each in state.items())
    return name("pandas.arrays", "ArrowStringArray") + b")\x81}(" + pairs + b"ub"


def _item(each: Any) -> bytes:
    return each.steps if isinstance(each, Steps) else value(each)


def sound() -> dict[str, bytes]:
    """Return files that must load: what is hostile is so by its one change only."""
    narrow = {"alias": "string", "offsets": buffer(places(*OFFSETS, code="i"))}
    first = array(nulls=1, validity=buffer(b"\x05"))
    chunks = Steps(call("pyarrow.lib", "chunked_array", [array(), first], kind("large_string")))
    steps = {
        "plain": texts(array()),
        "missing": texts(first),
        "count-unknown": texts(array(nulls=-1, validity=buffer(b"\x05"))),
        "narrow": texts(array(**narrow)),
        "begins-later": texts(array(length=2, offset=1)),
        "no-texts": texts(array(length=0, buffers=[None, None, None])),
        "no-bytes": texts(array(length=1, buffers=[None, buffer(places(0, 0)), None])),
        "chunks": texts(chunks),
    }
    return {f"arrow-{label}": whole(each) for label, each in steps.items()}


def _used_twice() -> dict[str, bytes]:
    """Return lists that use one thing often: what is small in the file would be large in memory."""
    again = Steps(b"h\x00")
    shared = {
        "bytes": (value(TEXTS), texts(array(content=buffer(again)))),
        "buffer": (buffer(TEXTS).steps, texts(array(content=again))),
        "array": (array().steps, texts(again)),
        "narrow": (
            array(alias="string", offsets=buffer(places(*OFFSETS, code="i"))).steps,
            texts(again),
        ),
        "chunks": (
            call("pyarrow.lib", "chunked_array", [array()], kind("large_string")),
            texts(again),
        ),
    }
    found = {
        label: made + b"q\x000](" + used + used + b"e" for label, (made, used) in shared.items()
    }
    chunks = name("pyarrow.lib", "chunked_array") + b"(](" + array().steps + b"q\x00h\x00e"
    found["chunk"] = texts(Steps(chunks + kind("large_string").steps + b"tR"))
    found["buffer-in-array"] = texts(
        array(buffers=[None, Steps(buffer(places(*OFFSETS)).steps + b"q\x00"), again])
    )
    return found


def files() -> dict[str, bytes]:
    """Return files of which none may load."""
    huge = (1 << 62) - 1
    dtype = Steps(call("pandas", "StringDtype", "python", Steps(name("pandas", "NA"))))
    arrays: dict[str, dict[str, Any]] = {
        "beyond": {"offsets": buffer(places(0, 1, 3, 5))},
        "far-beyond": {"offsets": buffer(places(0, 1, 3, 1 << 40))},
        "beyond-between": {"offsets": buffer(places(0, 1 << 40, 1 << 40, 4))},
        "all-beyond": {"offsets": buffer(places(*[1 << 40] * 4))},
        "negative": {"offsets": buffer(places(-(1 << 40), 1, 3, 4))},
        "negative-between": {"offsets": buffer(places(0, -8, 3, 4))},
        "backwards": {"offsets": buffer(places(0, 3, 1, 4))},
        "largest": {"offsets": buffer(places(0, 1, 3, (1 << 63) - 1))},
        "smallest": {"offsets": buffer(places(-(1 << 63), 1, 3, 4))},
        "few-offsets": {"offsets": buffer(places(0, 1, 3))},
        "cut-offset": {"offsets": buffer(places(*OFFSETS)[:-1])},
        "empty-offsets": {"offsets": buffer(b"")},
        "narrow-for-wide": {"offsets": buffer(places(*OFFSETS, code="i"))},
        "wide-for-narrow": {"alias": "string", "offsets": buffer(places(0, 1, 1 << 40, 4))},
        "narrow-beyond": {"alias": "string", "offsets": buffer(places(0, 1, 3, 99, code="i"))},
        "no-offsets": {"buffers": [None, None, buffer(TEXTS)]},
        "no-bytes": {"buffers": [None, buffer(places(*OFFSETS)), None]},
        "few-bytes": {"content": buffer(TEXTS[:-1])},
        "two-buffers": {"buffers": [None, buffer(places(*OFFSETS))]},
        "four-buffers": {"buffers": [None, buffer(places(*OFFSETS)), buffer(TEXTS), None]},
        "bytes-for-buffers": {"buffers": [None, places(*OFFSETS), TEXTS]},
        "few-bits": {"validity": buffer(b""), "nulls": 1},
        "few-bits-behind-offset": {
            "length": 2, "offset": 8, "validity": buffer(b"\xff"),
            "offsets": buffer(places(*[0] * 11)),
        },
        "many-missing": {"validity": buffer(b"\x05"), "nulls": 3},
        "missing-without-bits": {"nulls": 2},
        "more-missing-than-texts": {"nulls": 4, "validity": buffer(b"\x00")},
        "less-than-unknown": {"nulls": -2, "validity": buffer(b"\x00")},
        "long": {"length": 4}, "very-long": {"length": 1 << 40}, "huge": {"length": huge},
        "huger": {"length": 1 << 200}, "negative-length": {"length": -1},
        "length-of-text": {"length": "3"}, "length-of-float": {"length": number(3.0)},
        "length-of-truth": {"length": True},
        "offset-beyond": {"offset": 1}, "offset-huge": {"offset": huge},
        "offset-huger": {"offset": 1 << 200}, "offset-negative": {"offset": -1},
        "offset-of-nothing": {"length": 0, "offset": 5, "buffers": [None, None, None]},
        "sum-overflows": {"length": huge, "offset": huge},
        "no-text": {"content": buffer(b"\xff\xfe\xfd\xfc")},
        "half-a-character": {"content": buffer("äab".encode())},
        "children": {"children": [array()]}, "dictionary": {"dictionary": array()},
        "type-of-text": {"alias": Steps(value("large_string"))},
        "type-of-array": {"alias": array()},
        **{
            f"alias-{alias}": {"alias": alias}
            for alias in ("int64", "binary", "large_binary", "string_view", "large_utf8", "null",
                          "list", "object", "", "large_string ", 7, b"large_string", None)
        },
    }  # fmt: skip
    steps = {f"array-{label}": texts(array(**changed)) for label, changed in arrays.items()}
    steps |= {f"bare-{label}": array(**changed).steps for label, changed in arrays.items()}
    steps |= {f"twice-{label}": each for label, each in _used_twice().items()}
    steps |= {
        "buffer-in-buffer": texts(array(content=buffer(buffer(TEXTS)))),
        "buffer-of-text": texts(array(content=buffer("abcd"))),
        "buffer-of-number": texts(array(content=buffer(1 << 30))),
        "buffer-of-list": texts(array(content=buffer([1, 2]))),
        "buffer-of-array": texts(array(content=buffer(array()))),
        "buffer-of-two": texts(array(content=Steps(call("pyarrow.lib", "py_buffer", b"a", b"b")))),
        "array-of-nothing": call("pyarrow.lib", "_restore_array"),
        "array-of-text": call("pyarrow.lib", "_restore_array", "abc"),
        "array-of-less": call("pyarrow.lib", "_restore_array", (kind("string"), 1)),
        "texts-of-text": texts("abc"), "texts-of-type": texts(kind("string")),
        "texts-of-buffer": texts(buffer(b"abc")), "texts-of-none": texts(None),
        "texts-of-python": texts(array(), dtype=dtype),
        "texts-of-no-dtype": texts(array(), dtype="string"),
        "texts-with-more": texts(array(), __class__="x"),
        "texts-twice": texts(array(), _data=array()),
        "texts-readonly": texts(array(), _readonly=7),
        "texts-unfilled": name("pandas.arrays", "ArrowStringArray") + b")\x81",
        "texts-of-arguments": name("pandas.arrays", "ArrowStringArray")
        + b"(" + array().steps + b"t\x81",
        "texts-called": call("pandas.arrays", "ArrowStringArray", array()),
        "state-of-array": array().steps + b"}b",
        "chunks-of-other": call("pyarrow.lib", "chunked_array", [array()], kind("string")),
        "chunks-of-text": call("pyarrow.lib", "chunked_array", ["a"], kind("string")),
        "chunks-of-lists": call("pyarrow.lib", "chunked_array", [["a"]], kind("string")),
        "key": b"}" + buffer(TEXTS).steps + b"Ns",
        **{
            f"name-{wanted}": call(*wanted.rsplit(".", 1), "/tmp/x")
            for wanted in (
                "pyarrow.lib.memory_map", "pyarrow.lib.OSFile", "pyarrow.lib.foreign_buffer",
                "pyarrow.lib.allocate_buffer", "pyarrow.lib.ipc.open_file", "pyarrow.py_buffer",
                "pyarrow.lib._reconstruct_table", "pyarrow.lib.Array.from_buffers",
                "pyarrow.parquet.read_table", "pyarrow.lib.ExtensionArray", "pyarrow.lib.array",
                "pandas.arrays.ArrowExtensionArray", "pandas.ArrowDtype", "pyarrow.cffi.ffi",
            )
        },
    }  # fmt: skip
    return {f"arrow-{label}": whole(each) for label, each in steps.items()}
