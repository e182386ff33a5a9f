import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.core.imports.cells import damage, guard_formula, unguard_formula
from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers import (
    open_table,
    question_of,
)
from zhike.core.tests.imports.files import problem_code, read, write

pytestmark = pytest.mark.pure

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
