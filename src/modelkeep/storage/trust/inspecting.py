"""What is in a file, and what it would ask for, told without importing or running anything."""

from __future__ import annotations

import io
import pickletools
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from modelkeep.errors import IntegrityError, ModelkeepError, UntrustedModelError
from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.decompressing import compression_of, decompressed
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.loader import DEFAULT_LIMITS, content_of
from modelkeep.storage.trust.machine import Machine
from modelkeep.storage.trust.seeing import WRAPPER, SeeingWorld
from modelkeep.storage.trust.torch_reader import LEGACY_MAGIC
from modelkeep.storage.trust.viewing import ViewReader
from modelkeep.storage.trust.zip_entries import stored_entries

Verdict = Literal["data only", "allowed", "asks for more", "malformed", "not a pickle"]
_MAGIC = (
    (b"\x93NUMPY", "npy"), (b"\x89HDF", "hdf5"), (b"GGUF", "gguf"), (b"tree\n", "lightgbm"),
    (b"{L\x00", "ubjson"), (LEGACY_MAGIC, "torch (legacy)"),
)  # fmt: skip
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_NAMES = {ord(opcode.code): opcode.name for opcode in pickletools.opcodes}
_LENGTH = 8
# Compressed files are looked into as far as this.
_LOOKED_INTO = 256 << 20
# How a pickle says its protocol; those of 0 and 1 do not.
_BEGINNINGS = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
# The only step that is refused for a name in the file that no world was asked for.
_INST = 0x69
# What could be a module and what is in it.
_NAME = re.compile(r"[\w-]+(\.[\w-]+)+\Z")
# What has no other mark of a pickle is read step by step as far as this.
_READ_AGAIN = 1 << 20


@dataclass(frozen=True, slots=True)
class ImportFound:
    """A name that a file asks for.

    Attributes:
        name: Module and name.
        uses: Of `value`, `built` and `called`, those that the file does.
        allowed: Those of the three that the allow-list permits. Estimators are judged by where
            they are said to be; whether they are there, loading finds out.
    """

    name: str
    uses: tuple[str, ...]
    allowed: tuple[str, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether all that the file does with it is permitted."""
        return set(self.uses) <= set(self.allowed)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a file.

    Attributes:
        path: The file.
        size: Its bytes.
        kind: What it is, by its content.
        verdict: What to think of it.
        protocol: Of the pickle; -1 where there is none.
        imports: The names that it asks for, sorted.
        opcodes: How often each step is taken, without those for plain numbers, texts and lists.
        arrays: Shape and type of element of the arrays that are in sight.
        detail: What is wrong, where something is.
    """

    path: str
    size: int
    kind: str
    verdict: Verdict
    protocol: int = -1
    imports: tuple[ImportFound, ...] = ()
    opcodes: tuple[tuple[str, int], ...] = ()
    arrays: tuple[tuple[tuple[int, ...], str], ...] = ()
    detail: str = ""


def inspect_pickle(
    path: str | Path, *, allow: AllowList | None = None, limits: Limits = DEFAULT_LIMITS
) -> Findings:
    """Return what a file is and would ask for.

    Raises:
        OSError: The file cannot be read.
    """
    path = Path(path)
    size = path.stat().st_size
    with path.open("rb") as file:
        view = content_of(file) if size else memoryview(b"")
    try:
        return _look(view, str(path), allow or AllowList(), limits)
    except ModelkeepError as error:
        return Findings(str(path), size, "damaged", "malformed", detail=error.message)


def names_in(view: memoryview, allow: AllowList, *, source: str, at: int = 0) -> list[str]:
    """Return the names that a pickle asks for and may not have, as far as it can be read."""
    world = SeeingWorld()
    try:
        Machine(view, world, source=source, limits=DEFAULT_LIMITS, at=at).run()
    except UntrustedModelError as error:
        return [*_refused(world, allow), *error.asked_for]
    except IntegrityError:
        pass
    return _refused(world, allow)


def _refused(world: SeeingWorld, allow: AllowList) -> list[str]:
    return [found.name for found in _imports(world, allow) if not found.is_allowed]


def _imports(world: SeeingWorld, allow: AllowList) -> Iterable[ImportFound]:
    for name, uses in sorted(world.names().items()):
        entry = allow.entry(*world.pairs[name])
        permitted = tuple(
            use for use in ("value", "built", "called") if entry is not None and entry.allows(use)
        )
        yield ImportFound(name, tuple(sorted(uses)), permitted)


def _look(view: memoryview, path: str, allow: AllowList, limits: Limits) -> Findings:
    size = len(view)
    head = bytes(view[:32])
    known = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    if known == "torch (legacy)":
        return Findings(path, size, known, "asks for more", detail="torch's legacy format")
    if known:
        return Findings(path, size, known, "not a pickle")
    if head[_LENGTH : _LENGTH + 1] == b"{" and int.from_bytes(head[:_LENGTH], "little") < size:
        return Findings(path, size, "safetensors", "not a pickle")
    if head.startswith(_ZIP):
        return _look_into_zip(view, path, allow, limits)
    form = compression_of(view)
    if form:
        within = Limits(decompressed_bytes=min(_LOOKED_INTO, limits.decompressed_bytes))
        view = decompressed(view, form, source=path, limits=within)
    return _look_into_pickle(view, path, f"joblib ({form})" if form else "", allow, limits, size)


def _look_into_zip(view: memoryview, path: str, allow: AllowList, limits: Limits) -> Findings:
    try:
        with zipfile.ZipFile(ViewReader(view)) as archive:
            names = archive.namelist()
    except Exception as error:  # noqa: BLE001 - zipfile raises many kinds for damage
        return Findings(path, len(view), "zip", "malformed", detail=str(error))
    pickles = [name for name in names if name.endswith(("/data.pkl", "/constants.pkl"))]
    if pickles:
        if any("/code/" in name for name in names):
            return Findings(
                path, len(view), "torch (script)", "asks for more", detail="TorchScript"
            )
        entries = stored_entries(view, path)
        content = entries[pickles[0]].bytes_of(view, path)
        return _look_into_pickle(content, path, "torch", allow, limits, len(view))
    kind = "zip"
    if names and all(name.endswith(".npy") for name in names):
        kind = "npz"
    elif "schema.json" in names:
        kind = "skops"
    elif "config.json" in names:
        kind = "keras"
    return Findings(path, len(view), kind, "not a pickle")


def _look_into_pickle(
    view: memoryview, path: str, kind: str, allow: AllowList, limits: Limits, size: int
) -> Findings:
    world = SeeingWorld()
    machine = Machine(view, world, source=path, limits=limits)
    detail, verdict = "", ""
    asked: tuple[str, ...] = ()
    try:
        machine.run()
        if machine.at != len(view):
            verdict, detail = "malformed", f"{len(view) - machine.at} bytes follow its end"
    except UntrustedModelError as error:
        verdict, detail, asked = "asks for more", error.reason, error.asked_for
    except IntegrityError as error:
        verdict, detail = "malformed", error.detail
    if verdict and not kind and not _is_pickle(view, world, machine, asked):
        told = detail if verdict == "malformed" else "it only looks like a pickle at its beginning"
        return Findings(path, size, "unknown", "malformed", detail=told)
    imports = [*_imports(world, allow), *(ImportFound(name, ("called",), ()) for name in asked)]
    if not verdict or (verdict == "malformed" and any(not each.is_allowed for each in imports)):
        refused = any(not each.is_allowed for each in imports)
        verdict = "asks for more" if refused else "allowed" if imports else "data only"
    if not kind:
        kind = "joblib" if WRAPPER in world.uses else "pickle" if _says_so(view) else ""
    counted = sorted((_NAMES.get(code, hex(code)), n) for code, n in machine.steps.items())
    return Findings(
        path, size, kind or ("unknown" if verdict == "malformed" else "pickle (text)"),
        verdict,  # type: ignore[arg-type]
        machine.protocol, tuple(imports), tuple(counted), tuple(world.arrays), detail,
    )  # fmt: skip


def _says_so(view: memoryview) -> bool:
    return bytes(view[:2]) in _BEGINNINGS


def _is_pickle(
    view: memoryview, world: SeeingWorld, machine: Machine, asked: tuple[str, ...]
) -> bool:
    """Whether what cannot be read to its end is a pickle, and not bytes that happen to look so.

    It is one that says its protocol, asks for a name that could be one, or has valid steps to a
    STOP that is its last byte. Python would run one that asks for names as far as it goes.
    """
    told = asked if _INST in machine.steps else ()
    if _says_so(view) or any(_NAME.match(name) for name in (*world.uses, *told)):
        return True
    if bytes(view[-1:]) != b".":
        return False
    if len(view) > _READ_AGAIN:
        return True
    try:
        *_, (_, _, at) = pickletools.genops(io.BytesIO(view))
    except Exception:  # noqa: BLE001 - it raises many kinds for bytes that are no step
        return False
    return at == len(view) - 1


def inspect_content(
    view: memoryview,
    *,
    source: str,
    allow: AllowList | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Findings:
    """Return what bytes are and would ask for; see `inspect_pickle`."""
    try:
        return _look(view, source, allow or AllowList(), limits)
    except ModelkeepError as error:
        return Findings(source, len(view), "damaged", "malformed", detail=error.message)
