"""Rows out of the database, exactly as they are in it."""

import threading
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from django.db import connection

from zhike.core import extract
from zhike.core.extract import DAY, INSTANT, INT, REAL, TEXT, Extract, KeyRange
from zhike.core.models import ChangelogEntry, Sequence, Setting
from zhike.core.tests.databases import real_database

__all__ = ["real_database"]

LOG = Extract(
    "core_changelogentry",
    {
        "id": ("id", INT),
        "note": ("note", TEXT),
        "by_id": ("by_id", INT),
        "rows": ("rows", INT),
        "at": ("at", INSTANT),
    },
    nullable=frozenset({"by_id"}),
)
AT = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)
NASTY = [
    "",
    "plain",
    'say "hi"',
    "a,b",
    "line\nbreak",
    "carriage\r\nreturn",
    "知客 😀",
    "'",
    "\\",
    "NULL",
    " ",
    '"',
    "\t",
    "\\N",
]


def entries(*notes, **values):
    return ChangelogEntry.objects.bulk_create(
        ChangelogEntry(**({"at": AT, "by_login": "x", "action": "a", "note": note, "rows": n} | values))
        for n, note in enumerate(notes)
    )


@pytest.mark.django_db
def test_every_text_comes_out_as_it_went_in():
    made = entries(*NASTY)
    rows = LOG.table().to_pylist()
    assert [r["note"] for r in rows] == NASTY
    assert [r["id"] for r in rows] == [m.pk for m in made]
    assert {r["at"] for r in rows} == {AT.replace(tzinfo=None)}


@pytest.mark.django_db
def test_numbers_keep_sign_size_and_absence():
    entries("a", by_id=None)
    entries("b", by_id=-(2**62), rows=-5)
    rows = LOG.table().to_pylist()
    assert [(r["by_id"], r["rows"]) for r in rows] == [(None, 0), (-(2**62), -5)]


@pytest.mark.django_db
def test_gaps_between_keys_are_jumped_and_ranges_respected(django_assert_num_queries):
    first, second, third = (entries("x", id=pk)[0].pk for pk in (5, 5_000_000, 9_000_000_000))
    with django_assert_num_queries(7):
        assert LOG.table()["id"].to_pylist() == [first, second, third]
    assert LOG.table(KeyRange(6, third))["id"].to_pylist() == [second]
    assert LOG.table(KeyRange(None, second))["id"].to_pylist() == [first]
    assert LOG.table(KeyRange(second, None))["id"].to_pylist() == [second, third]


@pytest.mark.django_db
def test_a_range_without_rows_is_an_empty_table_of_the_right_types():
    found = LOG.table(KeyRange(10, 20))
    assert (found.num_rows, found.schema) == (0, LOG.schema)


@pytest.mark.django_db
def test_a_nullable_number_that_was_not_named_fails_instead_of_shifting_columns():
    entries("a", by_id=None)
    careless = Extract("core_changelogentry", {"by_id": ("by_id", INT), "rows": ("rows", INT)})
    with pytest.raises(pa.ArrowInvalid):
        careless.table()


@pytest.mark.django_db
def test_floats_and_dates_are_exact():
    entries("x")
    number = Extract("core_changelogentry", {"n": ("rows + 0.1", REAL), "d": ("date(at)", DAY)})
    assert number.table().to_pylist() == [{"n": 0.1, "d": date(2026, 2, 3)}]


def test_a_snapshot_sees_one_moment_while_others_write(real_database):
    Sequence.objects.create(name="a", value=1)
    both = "SELECT (SELECT count(*) FROM core_sequence), (SELECT count(*) FROM core_setting)"
    with extract.snapshot():
        assert extract.query(both) == [(1, 0)]
        elsewhere(lambda: (Sequence.objects.create(name="b"), Setting.objects.create(key="k", value=1)))
        Sequence.objects.create(name="c")
        assert extract.query(both) == [(1, 0)]
    assert extract.query(both) == [(3, 1)]


def test_a_snapshot_holds_from_its_beginning_not_from_its_first_read(real_database):
    with extract.snapshot():
        Sequence.objects.create(name="late")
        assert extract.query("SELECT count(*) FROM core_sequence") == [(0,)]


def elsewhere(write):
    def run():
        try:
            write()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
