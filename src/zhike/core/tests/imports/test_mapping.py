from pathlib import Path

import pytest

from zhike.core.imports.conditions import read_condition
from zhike.core.imports.mapping import check_against, check_filled, load_mapping, read_mapping, suggest
from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers import open_table
from zhike.core.tests.imports.factories import bills, csv_file

pytestmark = pytest.mark.pure

TEXT = """
kind = "bills"
source = "shop"
timezone = "Europe/London"
delimiter = "tab"

[fields]
number = "No."
amount = { column = "Sum", decimal_comma = true }
at = { column = "Date", format = ["dmy", "%d %b %Y"], default = "2024-01-01" }
type = { column = "Kind", values = { "S" = "sale" } }

[values.type]
R = "return"

[constants]
article = "any"

[options]
create_missing = false

[[rule]]
when = ["number starts with C", "amount < 0"]
set = { type = "return" }

[[skip]]
when = "amount = 0"
"""


def problem(text_or_data, kind="bills"):
    with pytest.raises(FileProblem) as caught:
        load_mapping(text_or_data, kind=kind) if isinstance(text_or_data, str) else read_mapping(
            text_or_data, kind=kind
        )
    assert str(caught.value)
    return caught.value.code


def test_a_mapping_survives_the_way_to_plain_values_and_back():
    mapping = load_mapping(TEXT)
    again = read_mapping(mapping.to_dict())
    assert again == mapping
    assert again.digest() == mapping.digest()
    assert mapping.spec("type").values == (("R", "return"),)
    assert mapping.delimiter == "\t"
    assert mapping.filled() == {"number", "amount", "at", "type", "article"}


def test_the_shipped_example_is_a_mapping():
    example = Path(__file__).parents[5] / "examples" / "online-retail.toml"
    mapping = load_mapping(example.read_text(encoding="utf-8"), kind="orders")
    assert (mapping.source, mapping.timezone) == ("online-retail", "Europe/London")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kind = ", "mapping_syntax"),
        ("[" * 5000, "mapping_syntax"),
        ("kind = 'orders'", "mapping_kind"),
        ("colour = 1", "mapping_unknown_key"),
        ("kind = 3", "mapping_value"),
        ("fields = 3", "mapping_value"),
        ("[fields]\nnumber = true", "mapping_value"),
        ("[fields]\nnumber = { column = 'a', value = 'b' }", "mapping_value"),
        ("[fields]\nnumber = { colum = 'a' }", "mapping_unknown_key"),
        ("[fields]\nat = { column = 'a', format = 3 }", "mapping_value"),
        ("timezone = 'Mars/Olympus'", "mapping_value"),
        ("timezone = '../../etc/passwd'", "mapping_value"),
        ("delimiter = '::'", "mapping_value"),
        ("[[rule]]\nwhen = '__import__(1)'\nset = { a = 1 }", "mapping_condition"),
        ("[[rule]]\nset = { a = 1 }", "mapping_value"),
        ("[skip]\nwhen = 'a = 1'", "mapping_value"),
        ("[values]\ntype = { a = 'b' }", "mapping_value"),
    ],
)
def test_every_entry_is_checked(text, code):
    assert problem(text) == code


def test_unknown_fields_and_options_are_named():
    for data in (
        {"fields": {"colour": "a"}},
        {"rule": [{"when": "colour = 1", "set": {"type": "sale"}}]},
        {"rule": [{"when": "number = 1", "set": {"colour": "red"}}]},
        {"skip": [{"when": "colour = 1"}]},
    ):
        mapping = read_mapping(data, kind="bills")
        with pytest.raises(FileProblem) as caught:
            check_against(mapping, bills().fields, bills().option_defaults())
        assert (caught.value.code, caught.value.params["field"]) == ("mapping_unknown_field", "colour")
    with pytest.raises(FileProblem):
        check_against(
            read_mapping({"options": {"x": 1}}, kind="bills"), bills().fields, bills().option_defaults()
        )


def test_missing_columns_are_named_with_those_that_are_there(tmp_path):
    table = open_table(csv_file(tmp_path, "No,Sum,Sum\n1,2,3\n"))

    def check(fields):
        with pytest.raises(FileProblem) as caught:
            check_filled(read_mapping({"fields": fields}, kind="bills"), bills().fields, table)
        return caught.value

    missing = check({"number": "Nummer", "amount": "Sum (2)"})
    assert (missing.code, missing.params) == (
        "mapping_missing_columns",
        {"missing": "Nummer", "columns": "No, Sum (1), Sum (2)"},
    )
    assert check({"number": "No"}).code == "mapping_required"
    assert check({"number": "No", "amount": "ＳＵＭ"}).code == "ambiguous_column"


def test_columns_are_found_by_alias_width_case_and_likeness(tmp_path):
    table = open_table(csv_file(tmp_path, "单 号,金额（元）,Ａrticle,timme,other\n1,2,3,4,5\n"))
    found = {s.field: s.column for s in suggest(bills().fields, table, kind="bills").fields}
    assert found == {"number": "单 号", "article": "Ａrticle", "at": "timme"}
    table = open_table(csv_file(tmp_path, "bill,amounts,type\n1,2,3\n"))
    found = {s.field: s.column for s in suggest(bills().fields, table, kind="bills").fields}
    assert found == {"number": "bill", "amount": "amounts", "type": "type"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("price <= 0", ("price", "<=", "0")),
        ("number starts with C", ("number", "starts with", "C")),
        ('number is "C 1"', ("number", "is", "C 1")),
        ("note is not empty", ("note", "is not empty", "")),
        ("type in sale, return", ("type", "in", "sale, return")),
        ("a.b != x", ("a.b", "!=", "x")),
    ],
)
def test_conditions(text, parts):
    condition = read_condition(text)
    assert (condition.field, condition.op, condition.value) == parts


@pytest.mark.parametrize(
    "text", ["", "price", "price <", "price is empty now", "a b c", "1; drop", "x" * 1000, "a ~ b"]
)
def test_anything_else_is_no_condition(text):
    with pytest.raises(FileProblem):
        read_condition(text)


def test_literals_are_read_like_the_field():
    test = read_condition("amount <= 0.5").compile(bills().field("amount").type.parser(_spec()))
    assert [test(v) for v in (50, 51, None)] == [True, False, False]
    with pytest.raises(FileProblem):
        read_condition("amount <= cheap").compile(bills().field("amount").type.parser(_spec()))


def _spec():
    from zhike.core.imports.fields import ParseSpec

    return ParseSpec()
