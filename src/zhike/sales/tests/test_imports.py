"""Orders from files: lines, returns, skipped rows, repeats, other people's customers."""

import pytest

from zhike.catalog.models import Product
from zhike.core.imports.invariants import records_without_row
from zhike.core.imports.mapping import load_mapping
from zhike.core.imports.runner import run_import
from zhike.core.models import ChangelogEntry, OutboxEvent
from zhike.core.models.imports import ImportedObject
from zhike.core.permissions import SYSTEM
from zhike.customers.models import Customer, CustomerRef
from zhike.customers.tests.factories import make_customer, make_house
from zhike.sales.models import Order, OrderLine

pytestmark = pytest.mark.django_db

MAP = """
kind = "orders"
source = "till"
[fields]
number = "单号"
ordered_at = "时间"
customer = "客户"
product = "货号"
product_name = "品名"
quantity = "数量"
unit_price = "单价"
{more}
"""
HEAD = "单号,时间,客户,货号,品名,数量,单价"


def run(tmp_path, *lines, more="", by=SYSTEM, head=HEAD, dry_run=False):
    file = tmp_path / "orders.csv"
    file.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return run_import(file, load_mapping(MAP.format(more=more)), by=by, dry_run=dry_run)


def test_lines_become_an_order_with_what_it_needs(tmp_path):
    report = run(
        tmp_path,
        "S1,2026-11-01 10:30,M1,A1,五常大米,2,98",
        "S1,2026-11-01 10:20,M1,A1,五常大米,1.5,98",
        "S1,2026-11-01 10:40,M1,B2,糯米,1,26.005",
    )
    order = Order.objects.get()
    assert (report["created"], report["rejected"]) == (3, 0)
    assert order.amount_minor == 19600 + 14700 + 2601
    assert order.line_count == 3
    assert order.ordered_at.isoformat() == "2026-11-01T02:20:00+00:00"
    assert list(order.lines.order_by("line_no").values_list("line_no", "quantity_milli")) == [
        (1, 2000),
        (2, 1500),
        (3, 1000),
    ]
    assert Customer.objects.get().pk == order.customer_id
    assert set(Product.objects.values_list("code", "name")) == {("A1", "五常大米"), ("B2", "糯米")}


def test_the_same_file_twice_changes_nothing(tmp_path):
    lines = ["S1,2026-11-01 10:30,M1,A1,米,2,98", "S2,2026-11-02 09:00,,A1,米,1,98"]
    run(tmp_path, *lines)
    before = (OutboxEvent.objects.count(), list(Order.objects.values()), list(OrderLine.objects.values()))
    report = run(tmp_path, *lines)
    assert report["unchanged"] == 2
    assert (
        OutboxEvent.objects.count(),
        list(Order.objects.values()),
        list(OrderLine.objects.values()),
    ) == before


def test_a_corrected_file_updates_only_what_differs(tmp_path):
    run(tmp_path, "S1,2026-11-01 10:30,M1,A1,米,2,98", "S2,2026-11-02 09:00,M2,A1,米,1,98")
    report = run(tmp_path, "S1,2026-11-01 10:30,M1,A1,米,3,98", "S2,2026-11-02 09:00,M2,A1,米,1,98")
    assert (report["updated"], report["unchanged"], report["created"]) == (1, 1, 0)
    assert Order.objects.get(number="S1").amount_minor == 29400
    assert Order.objects.get(number="S2").version == 1


def test_zero_and_negative_prices_are_left_out_with_their_reason(tmp_path):
    report = run(
        tmp_path,
        "S1,2026-11-01 10:30,M1,A1,米,2,0",
        "S1,2026-11-01 10:30,M1,A1,米,2,-5",
        "S1,2026-11-01 10:30,M1,A1,米,2,5",
        "S2,2026-11-01 10:30,M2,A1,米,2,0",
    )
    assert (report["skipped"], report["created"]) == (3, 1)
    assert {r["code"]: r["rows"] for r in report["reasons"]} == {"zero_price": 2, "negative_price": 1}
    assert OrderLine.objects.get().line_no == 3
    assert not CustomerRef.objects.filter(external_id="M2").exists()


def test_returns_by_statement_and_by_sign(tmp_path):
    rule = '[[rule]]\nwhen = "number starts with C"\nset = { type = "return" }'
    run(tmp_path, "C1,2026-11-01 10:30,M1,A1,米,2,10", "S9,2026-11-03 10:30,M1,A1,米,-1,10", more=rule)
    assert set(Order.objects.values_list("number", "kind", "amount_minor")) == {
        ("C1", "return", -2000),
        ("S9", "return", -1000),
    }


def test_a_sale_without_customer_is_kept_as_anonymous(tmp_path):
    run(tmp_path, "S1,2026-11-01 10:30,,A1,米,2,10")
    assert Order.objects.get().customer is None


def test_an_order_of_two_customers_is_refused_whole(tmp_path):
    report = run(tmp_path, "S1,2026-11-01 10:30,M1,A1,米,2,10", "S1,2026-11-01 10:30,M2,A1,米,2,10")
    assert report["rejected"] == 2
    assert not Order.objects.exists()


def test_nobody_writes_to_customers_they_cannot_see(tmp_path):
    house = make_house()
    mine, foreign = make_customer(owner=house.anna), make_customer(owner=house.bo)
    CustomerRef.objects.create(source="till", external_id="MINE", customer_id=mine.id)
    CustomerRef.objects.create(source="till", external_id="FOREIGN", customer_id=foreign.id)
    report = run(
        tmp_path,
        "S1,2026-11-01 10:30,FOREIGN,A1,米,2,10",
        "S2,2026-11-01 10:30,MINE,A1,米,2,10",
        by=house.manager1,
    )
    assert (report["rejected"], report["created"]) == (1, 1)
    assert [r["code"] for r in report["reasons"]] == ["unknown_customer"]
    assert Order.objects.get().customer_id == mine.id


def test_an_unknown_seller_is_a_row_error_not_a_privilege(tmp_path):
    report = run(
        tmp_path, "S1,2026-11-01 10:30,M1,A1,米,2,10,nobody", more='seller = "销售"', head=f"{HEAD},销售"
    )
    assert report["rejected"] == 1
    assert not Order.objects.exists()
    assert not Customer.objects.exists(), "a rejected order leaves nothing behind"
    assert not Product.objects.exists()


def test_every_record_tells_the_row_it_came_from(tmp_path):
    run(
        tmp_path,
        "S1,2026-11-01 10:30,M1,A1,米,2,10,总店",
        "S1,2026-11-01 10:30,M1,B2,面,2,10,总店",
        "S2,2026-11-02 10:30,M2,A1,米,2,10,总店",
        "S3,2026-11-03 10:30,M1,C3,油,2,10,分店",
        more='place = "门店"',
        head=f"{HEAD},门店",
    )
    rows: dict[str, list[int]] = {}
    for kind, row in ImportedObject.objects.order_by("kind", "row").values_list("kind", "row"):
        rows.setdefault(kind, []).append(row)
    assert rows == {
        "sales.order": [2, 4, 5],
        "customers.customer": [2, 4],
        "catalog.product": [2, 3, 5],
        "sales.place": [2, 5],
    }
    made = ImportedObject.objects.filter(kind="customers.customer").order_by("row")
    refs = dict(CustomerRef.objects.values_list("customer_id", "external_id"))
    assert [refs[m.object_id] for m in made] == ["M1", "M2"]
    assert records_without_row() == []
    ImportedObject.objects.filter(kind="catalog.product", row=3).delete()
    assert len(records_without_row()) == 1


def test_another_currency_needs_a_rate(tmp_path):
    head, row = f"{HEAD},币种,汇率", "S1,2026-11-01 10:30,M1,A1,米,2,10"
    more = 'currency = "币种"\nexchange_rate = "汇率"'
    assert run(tmp_path, f"{row},GBP,", more=more, head=head)["rejected"] == 1
    run(tmp_path, f"{row},GBP,9.1", more=more, head=head)
    order = Order.objects.get()
    assert (order.currency, order.amount_minor, order.firm_minor) == ("GBP", 2000, 18200)


def test_a_dry_run_writes_nothing(tmp_path):
    report = run(tmp_path, "S1,2026-11-01 10:30,M1,A1,米,2,10", dry_run=True)
    assert report["created"] == 1
    assert not Order.objects.exists()
    assert not Product.objects.exists()


def test_a_batch_is_one_changelog_entry_and_one_event(tmp_path):
    run(tmp_path, *[f"S{n},2026-11-01 10:30,M{n},A1,米,2,10" for n in range(20)])
    assert ChangelogEntry.objects.filter(action="sales.import_orders").count() == 1
    event = OutboxEvent.objects.get(name="OrdersRecorded")
    assert len(event.payload["order_ids"]) == 20


@pytest.mark.parametrize(
    "row",
    [
        "S1,2026-02-30 10:30,M1,A1,米,2,10",
        "S1,2026-11-01,M1,A1,米,1e309,10",
        "S1,2026-11-01,M1,A1,米,x,10",
        "S1,2026-11-01,M1,,米,1,10",
        "S1,,M1,A1,米,1,10",
        ",2026-11-01,M1,A1,米,1,10",
        "S1,2026-11-01,M1,A1,米,99999999999999999999,10",
    ],
)
def test_bad_rows_are_named_and_the_good_ones_stay(tmp_path, row):
    report = run(tmp_path, row, "OK,2026-11-01 10:30,M1,A1,米,2,10")
    assert (report["rejected"], report["created"]) == (1, 1)
    assert report["errors"][0]["row"] == 2
    assert Order.objects.get().number == "OK"
