"""Storages in archives of torch.save: their types and names, read from the pickle as it stands."""

from __future__ import annotations

import io
import pickle
import warnings
import zipfile

import pytest
import torch

from modelkeep.storage.chunking import Region, regions_of
from modelkeep.storage.chunking.torch_pickles import storages_of


class Model(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Linear(60, 50)
        self.rest = torch.nn.Sequential(torch.nn.Linear(50, 100, bias=False), torch.nn.ReLU())
        self.register_buffer("steps", torch.arange(3000))


def saved(value: object, **options: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def regions(data: bytes) -> list[Region]:
    return regions_of(io.BytesIO(data), len(data))


def kinds(data: bytes) -> dict[str, str]:
    return {region.name: region.element for region in regions(data) if region.element}


def changed(data: bytes, name: str, content: bytes | None, method: int = 0) -> bytes:
    """Write an archive again with another entry, or without it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.namelist():
            value = content if entry.endswith(name) else old.read(entry)
            if value is not None:
                new.writestr(entry, value, method if entry.endswith(name) else 0)
    return buffer.getvalue()


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_state_dict(protocol: int) -> None:
    model = Model()
    data = saved(model.state_dict(), pickle_protocol=protocol)
    assert kinds(data) == {"steps": "I64", "first.weight": "F32", "rest.0.weight": "F32"}
    weight = next(region for region in regions(data) if region.name == "first.weight")
    assert data[weight.offset : weight.end] == model.first.weight.detach().numpy().tobytes()


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_module_has_the_names_of_its_state_dict(protocol: int) -> None:
    model = Model()
    assert kinds(saved(model, pickle_protocol=protocol)) == kinds(saved(model.state_dict()))


@pytest.mark.parametrize(
    ("dtype", "element"),
    [
        (torch.float64, "F64"),
        (torch.float32, "F32"),
        (torch.float16, "F16"),
        (torch.bfloat16, "BF16"),
        (torch.float8_e4m3fn, "F8_E4M3"),
        (torch.float8_e5m2, "F8_E5M2"),
        (torch.int64, "I64"),
        (torch.int32, "I32"),
        (torch.int16, "I16"),
        (torch.int8, "I8"),
        (torch.uint64, "U64"),
        (torch.uint32, "U32"),
        (torch.uint16, "U16"),
        (torch.uint8, "U8"),
        (torch.bool, "BOOL"),
    ],
)
def test_each_dtype(dtype: torch.dtype, element: str) -> None:
    value = {"w": torch.ones(9000).to(dtype), "again": torch.ones(9000).to(dtype)}
    assert kinds(saved(value)) == {"w": element, "again": element}


def test_what_has_no_type_is_plain() -> None:
    assert kinds(saved({"w": torch.ones(9000, dtype=torch.complex64)})) == {}
    assert kinds(saved({"w": torch.zeros(9000).untyped_storage(), "t": torch.float32})) == {}


def test_tensors_in_one_storage_are_one_region_under_the_first_name() -> None:
    whole = torch.zeros(9000)
    assert kinds(saved({"a": whole[10:], "b": whole})) == {"a": "F32"}


def test_names_in_nested_checkpoints_and_lists() -> None:
    numbers = torch.zeros(2000)
    value = {
        "model": {"w": numbers.clone(), "b": numbers.clone()},
        "state": {n: {"step": n, "mean": numbers.clone()} for n in range(2)},
    }
    names = ["model.w", "model.b", "state.0.mean", "state.1.mean"]
    assert list(kinds(saved(value))) == names
    assert list(kinds(saved([torch.zeros(2000), torch.zeros(2000)]))) == ["#0", "#1"]
    assert list(kinds(saved({"l": [torch.zeros(2000), torch.zeros(2000)]}))) == ["l", "l#1"]


def test_torchscript() -> None:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # scripting is on its way out; its files will be about for long
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.save(torch.jit.script(torch.nn.Linear(100, 100)), buffer)
    assert kinds(buffer.getvalue()) == {"weight": "F32"}


def test_other_byte_orders_and_unreadable_pickles_are_plain() -> None:
    data = saved(Model().state_dict())
    assert kinds(changed(data, "byteorder", b"little")) == kinds(data)
    assert kinds(changed(data, "byteorder", None)) == kinds(data)
    for broken in (
        changed(data, "byteorder", b"big"),
        changed(data, "data.pkl", b"\x80\x02not a pickle"),
        changed(data, "data.pkl", b""),
        changed(data, "data.pkl", b"(" * 10_000 + b"."),
        changed(data, "data.pkl", b"t."),
        changed(data, "data.pkl", b"\x93."),
        changed(data, "data.pkl", pickle.dumps({"a": 1}), zipfile.ZIP_DEFLATED),
        data[:-30],
    ):
        assert regions(broken) == [Region(0, len(broken), "", "")]


def test_a_storage_of_another_length_than_its_type_is_plain() -> None:
    data = saved({"a": torch.zeros(3000), "b": torch.zeros(3000)})
    assert list(kinds(changed(data, "data/0", bytes(12_001)))) == ["b"]


def test_nothing_in_the_pickle_is_run() -> None:
    stream = b"cbuiltins\nexit\n(tR."
    assert storages_of(stream) == {}
    data = changed(saved({"a": torch.zeros(3000)}), "data.pkl", stream)
    assert regions(data) == [Region(0, len(data), "", "")]
