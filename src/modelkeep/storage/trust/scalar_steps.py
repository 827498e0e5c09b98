"""The opcodes of a pickle that push numbers, texts and bytes."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from typing import Final

from modelkeep.storage.trust.machine import Machine, World

_LONGEST_DIGITS: Final = 4300
_LONG_PAYLOAD: Final = 1 << 12

Step = Callable[[Machine, World], None]


def number(machine: Machine, size: int, *, signed: bool = False) -> int:
    """Take a number of so many bytes."""
    return int.from_bytes(machine.take(size), "little", signed=signed)


def _text(size: int) -> Step:
    def step(machine: Machine, world: World) -> None:  # noqa: ARG001
        count = machine.left(number(machine, size))
        machine.stack.append(str(machine.take(count), "utf-8", "surrogatepass"))

    return step


def _bytes(size: int, kind: type = bytes) -> Step:
    def step(machine: Machine, world: World) -> None:
        count = machine.left(number(machine, size))
        if count < _LONG_PAYLOAD and kind is bytes:
            machine.stack.append(machine.take(count))
            return
        start = machine.at
        machine.at += count
        machine.stack.append(world.payload(machine.view[start : machine.at], kind))

    return step


def _old_text(size: int) -> Step:
    def step(machine: Machine, world: World) -> None:  # noqa: ARG001
        count = machine.left(number(machine, size, signed=size > 1))
        machine.stack.append(machine.take(count).decode("ascii"))

    return step


def _string(machine: Machine, world: World) -> None:  # noqa: ARG001
    line = machine.line()
    if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in b"\"'":  # noqa: PLR2004
        raise machine.damaged("a string without quotes")
    machine.stack.append(codecs.escape_decode(line[1:-1])[0].decode("ascii"))


def _unicode(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.stack.append(str(machine.line(), "raw-unicode-escape"))


def digits(machine: Machine) -> str:
    """Take a line of digits, not too long a one."""
    line = machine.line()
    if len(line) > _LONGEST_DIGITS:
        raise machine.damaged("a number of too many digits")
    return line.decode("ascii")


def _int(machine: Machine, world: World) -> None:  # noqa: ARG001
    text = digits(machine)
    machine.stack.append({"00": False, "01": True}[text] if text in {"00", "01"} else int(text))


def _long(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.stack.append(int(digits(machine).rstrip("L")))


def _long_bytes(size: int) -> Step:
    def step(machine: Machine, world: World) -> None:  # noqa: ARG001
        count = machine.left(number(machine, size, signed=size > 1))
        machine.stack.append(int.from_bytes(machine.take(count), "little", signed=True))

    return step


def _float(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.stack.append(float(digits(machine)))


def _binary_float(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.stack.append(struct.unpack(">d", machine.take(8))[0])


SCALAR_STEPS: Final[dict[int, Step]] = {
    0x49: _int, 0x4C: _long, 0x8A: _long_bytes(1), 0x8B: _long_bytes(4),
    0x46: _float, 0x47: _binary_float, 0x53: _string, 0x54: _old_text(4), 0x55: _old_text(1),
    0x56: _unicode, 0x8D: _text(8), 0x42: _bytes(4), 0x43: _bytes(1), 0x8E: _bytes(8),
    0x96: _bytes(8, bytearray),
}  # fmt: skip
