"""A model that tries what an isolated one should not be able to do."""

from __future__ import annotations

import os
import socket
from pathlib import Path


class Prober:
    """A model whose methods try what they should not be able to."""

    def reach(self, port: int) -> str:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return "reached"

    def read(self, path: str) -> str:
        return Path(path).read_text()

    def write(self, path: str) -> str:
        Path(path).write_text("x")
        return "written"

    def seen(self) -> list[str]:
        return sorted(os.environ)

    def eat(self, size: int) -> int:
        return len(bytearray(size))

    def spin(self) -> None:
        while True:
            pass

    def die(self) -> None:
        os.abort()

    def fail(self) -> None:
        raise ValueError("no such class")

    def give(self) -> object:
        return self

    def shout(self) -> int:
        print("noise on the standard output")
        return 7
