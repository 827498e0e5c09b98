"""The less frequent opcodes of a pickle, each a function of the machine.

Opcodes that are missing from the table are refused. Those of the extension registry (EXT1, EXT2,
EXT4) and of old classes (INST, OBJ) are there only to say what they wanted.
"""

from __future__ import annotations

from typing import Any, Final

from modelkeep.errors import UntrustedModelError
from modelkeep.storage.trust.machine import Machine, World
from modelkeep.storage.trust.nesting import SCALARS
from modelkeep.storage.trust.references import Draft, named
from modelkeep.storage.trust.scalar_steps import SCALAR_STEPS, Step, digits, number

_NEWEST_PROTOCOL: Final = 5


def _proto(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.protocol = number(machine, 1)
    if machine.protocol > _NEWEST_PROTOCOL:
        raise machine.damaged(f"pickle protocol {machine.protocol} is not known")


def _frame(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.left(number(machine, 8))


def _pop(machine: Machine, world: World) -> None:  # noqa: ARG001
    if machine.stack:
        machine.stack.pop()
    else:
        machine.pop_mark()


def _pop_mark(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.pop_mark()


def _dup(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.stack.append(machine.stack[-1])


def _get(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.stack.append(machine.memo[int(digits(machine))])


def _put(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.memo[int(digits(machine))] = machine.stack[-1]


def _tuple(machine: Machine, world: World) -> None:  # noqa: ARG001
    _push_tuple(machine, tuple(machine.pop_mark()))


def _short_tuple(count: int) -> Step:
    def step(machine: Machine, world: World) -> None:  # noqa: ARG001
        stack = machine.stack
        if len(stack) < count:
            raise machine.damaged("a tuple of what is not there")
        made = tuple(stack[-count:])
        del stack[-count:]
        _push_tuple(machine, made)

    return step


def _push_tuple(machine: Machine, made: tuple[Any, ...]) -> None:
    machine.stack.append(made)
    if not SCALARS.issuperset(map(type, made)):
        machine.contain(made, made)


def _list(machine: Machine, world: World) -> None:  # noqa: ARG001
    items = machine.pop_mark()
    machine.stack.append([])
    machine.append_items(machine.stack[-1], items)


def _dict(machine: Machine, world: World) -> None:  # noqa: ARG001
    items = machine.pop_mark()
    machine.stack.append({})
    machine.set_items(machine.stack[-1], items[::2], items[1::2])


def _append(machine: Machine, world: World) -> None:  # noqa: ARG001
    item = machine.stack.pop()
    machine.append_items(machine.stack[-1], [item])


def _set_item(machine: Machine, world: World) -> None:  # noqa: ARG001
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.set_items(machine.stack[-1], [key], [value])


def _empty_set(machine: Machine, world: World) -> None:  # noqa: ARG001
    machine.stack.append(set())


def _add_items(machine: Machine, world: World) -> None:
    items = machine.pop_mark()
    target = machine.stack[-1]
    machine.check_keys(target, items)
    machine.contain(target, items)
    if type(target) is set:
        target.update(items)
    else:
        world.extend(target, items)


def _frozen_set(machine: Machine, world: World) -> None:  # noqa: ARG001
    items = machine.pop_mark()
    machine.check_keys(items, items)
    made = frozenset(items)
    machine.contain(made, items)
    machine.stack.append(made)


def _global(machine: Machine, world: World) -> None:
    module, name = machine.line().decode("utf-8"), machine.line().decode("utf-8")
    machine.stack.append(world.find(module, name))


def _stack_global(machine: Machine, world: World) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    if type(name) is not str or type(module) is not str:
        raise machine.damaged("a name that is no text")
    machine.stack.append(world.find(module, name))


def _reduce(machine: Machine, world: World) -> None:
    arguments, function = machine.stack.pop(), machine.stack.pop()
    _made(machine, world.call(function, arguments), arguments)


def _new_object(machine: Machine, world: World) -> None:
    arguments, kind = machine.stack.pop(), machine.stack.pop()
    _made(machine, world.new(kind, arguments, {}), arguments)


def _new_object_ex(machine: Machine, world: World) -> None:
    keywords, arguments, kind = (machine.stack.pop() for _ in range(3))
    _made(machine, world.new(kind, arguments, keywords), arguments)


def _made(machine: Machine, made: Any, arguments: Any) -> None:
    machine.stack.append(made)
    if type(made) is Draft:
        # It is measured when it is built; its arguments are in that state, or one level.
        made.key = _next_key(machine)
    elif type(made) not in SCALARS:
        machine.contain(made, (arguments,), used=True)


def _next_key(machine: Machine) -> int | None:
    """Return under what the next step remembers the object, if it does."""
    following = bytes(machine.view[machine.at : machine.at + 5])
    if following[:1] == b"\x94":
        return len(machine.memo)
    if following[:1] == b"q":
        return following[1]
    if following[:1] == b"r":
        return int.from_bytes(following[1:5], "little")
    if following[:1] == b"p":
        start = machine.at
        machine.at += 1
        key, machine.at = int(digits(machine)), start
        return key
    return None


def _build(machine: Machine, world: World) -> None:
    state = machine.stack.pop()
    made = machine.stack[-1]
    machine.no_loose((state,))
    if not isinstance(made, Draft):
        if type(made) not in SCALARS:
            machine.contain(made, (state,))
        machine.stack[-1] = world.build(made, state, machine)
        return
    built = world.build(made, state, machine)
    machine.stack[-1] = built
    if type(built) not in SCALARS:
        machine.contain(built, (state,))
    _replace(machine, made, built)


def _replace(machine: Machine, draft: Draft, built: Any) -> None:
    if draft.key is not None and machine.memo.get(draft.key) is draft:
        machine.memo[draft.key] = built


def _persistent(machine: Machine, world: World) -> None:
    machine.stack.append(world.persistent(machine.line().decode("ascii")))


def _binary_persistent(machine: Machine, world: World) -> None:
    machine.stack.append(world.persistent(machine.stack.pop()))


def _next_buffer(machine: Machine, world: World) -> None:
    machine.stack.append(world.buffer())


def _readonly_buffer(machine: Machine, world: World) -> None:  # noqa: ARG001
    with memoryview(machine.stack[-1]) as view:
        if not view.readonly:
            machine.stack[-1] = view.toreadonly()


def _inst(machine: Machine, world: World) -> None:  # noqa: ARG001
    name = b".".join((machine.line(), machine.line())).decode("utf-8")
    raise UntrustedModelError(
        machine.source, asked_for=[name], reason="INST, which builds by any call, is not read"
    )


def _obj(machine: Machine, world: World) -> None:  # noqa: ARG001
    items = machine.pop_mark()
    names = [named(item) for item in items[:1]]
    raise UntrustedModelError(
        machine.source, asked_for=names, reason="OBJ, which builds by any call, is not read"
    )


def _extension(size: int) -> Step:
    def step(machine: Machine, world: World) -> None:  # noqa: ARG001
        code = number(machine, size)
        raise UntrustedModelError(
            machine.source,
            asked_for=[f"extension {code}"],
            reason="the extension registry is not read",
        )

    return step


STEPS: Final[dict[int, Step]] = {
    **SCALAR_STEPS,
    0x80: _proto, 0x95: _frame, 0x30: _pop, 0x31: _pop_mark, 0x32: _dup, 0x67: _get, 0x70: _put,
    0x97: _next_buffer, 0x98: _readonly_buffer,
    0x74: _tuple, 0x85: _short_tuple(1), 0x87: _short_tuple(3), 0x6C: _list, 0x64: _dict,
    0x61: _append, 0x73: _set_item, 0x8F: _empty_set, 0x90: _add_items, 0x91: _frozen_set,
    0x63: _global, 0x93: _stack_global, 0x52: _reduce, 0x81: _new_object, 0x92: _new_object_ex,
    0x62: _build, 0x50: _persistent, 0x51: _binary_persistent, 0x69: _inst, 0x6F: _obj,
    0x82: _extension(1), 0x83: _extension(2), 0x84: _extension(4),
}  # fmt: skip
