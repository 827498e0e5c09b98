"""Where a process gets a routing table: from the catalogue, or from a copy while that is away.

The copy is two lines. The first is JSON: the format, when the table was known to be the current one
(microseconds since 1970), and the SHA-256 of that number in decimal digits, a line feed and the
second line. The second is the table. A copy that is torn or was changed by hand is refused, not
guessed at.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from modelkeep import canonical
from modelkeep.deployment.routing.table import RoutingTable
from modelkeep.errors import ConflictError, DamagedCatalogueError, IntegrityError, NewerFormatError
from modelkeep.storage import durable

_FORMAT = 1


class TableSource(Protocol):
    """Where routing tables come from.

    It is called by one thread at a time, but not always by the same one, and after a fork also in
    the child: a connection that must not cross a fork is opened anew there.
    """

    def version(self) -> int:
        """Return a number, cheap to get, that changes whenever anything was written.

        Raises:
            ModelkeepError: The catalogue is away.
        """
        ...

    def read(self, model_id: str) -> RoutingTable:
        """Return the table of now.

        Raises:
            NotFoundError: Nothing serves.
            ModelkeepError: The catalogue is away.
        """
        ...


class OlderTableError(ConflictError):
    """The catalogue gave a routing table that is older than the one that serves."""

    code = "older_table"

    def __init__(self, model_id: str, revision: int, held: int) -> None:
        super().__init__(
            f"the catalogue has revision {revision} of the routing table of {model_id!r}, the "
            f"router serves {held} and keeps it; if the registry was put back to an earlier state, "
            "make a new router"
        )
        self.model_id = model_id
        self.revision = revision
        self.held = held


class DamagedTableCopyError(IntegrityError):
    """The copy of a routing table on the disk is not what was written, or is of another model."""

    code = "damaged_table_copy"

    def __init__(self, path: str, detail: str, *, expected: str = "", actual: str = "") -> None:
        Exception.__init__(
            self,
            f"{path} is no usable copy of a routing table: {detail}; "
            "remove it: a router writes it anew when the catalogue answers",
        )
        self.path = path
        self.expected = expected
        self.actual = actual
        self.algorithm = "sha256"
        self.detail = detail


class TableCopy:
    """The copy of the table of one model, in one file.

    Args:
        path: The file; its folder is made when it is missing.
        model_id: The model whose table it holds.
    """

    def __init__(self, path: Path, model_id: str) -> None:
        self._path = path
        self._model_id = model_id
        self._folders = durable.Folders()

    def write(self, table: RoutingTable, confirmed_at: datetime) -> None:
        """Replace the copy; after a power loss it is the old or the new one, never a part.

        Args:
            table: What to keep.
            confirmed_at: When the catalogue last said so, aware UTC.

        Raises:
            StorageUnavailableError: The disk does not take it.
        """
        text = table.to_json().encode()
        moment = canonical.to_microseconds(confirmed_at)
        head = {"confirmed_at": moment, "format": _FORMAT, "sha256": _digest(moment, text)}
        # A name of its own: many processes may keep their copy in the same place.
        staging = self._path.with_name(f".{self._path.name}-{uuid.uuid4().hex}")
        with durable.disk_errors(self._path):
            self._folders.make(self._path.parent)
            durable.write_file(
                self._path,
                canonical.encode(head) + b"\n" + text + b"\n",
                staging=staging,
                folders=self._folders,
            )

    def find(self) -> tuple[RoutingTable, datetime] | None:
        """Return the table and when it was confirmed; None when there is no copy.

        Raises:
            DamagedTableCopyError: The copy is torn, was changed, or is of another model.
            NewerFormatError: A later release wrote it.
            StorageUnavailableError: The disk does not give it.
        """
        with durable.disk_errors(self._path):
            try:
                content = self._path.read_bytes()
            except FileNotFoundError:
                return None
        first, _, rest = content.partition(b"\n")
        head = self._head(first)
        text = rest.removesuffix(b"\n")
        expected, actual = head["sha256"], _digest(head["confirmed_at"], text)
        if expected != actual:
            raise DamagedTableCopyError(
                str(self._path),
                f"it digests to sha256 {actual}, its first line says {expected}",
                expected=expected,
                actual=actual,
            )
        return self._table(text), canonical.from_microseconds(head["confirmed_at"])

    def _head(self, line: bytes) -> dict[str, Any]:
        try:
            head = canonical.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DamagedTableCopyError(str(self._path), f"its first line: {error}") from error
        if not isinstance(head, dict) or not isinstance(head.get("format"), int):
            raise DamagedTableCopyError(str(self._path), "its first line names no format")
        if head["format"] > _FORMAT:
            raise NewerFormatError(str(self._path), head["format"], _FORMAT)
        if head["format"] != _FORMAT:
            raise DamagedTableCopyError(str(self._path), f"its format is {head['format']}")
        if not isinstance(head.get("sha256"), str) or not isinstance(head.get("confirmed_at"), int):
            raise DamagedTableCopyError(
                str(self._path), "its first line lacks the digest or the time"
            )
        return head

    def _table(self, text: bytes) -> RoutingTable:
        try:
            table = RoutingTable.from_json(text)
        except DamagedCatalogueError as error:
            raise DamagedTableCopyError(str(self._path), error.detail) from error
        if table.model_id != self._model_id:
            raise DamagedTableCopyError(
                str(self._path),
                f"it is of the model {table.model_id!r}, the router is of {self._model_id!r}",
            )
        return table


def _digest(moment: int, text: bytes) -> str:
    return hashlib.sha256(b"%d\n" % moment + text).hexdigest()
