import struct
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from zhike.core.imports.cells import damage
from zhike.core.imports.problems import message
from zhike.core.imports.readers import (
    open_table,
    workbook_child,
    workbook_guard,
    workbook_stream,
)
from zhike.core.imports.readers import workbook as workbook_reader
from zhike.core.tests.imports.files import WHEN, problem_code, read

pytestmark = pytest.mark.pure

# ---------------------------------------------------------------- workbooks


def make_workbook(path: Path, rows, sheet="Sheet1"):
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"})
    page = book.add_worksheet(sheet)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str) and value.startswith("="):
                page.write_formula(r, c, value, None, "cached")
            else:
                page.write(r, c, value)
    book.close()
    return path


def test_cells_of_a_workbook_become_text(tmp_path):
    header = ["a", "b", "c", "d", "e"]
    rows = [
        [536365, 2.55, WHEN, True, "=HYPERLINK()"],
        [None] * 5,
        ["+86 138", -5, "'-5", 0, "ok"],
    ]
    table, found, _ = read(make_workbook(tmp_path / "x.csv", [header, *rows]))
    assert table.format == "xlsx"
    assert found == [
        (2, ("536365", "2.55", "2010-12-01 08:26:00", "TRUE", "cached")),
        (4, ("+86 138", "-5", "-5", "0", "ok")),
    ]


def test_a_long_number_that_excel_has_rounded_is_marked(tmp_path):
    _, rows, _ = read(
        make_workbook(tmp_path / "x.xlsx", [["id", "n"], [110101199003071235, 123456789012345]])
    )
    assert damage(rows[0][1][0])[0] == "number_damaged"
    assert rows[0][1][1] == "123456789012345"


def test_a_table_that_begins_further_down_keeps_its_row_numbers(tmp_path):
    _, rows, _ = read(make_workbook(tmp_path / "x.xlsx", [[], [], ["a", "b"], [1, 2]]))
    assert rows == [(4, ("1", "2"))]


def test_sheets_are_offered_and_chosen(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "x.xlsx"))
    for name in ("空", "订单"):
        book.add_worksheet(name)
    book.get_worksheet_by_name("订单").write_row(0, 0, ["a", "b"])
    book.get_worksheet_by_name("订单").write_row(1, 0, [1, 2])
    book.close()
    table, rows, _ = read(tmp_path / "x.xlsx")
    assert (list(table.sheets), table.sheet, len(rows)) == (["空", "订单"], "订单", 1)
    assert problem_code(tmp_path / "x.xlsx", sheet="nope") == "no_such_sheet"


def rebuilt(source: Path, target: Path, change) -> Path:
    """Copy a workbook, each part's bytes passed through ``change(name, bytes)``."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return target


@pytest.fixture
def workbook(tmp_path):
    return make_workbook(tmp_path / "plain.xlsx", [["a", "b"], ["x", 1], ["y", 2]])


def test_a_bomb_is_refused_by_what_it_declares(tmp_path, workbook):
    zeros = b"<!-- " + b" " * 50_000_000 + b" -->"
    path = rebuilt(
        workbook, tmp_path / "b.xlsx", lambda _, b: b.replace(b"</sheetData>", b"</sheetData>" + zeros)
    )
    assert path.stat().st_size < 200_000
    assert problem_code(path) == "workbook_bomb"


def test_a_bomb_that_lies_about_its_size_is_counted(tmp_path, workbook):
    zeros = b" " * 50_000_000
    path = rebuilt(workbook, tmp_path / "b.xlsx", lambda n, b: b + zeros if n.endswith("sheet1.xml") else b)
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = next(i.file_size for i in archive.infolist() if i.filename.endswith("sheet1.xml"))
    path.write_bytes(content.replace(struct.pack("<I", size), struct.pack("<I", 900)))
    assert problem_code(path) in {"workbook_bomb", "damaged_workbook"}


def test_too_many_parts_are_refused(tmp_path, workbook):
    with zipfile.ZipFile(workbook, "a") as archive:
        for n in range(workbook_guard.MAX_ENTRIES):
            archive.writestr(f"x{n}", b"")
    assert problem_code(workbook) == "workbook_bomb"


@pytest.mark.parametrize(
    "prolog",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        b'<!doctype x [<!ENTITY % p SYSTEM "http://127.0.0.1/">]>',
    ],
)
@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_are_refused(tmp_path, workbook, prolog, part):
    path = rebuilt(
        workbook, tmp_path / "e.xlsx", lambda n, b: b.replace(b"?>", b"?>" + prolog, 1) if n == part else b
    )
    assert problem_code(path) == "workbook_entities"


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'r="A2"', b'r="XFD2"'), (b'r="A2"', b'r="A1048577"'), (b'<row r="2"', b'<row r="999999999"')],
)
def test_lying_geometry_is_refused(tmp_path, workbook, old, new):
    path = rebuilt(workbook, tmp_path / "g.xlsx", lambda _, b: b.replace(old, new))
    assert problem_code(path) == "workbook_geometry"


def test_a_claimed_dimension_alone_costs_nothing(tmp_path, workbook):
    path = rebuilt(
        workbook, tmp_path / "d.xlsx", lambda _, b: b.replace(b'ref="A1:B3"', b'ref="A1:XFD1048576"')
    )
    assert read(path)[1] == [(2, ("x", "1")), (3, ("y", "2"))]


def test_a_sheet_that_needs_too_much_memory_is_refused(tmp_path, workbook, monkeypatch):
    monkeypatch.setattr(workbook_reader, "MEMORY_MB", 300)
    path = rebuilt(workbook, tmp_path / "m.xlsx", lambda _, b: b.replace(b'r="B3"', b'r="AMJ3"').replace(
        b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'))  # fmt: skip
    assert problem_code(path) == "workbook_memory"


def test_a_shared_string_out_of_range_is_a_damaged_workbook_or_a_blank(tmp_path, workbook):
    path = rebuilt(
        workbook,
        tmp_path / "s.xlsx",
        lambda _, b: b.replace(b'<c r="A2" t="s"><v>2</v>', b'<c r="A2" t="s"><v>99999</v>'),
    )
    assert problem_code(path) == "damaged_workbook"


def test_closing_ends_the_reading_process(workbook):
    table = open_table(workbook)
    process = table._child.process
    table.close()
    assert process.poll() is not None
    assert [b.rows for b in table.batches()] == [[2, 3]]


# ---------------------------------------------------------------- Parquet


def test_types_of_parquet_become_text(tmp_path):
    columns = {
        "whole": pa.array([536365, None]),
        "real": pa.array([2.55, 17850.0]),
        "long": pa.array([1.10101199003071e17, float("nan")]),
        "when": pa.array([WHEN, None], pa.timestamp("ns")),
        "day": pa.array([date(2024, 2, 29), None]),
        "exact": pa.array([Decimal("1.10"), None]),
        "word": pa.array(["好\x00", " "]).dictionary_encode(),
        "list": pa.array([[1, 2], None]),
    }
    pq.write_table(pa.table(columns), tmp_path / "x.bin")
    table, rows, _ = read(tmp_path / "x.bin")
    assert table.format == "parquet"
    first, second = (dict(zip(table.columns, cells, strict=True)) for _, cells in rows)
    assert [r[0] for r in rows] == [1, 2]
    assert damage(first["long"])[0] == "number_damaged"
    assert damage(first["word"])[0] == "nul_character"
    rest = ("whole", "real", "when", "day", "exact", "list")
    assert [first[n] for n in rest] == [
        "536365",
        "2.55",
        "2010-12-01 08:26:00",
        "2024-02-29",
        "1.10",
        "[1, 2]",
    ]
    assert (second["real"], second["long"], second["word"]) == ("17850", None, None)


def test_messages_can_be_rendered():
    from zhike.core.imports.problems import MESSAGES, Problem

    assert all(message(Problem(code, {})) for code in MESSAGES)


# ---------------------------------------------------------------- large workbooks are streamed


def both_ways(path: Path):
    """Rows of the first sheet as calamine and as our own streaming reader give them, blank ends cut off."""
    sheet, _ = workbook_child.open_sheet(path, "")
    whole = [(n, cells) for n, cells in workbook_child.rows_of(sheet) if any(cells)]
    name, names, rows = workbook_stream.stream(path, "xl/worksheets/sheet1.xml")
    streamed = [(n, cells) for n, cells in rows if any(cells)]
    assert (name, names) == (sheet.name, [sheet.name])
    return [[(n, "|".join(c).rstrip("|")) for n, c in found] for found in (whole, streamed)]


@pytest.mark.parametrize("constant_memory", [False, True])
def test_streamed_and_whole_workbooks_read_the_same(tmp_path, constant_memory):
    book = xlsxwriter.Workbook(str(tmp_path / "x.xlsx"), {"constant_memory": constant_memory})
    page = book.add_worksheet("订单")
    styles = [
        None,
        *(book.add_format({"num_format": f}) for f in ("yyyy-mm-dd hh:mm", "0.00", "#,##0 [Red]", "m/d/yy")),
    ]
    page.write_row(2, 1, ["a", "b", "", "c&<d>", "龘𠮷", "line\nbreak"])
    for r, value in enumerate([0.1, 40513.351388888892, 1e15, 110101199003071235, -5, 2.55, 17850], 4):
        for c, style in enumerate(styles):
            page.write_number(r, c, value, style) if style is not None else page.write_number(r, c, value)
    page.write_formula(12, 0, "=1+1", None, 2)
    page.write_formula(12, 1, '=A1&"x"', None, "text")
    page.write_boolean(12, 3, boolean=True)
    page.write_rich_string(12, 4, "a", book.add_format({"bold": True}), "b", "c")
    book.close()
    whole, streamed = both_ways(tmp_path / "x.xlsx")
    assert [r[0] for r in streamed] == [r[0] for r in whole]
    assert streamed[0] == whole[0]
    assert streamed[-1] == whole[-1]
    assert [r[1].split("|")[0] for r in streamed] == [r[1].split("|")[0] for r in whole]
    assert streamed[2] == whole[2]


def test_a_large_sheet_is_streamed(tmp_path, workbook):
    spaces = b"<!--" + bytes(b"abcdefghij"[i % 10] for i in range(1000)) * 160_000 + b"-->"
    path = tmp_path / "large.xlsx"
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            sheet = info.filename.endswith("sheet1.xml")
            new.writestr(
                info.filename,
                content.replace(b"</sheetData>", b"</sheetData>" + spaces) if sheet else content,
            )
    assert workbook_stream.large_sheet(path, "") == "xl/worksheets/sheet1.xml"
    assert read(path)[1] == [(2, ("x", "1")), (3, ("y", "2"))]
