"""The copy of a table on the disk: whole or refused."""

import json
from datetime import UTC, datetime

import pytest

from modelkeep.deployment.routing.table_copy import DamagedTableCopyError, TableCopy
from modelkeep.errors import NewerFormatError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_copy_keeps_table_and_time(sqlite, copy_path):
    copy = TableCopy(copy_path, "m")
    assert copy.find() is None
    table = sqlite.table_of([(0, 2**64, 1)], weights=(1.0,), overrides={"Zoë": 1}, shadow=1)
    copy.write(table, NOW)
    assert copy.find() == (table, NOW)


def test_every_flipped_or_missing_byte_of_a_copy_is_found(sqlite, copy_path):
    copy = TableCopy(copy_path, "m")
    copy.write(sqlite.table_of([(0, 9, 1)], weights=(0.1,)), NOW)
    whole = copy_path.read_bytes()
    copy_path.chmod(0o600)
    # The line feed at the end says nothing.
    for place in range(len(whole) - 1):
        flipped = bytearray(whole)
        flipped[place] ^= 0x01
        for content in (bytes(flipped), whole[:place]):
            copy_path.write_bytes(content)
            with pytest.raises((DamagedTableCopyError, NewerFormatError)) as caught:
                copy.find()
            assert str(copy_path) in str(caught.value)


def test_a_changed_copy_is_refused_with_what_to_do(sqlite, copy_path):
    copy = TableCopy(copy_path, "m")
    copy.write(sqlite.table_of(), NOW)
    text = copy_path.read_text().replace('"v0"', '"evil"')
    copy_path.chmod(0o600)
    copy_path.write_text(text)
    said = r"m\.table is no usable copy of a routing table: it digests to sha256 .*; remove it"
    with pytest.raises(DamagedTableCopyError, match=said) as caught:
        copy.find()
    assert len(caught.value.expected) == len(caught.value.actual) == 64
    assert caught.value.expected != caught.value.actual


def test_a_copy_of_another_model_or_of_a_later_release_is_refused(sqlite, copy_path):
    TableCopy(copy_path, "other").write(sqlite.table_of(model_id="other"), NOW)
    with pytest.raises(DamagedTableCopyError, match="of the model 'other', the router is of 'm'"):
        TableCopy(copy_path, "m").find()
    copy_path.chmod(0o600)
    copy_path.write_text(json.dumps({"format": 2}) + "\nwhat later releases write\n")
    with pytest.raises(NewerFormatError, match="has format 2, this release reads up to 1"):
        TableCopy(copy_path, "m").find()
