"""A later release of the package: a copy with one migration more, and code that knows it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import modelkeep
from modelkeep.catalogue.catalogue import HEAD
from modelkeep.catalogue.own_tables import KNOWN
from modelkeep.catalogue.tables import MODELS

NEXT = f"{int(HEAD) + 1:04d}"
NEXT_TRACKING = f"{int(KNOWN['tracking'][-1]) + 1:04d}"
SEALED = [column.name for column in MODELS.columns]

MIGRATION = """
import os
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from modelkeep.catalogue.migrations.sealing import reseal

revision = "{next}"
down_revision = "{head}"
branch_labels = None
depends_on = None
BEFORE = {before}
AFTER = {after}


def upgrade() -> None:
    # Outside of the database, so that a run that is undone is told as well.
    with Path(os.environ["UPGRADE_RUNS"]).open("a") as file:
        file.write("run\\n")
    op.add_column("models", sa.Column("notes", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE models SET notes = 'about ' || model_id")
    op.create_table("notes", sa.Column("note", sa.Text(), primary_key=True))
    op.execute("INSERT INTO notes VALUES ('made')")
    reseal(op.get_bind(), "models", before=BEFORE, after=AFTER)
    if "UPGRADE_FAILS" in os.environ:
        op.execute("UPDATE models SET name_key = 'the same'")
"""

ROOM_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tracked_copies", sa.Column("note", sa.Text(), nullable=True))
    op.execute("UPDATE tracked_copies SET note = 'about ' || model_id")
"""


def make(folder: Path) -> Path:
    """Make it in a folder and return what goes on the path of Python."""
    package = folder / "modelkeep"
    shutil.copytree(
        Path(modelkeep.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__")
    )
    _change(package / "catalogue/catalogue.py", f'HEAD = "{HEAD}"', f'HEAD = "{NEXT}"')
    _change(package / "catalogue/catalogue.py", "_KNOWN = (", f'_KNOWN = ("{NEXT}", ')
    last = '    Column("last_numbers", Text, nullable=False),\n'
    notes = '    Column("notes", Text, nullable=False),\n'
    _change(package / "catalogue/tables.py", last, last + notes)
    numbers = '        "last_numbers": "{}",\n'
    _change(package / "catalogue/registrations.py", numbers, numbers + '        "notes": "",\n')
    after = [*SEALED]
    after.insert(after.index("last_numbers") + 1, "notes")
    text = MIGRATION.format(next=NEXT, head=HEAD, before=SEALED, after=after)
    (package / f"catalogue/migrations/versions/{NEXT}_notes.py").write_text(text)
    _make_room(package / "catalogue")
    return folder


def _make_room(catalogue: Path) -> None:
    head = KNOWN["tracking"][-1]
    known = str(KNOWN["tracking"]).replace("'", '"')
    more = str((*KNOWN["tracking"], NEXT_TRACKING)).replace("'", '"')
    _change(catalogue / "own_tables.py", f'"tracking": {known}', f'"tracking": {more}')
    last = '    Column("rows_blake2b", LargeBinary(16), nullable=False),\n'
    _change(catalogue / "tracked_tables.py", last, last + '    Column("note", Text),\n')
    text = ROOM_MIGRATION.format(next=NEXT_TRACKING, head=head)
    (catalogue / f"migrations/versions_tracking/{NEXT_TRACKING}_notes.py").write_text(text)


def _change(path: Path, old: str, new: str) -> None:
    text, count = re.subn(re.escape(old), lambda _: new, path.read_text())
    assert count == 1, f"{old!r} is in {path.name} {count} times"
    path.write_text(text)
