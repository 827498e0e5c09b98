"""The stack machine that reads a pickle, step by step, and does nothing else.

It knows opcodes, the stack, marks and the memo. Whatever leaves that (a name, a call, an object's
state) it hands to a `World`, which decides: `session.Session` builds what the allow-list permits,
`seeing.SeeingWorld` only writes down what it sees. So there is one reader of the format, and what
the inspection says is what the loader would do.

The opcodes are those of `pickletools` in Python's library, protocols 0 to 5. The frequent ones are
in one loop, as a call for each would double the time of a large dict; the others in `steps.py`.
"""

# ruff: noqa: PLR2004 - an opcode is its number
from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol

from modelkeep.errors import IntegrityError, ModelkeepError
from modelkeep.storage.trust.keys import KeyRules
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.nesting import SCALARS, Nesting

_WINDOW = 1 << 20
# The longest step of the loop: two bytes and 255 of a short string.
_LONGEST_STEP = 300
_DOUBLE = struct.Struct(">d")
_STRINGS = frozenset({str})


class World(Protocol):
    """What a pickle may reach."""

    def find(self, module: str, name: str) -> Any:
        """Return what stands for a name: a value, or a `Reference`."""

    def call(self, function: Any, arguments: Any) -> Any:
        """Do a REDUCE."""

    def new(self, kind: Any, arguments: Any, keywords: Any) -> Any:
        """Do a NEWOBJ or NEWOBJ_EX."""

    def build(self, made: Any, state: Any, machine: Machine) -> Any:
        """Do a BUILD; return the object, or what is to stand in its place."""

    def extend(self, target: Any, items: list[Any]) -> None:
        """Add to what is not a list."""

    def put(self, target: Any, keys: list[Any], values: list[Any]) -> None:
        """Set items of what is not a dict."""

    def persistent(self, wanted: Any) -> Any:
        """Return what a persistent id stands for."""

    def buffer(self) -> Any:
        """Return the next buffer that is kept beside the stream."""

    def payload(self, view: memoryview, kind: type) -> Any:
        """Return long bytes, or long bytes that can be changed."""

    def is_key(self, key: Any) -> bool:
        """Whether an object that is no plain value may be a key."""


class Machine:
    """Reads one pickle out of a content.

    Attributes:
        view: The whole content.
        at: Where the next step begins.
        stack: What was pushed since the last mark.
        marks: The stacks below the marks.
        memo: What was remembered, by number.
    """

    def __init__(
        self, content: memoryview, world: World, *, source: str, limits: Limits, at: int = 0
    ) -> None:
        self.view = content
        self.world = world
        self.source = source
        self.limits = limits
        self.at = at
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.protocol = 0
        self.steps: Counter[int] = Counter()
        nesting = Nesting(source, limits)
        self.contain = nesting.contain
        self.no_loose = nesting.no_loose
        self._nesting = nesting
        self._keys = KeyRules(source, world.is_key)

    def run(self) -> Any:
        """Return the object; `at` is then behind it.

        Raises:
            UntrustedModelError: It asks for what it may not have.
            IntegrityError: It is no sound pickle, or one that asks for more than the limits.
        """
        try:
            found = self._loop()
        except ModelkeepError:
            raise
        except (MemoryError, RecursionError) as error:
            raise self.damaged(f"it asks for more than there is: {type(error).__name__}") from error
        except Exception as error:
            # What an exception holds may be endless to print; its kind and place say enough.
            what = error if isinstance(error, UnicodeError | ValueError) else ""
            detail = f"not a sound pickle at byte {self.at}: {type(error).__name__} {what!s:.120}"
            raise self.damaged(detail.rstrip()) from error
        self.no_loose((found,))
        self._nesting.finish(found)
        return found

    def damaged(self, detail: str) -> IntegrityError:
        """Return the error for bytes that are no sound pickle."""
        return IntegrityError(self.source, detail=detail)

    def left(self, count: int) -> int:
        """Return a declared size if so many bytes are there.

        Raises:
            IntegrityError: They are not.
        """
        if not 0 <= count <= len(self.view) - self.at:
            raise self.damaged(f"{count} bytes are announced at byte {self.at}, fewer are there")
        return count

    def take(self, count: int) -> bytes:
        """Return the next bytes of the stream."""
        start = self.at
        self.left(count)
        self.at += count
        return bytes(self.view[start : self.at])

    def line(self) -> bytes:
        """Return the next line of the stream, without its end."""
        start = self.at
        for begin in range(start, len(self.view), _WINDOW):
            end = bytes(self.view[begin : begin + _WINDOW]).find(b"\n")
            if end >= 0:
                self.at = begin + end + 1
                return bytes(self.view[start : self.at - 1])
        raise self.damaged("a line without an end")

    def pop_mark(self) -> list[Any]:
        """Return what was pushed since the last mark."""
        items = self.stack
        self.stack = self.marks.pop()
        return items

    def _loop(self) -> Any:  # noqa: C901, PLR0912, PLR0915 - the hot path: a call per step doubles it
        from modelkeep.storage.trust.steps import STEPS

        view, memo, marks, world = self.view, self.memo, self.marks, self.world
        stack = self.stack
        push = stack.append
        window, base, at, safe = b"", self.at, 0, 0
        size = len(view)
        unpack = _DOUBLE.unpack_from
        scalars, plain = SCALARS.issuperset, SCALARS
        remember_limit = self.limits.memo
        for _ in range(self.limits.opcodes):
            if at >= safe:
                base += at
                if base > size:
                    raise self.damaged("it ends in the middle of a step")
                window, at = bytes(view[base : base + _WINDOW]), 0
                safe = max(len(window) - _LONGEST_STEP, 1)
                if len(memo) > remember_limit:
                    raise self.damaged(f"it remembers more than {remember_limit} things")
            code = window[at]
            at += 1
            if code == 0x94:  # MEMOIZE
                memo[len(memo)] = stack[-1]
            elif code == 0x8C:  # SHORT_BINUNICODE
                end = at + 1 + window[at]
                push(str(window[at + 1 : end], "utf-8", "surrogatepass"))
                at = end
            elif code == 0x68:  # BINGET
                push(memo[window[at]])
                at += 1
            elif code == 0x4B:  # BININT1
                push(window[at])
                at += 1
            elif code == 0x4D:  # BININT2
                push(window[at] | window[at + 1] << 8)
                at += 2
            elif code == 0x4A:  # BININT
                push(int.from_bytes(window[at : at + 4], "little", signed=True))
                at += 4
            elif code == 0x47:  # BINFLOAT
                push(unpack(window, at)[0])
                at += 8
            elif code == 0x71:  # BINPUT
                memo[window[at]] = stack[-1]
                at += 1
            elif code == 0x72:  # LONG_BINPUT
                memo[int.from_bytes(window[at : at + 4], "little")] = stack[-1]
                at += 4
            elif code == 0x6A:  # LONG_BINGET
                push(memo[int.from_bytes(window[at : at + 4], "little")])
                at += 4
            elif code == 0x28:  # MARK
                marks.append(stack)
                self.stack = stack = []
                push = stack.append
                if len(marks) > self.limits.depth:
                    raise self.damaged(f"it is nested deeper than {self.limits.depth}")
            elif code == 0x86:  # TUPLE2
                second, first = stack.pop(), stack[-1]
                stack[-1] = pair = (first, second)
                if type(first) not in plain or type(second) not in plain:
                    self.contain(pair, pair)
            elif code == 0x75:  # SETITEMS
                items = stack
                self.stack = stack = marks.pop()
                push = stack.append
                target = stack[-1]
                keys, values = items[::2], items[1::2]
                if type(target) is dict and _STRINGS.issuperset(map(type, keys)):
                    target.update(zip(keys, values, strict=True))
                    if not scalars(map(type, values)):
                        self.contain(target, values)
                else:
                    self.set_items(target, keys, values)
            elif code == 0x65:  # APPENDS
                items = stack
                self.stack = stack = marks.pop()
                push = stack.append
                self.append_items(stack[-1], items)
            elif code == 0x5D:  # EMPTY_LIST
                push([])
            elif code == 0x7D:  # EMPTY_DICT
                push({})
            elif code == 0x29:  # EMPTY_TUPLE
                push(())
            elif code == 0x4E:  # NONE
                push(None)
            elif code == 0x88:  # NEWTRUE
                push(True)
            elif code == 0x89:  # NEWFALSE
                push(False)
            elif code == 0x58:  # BINUNICODE
                self.at = base + at
                push(
                    str(self.take(int.from_bytes(self.take(4), "little")), "utf-8", "surrogatepass")
                )
                at = self.at - base
            elif code == 0x2E:  # STOP
                self.at = base + at
                if self.at > size or marks or len(stack) != 1:
                    raise self.damaged("it ends with more or less than one object")
                return stack[0]
            else:
                self.at = base + at
                self.steps[code] += 1
                step = STEPS.get(code)
                if step is None:
                    raise self.damaged(f"no opcode {code:#04x} at byte {self.at - 1}")
                step(self, world)
                if self.at < base + at:
                    raise self.damaged("it goes back")
                at = self.at - base
                if self.stack is not stack:
                    stack = self.stack
                    push = stack.append
        raise self.damaged(f"it has more than {self.limits.opcodes} steps")

    def append_items(self, target: Any, items: list[Any]) -> None:
        """Do an APPEND or APPENDS."""
        if type(target) is list:
            target.extend(items)
        else:
            self.world.extend(target, items)
        if not SCALARS.issuperset(map(type, items)):
            self.contain(target, items)

    def set_items(self, target: Any, keys: list[Any], values: list[Any]) -> None:
        """Do a SETITEM, SETITEMS or DICT."""
        if len(keys) != len(values):
            raise self.damaged("a key without a value")
        if type(target) is dict:
            self._keys.check(target, keys)
            target.update(zip(keys, values, strict=True))
        else:
            self._keys.check(target, keys)
            self.world.put(target, keys, values)
        self.contain(target, keys)
        self.contain(target, values)

    def check_keys(self, target: Any, keys: Iterable[Any]) -> None:
        """Refuse what must not be hashed."""
        self._keys.check(target, keys)
