import csv
import io
import struct
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from zhike.core.imports.cells import damage, guard_formula, unguard_formula
from zhike.core.imports.problems import FileProblem, message
from zhike.core.imports.readers import (
    ReadOptions,
    open_table,
    question_of,
    workbook_child,
    workbook_guard,
    workbook_stream,
)
from zhike.core.imports.readers import workbook as workbook_reader

pytestmark = pytest.mark.pure

WHEN = datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - cells have no zone


def write(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, **options):
    """Rows as (row number, cells), faults as {row number: code}."""
    table = open_table(path, ReadOptions(**options))
    rows, faults = [], {}
    for batch in table.batches():
        rows += zip(batch.rows, zip(*batch.columns, strict=True), strict=True)
        faults |= {batch.rows[i]: p.code for i, p in batch.faults.items()}
    return table, rows, faults


def problem_code(path: Path, **options) -> str:
    with pytest.raises(FileProblem) as caught:
        read(path, **options)
    assert str(caught.value)
    return caught.value.code


# ---------------------------------------------------------------- encodings (F12, F13, F02 of the faults)

CHINESE = "姓名,城市\n张三,北京\n李四,上海\n欧阳娜娜,龘\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_encoding_reads_the_same(tmp_path, encoding):
    text = CHINESE.replace("龘", "旗") if encoding == "gbk" else CHINESE
    text = "name,number\n" + text if encoding.startswith("utf-16-") else text
    table, rows, faults = read(write(tmp_path, text.encode(encoding)))
    assert not faults
    assert question_of(table) is None
    assert rows[-1][1] == tuple(text.splitlines()[-1].split(","))


@given(
    st.text(
        st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=20
    )
)
def test_what_is_written_in_gb18030_is_read_unchanged(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("gb")
    body = io.StringIO()
    csv.writer(body).writerows([["姓名", "城市"], ["张三丰", "北京市"], [f"x{name}x", "上海市海淀区人民路"]])
    _, rows, _ = read(write(folder, body.getvalue().encode("gb18030")), encoding="gb18030")
    assert rows[-1][1][0] == f"x{name}x"


def common_characters_that_are_valid_utf8():
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            pair = bytes([high, low])
            try:
                pair.decode("utf-8")
                yield pair.decode("gb2312")
            except UnicodeDecodeError:
                continue


def test_gbk_that_is_valid_utf8_is_a_question_never_a_guess(tmp_path):
    characters = list(common_characters_that_are_valid_utf8())
    assert len(characters) == 682
    for character in [*characters[::13], "模"]:
        path = write(tmp_path, f"name,city\n{character},1\n".encode("gbk"))
        table = open_table(path)
        question = question_of(table)
        assert question is not None, character
        assert [c.encoding for c in question.candidates] == ["utf-8", "gb18030"]
        assert character in question.candidates[1].sample[0]
        with pytest.raises(FileProblem) as asked:
            open_table(path, ask=True)
        assert asked.value.code == "encoding_unclear"
        assert read(path, encoding="gb18030")[1] == [(2, (character, "1"))]


@pytest.mark.parametrize("text", ["José,1", "naïve café,2", "price £30,3", "Ørsted Ålesund,4"])
def test_european_utf8_is_no_question(tmp_path, text):
    table, rows, _ = read(write(tmp_path, f"name,n\n{text}\n"))
    assert question_of(table) is None
    assert rows[0][1] == tuple(text.split(","))


def test_an_encoding_that_only_gives_rare_characters_is_a_question(tmp_path):
    path = write(tmp_path, "name,city\nMüller,Köln\nGrößer,Fürth\n".encode("cp1252"))
    question = question_of(open_table(path))
    assert question is not None
    assert "cp1252" in [c.encoding for c in question.candidates]
    assert read(path, encoding="cp1252")[1][0][1] == ("Müller", "Köln")


def test_bytes_that_are_no_text_name_the_line(tmp_path):
    path = write(tmp_path, b"a,b\n" + "好,1\n".encode() * 3 + b"\xff\xff\xfe,2\n")
    with pytest.raises(FileProblem) as caught:
        open_table(path)
    assert (caught.value.code, caught.value.params["line"]) == ("not_decodable", 5)


def test_with_a_stated_encoding_damaged_bytes_cost_only_their_cell(tmp_path):
    _, rows, _ = read(write(tmp_path, b"a,b\n1,x\n2,\xff\n3,y\n"), encoding="utf-8")
    assert damage(rows[1][1][1])[0] == "undecodable"
    assert [r[1][0] for r in rows] == ["1", "2", "3"]


def test_an_unknown_encoding_is_refused(tmp_path):
    assert problem_code(write(tmp_path, "a,b\n1,2\n"), encoding="klingon") == "unknown_encoding"
    assert problem_code(write(tmp_path, "a,b\n1,2\n"), encoding="base64") == "unknown_encoding"


# ---------------------------------------------------------------- CSV


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "comma"), ("\t", "tab"), (";", "semicolon"), ("|", "bar")]
)
def test_delimiters_are_found(tmp_path, delimiter, name):
    lines = [delimiter.join(r) for r in (["a", "b", "c"], ["1", "2,5", "3"], ["4", "5", "6"])]
    text = "\n".join(lines).replace("2,5", '"2,5"' if delimiter == "," else "2,5")
    table, rows, _ = read(write(tmp_path, text, "export.xls"))
    assert table.delimiter == delimiter
    assert rows[0][1] == ("1", "2,5", "3")


def test_white_space_between_columns(tmp_path):
    _, rows, _ = read(write(tmp_path, " 1 19970101  2  29.33\n 2 19970118  1  29.73\n"), header=False)
    assert rows == [(1, ("1", "19970101", "2", "29.33")), (2, ("2", "19970118", "1", "29.73"))]


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path):
    _, rows, _ = read(write(tmp_path, 'a,b\n1,"x\ny"\n\n,,\n2,z\n'))
    assert rows == [(2, ("1", "x\ny")), (5, ("2", "z"))]


def test_an_open_quote_costs_its_own_row(tmp_path):
    text = 'name,n\n"张三,1\n' + "".join(f"李{i},{i}\n" for i in range(5000))
    _, rows, faults = read(write(tmp_path, text))
    assert faults == {2: "open_quote"}
    assert len(rows) == 5001
    assert rows[-1] == (5002, ("李4999", "4999"))


def test_an_open_quote_that_another_row_would_close_is_found(tmp_path):
    text = 'name,n\n"张三,1\n"李四",2\n王五,3\n'
    _, rows, faults = read(write(tmp_path, text))
    assert faults == {2: "open_quote"}
    assert rows[1:] == [(3, ("李四", "2")), (4, ("王五", "3"))]


def test_an_open_quote_in_the_last_line(tmp_path):
    _, rows, faults = read(write(tmp_path, 'a,b\n1,2\n3,"4'))
    assert faults == {3: "open_quote"}
    assert rows[0] == (2, ("1", "2"))


def test_nothing_but_open_quotes_is_no_csv(tmp_path):
    assert problem_code(write(tmp_path, "a,b\n" + '"x,1\n' * 5000)) == "too_many_open_quotes"


def test_quotes_within_text_are_text(tmp_path):
    _, rows, faults = read(write(tmp_path, 'a,b\n5" pipe,1\n"say ""hi""",2\n"x"y,3\n'))
    assert not faults
    assert [r[1][0] for r in rows] == ['5" pipe', 'say "hi"', "xy"]


@pytest.mark.parametrize("giant", ["x" * 200_000, "x" * 9_000_000, '"' + "x" * 200_000 + '"'])
def test_a_giant_field_costs_its_own_row(tmp_path, giant):
    _, rows, faults = read(write(tmp_path, f"a,b\n1,2\n3,{giant}\n5,6\n"))
    codes = {faults.get(3), damage(rows[1][1][1] or "")[0]}
    assert "giant_field" in codes
    assert (rows[0], rows[-1]) == ((2, ("1", "2")), (4, ("5", "6")))


def test_nul_costs_its_own_cell(tmp_path):
    _, rows, faults = read(write(tmp_path, "a,b\n1,x\x00y\n2,z\n"))
    assert not faults
    assert damage(rows[0][1][1])[0] == "nul_character"
    assert rows[1] == (3, ("2", "z"))


def test_ragged_rows_are_faults_and_never_shift(tmp_path):
    _, rows, faults = read(write(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,2,3\n"))
    assert faults == {2: "ragged_row", 3: "ragged_row"}
    assert [r[0] for r in rows] == [2, 3, 4, 5]


def test_headers_repeated_empty_wide_and_with_mark(tmp_path):
    table, _, _ = read(write(tmp_path, "\ufeff手机,手机,, Ｎａｍｅ \n1,2,3,4\n"))
    assert table.columns == ("手机 (1)", "手机 (2)", "(3)", "Ｎａｍｅ")
    assert table.find("name") == 3
    assert table.find("手机") is None
    assert table.find("手机 (2)") == 1
    assert table.find("missing") is None
    assert table.same_named("手机") == ["手机 (1)", "手机 (2)"]


def test_a_title_above_the_header(tmp_path):
    table, rows, _ = read(write(tmp_path, "销售明细,\n\n单号,金额\nA,1\n"), header_row=3)
    assert (table.columns, rows) == (("单号", "金额"), [(4, ("A", "1"))])


@given(st.text(st.sampled_from("'=+-@ \t5aA%|＝"), max_size=8))
def test_the_guard_against_formulas_comes_off_again(cell):
    guarded = guard_formula(cell)
    assert unguard_formula(guarded) == cell
    assert not guarded.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))


# ---------------------------------------------------------------- what is not a table


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n \n", "empty_file"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (b"<?xml version='1.0'?><Workbook/>", "not_a_table"),
        (b"PK\x03\x04 broken", "damaged_workbook"),
        (b"PAR1 broken PAR1", "damaged_parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged_workbook"),
    ],
)
def test_foreign_files_are_named(tmp_path, content, code):
    assert problem_code(write(tmp_path, content)) == code


def test_a_protected_workbook_says_so(tmp_path):
    content = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 99
    )
    assert problem_code(write(tmp_path, content, "secret.xlsx")) == "password_protected"


def test_a_missing_file_and_a_folder(tmp_path):
    assert problem_code(tmp_path / "none.csv") == "file_missing"
    assert problem_code(tmp_path) == "file_unreadable"


def test_an_html_table_named_xls_is_read(tmp_path):
    html = "<html><meta charset=gbk><table><tr><th>单号<th>金额</tr>"
    html += "<tr><td>A&amp;B</td><td>1<br>2</td></tr><tr></tr></table>"
    table, rows, _ = read(write(tmp_path, html.encode("gbk"), "export.xls"))
    assert (table.format, table.columns, rows) == ("html", ("单号", "金额"), [(2, ("A&B", "1\n2"))])


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
