"""Files of customers and contacts: checked for people kept already, idempotent, within one's sight."""

from __future__ import annotations

import pytest

from zhike.core.imports.runner import mapping_for, run_import
from zhike.core.models import ChangelogEntry, HistoryVersion
from zhike.core.permissions import SYSTEM
from zhike.customers import actions, queries
from zhike.customers.models import ContactPoint, Customer, CustomerRef, Interaction, Score
from zhike.customers.queries import checks
from zhike.customers.tests.factories import make_customer, make_house

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.IMPORTS_DIR = tmp_path / "imports"


HEAD = "客户编号,姓名,客户类型,手机,邮箱,地区,生日,农历生日,标签,性别,备注\n"
ROWS = (
    "K1,张伟明,个人,138 0013 8000,a@example.com,上海,1980-02-29,,老客;团购,男,怕狗\n"
    "K2,上海嘉禾贸易有限公司,企业,021-62345678,,上海,,,,,\n"
    "K3,王秀,个人,139****5521,,北京,,腊月三十,,女,\n"
)


def run(tmp_path, kind, text, *, by=SYSTEM, source="erp"):
    path = tmp_path / f"{abs(hash(text))}.csv"
    path.write_text(text, encoding="utf-8")
    return run_import(path, mapping_for(path, kind, source=source, encoding="utf-8"), by=by)


def counts(report):
    return {name: report[name] for name in ("created", "updated", "unchanged", "skipped", "rejected")}


def only(**values):
    return {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, **values}


def test_a_file_becomes_customers_with_everything(tmp_path):
    report = run(tmp_path, "customers", HEAD + ROWS)
    assert counts(report) == only(created=3)
    one = queries.customer_page(queries.search_ids("张伟明", SYSTEM)[0], SYSTEM)
    assert (one.customer.region, one.customer.gender, one.customer.note) == ("上海", "male", "怕狗")
    assert {(c.kind, c.normal) for c in one.contacts} == {
        ("mobile", "+8613800138000"),
        ("email", "a@example.com"),
    }
    assert (one.dates[0].month, one.dates[0].day, one.tags) == (2, 29, ["团购", "老客"])
    firm = queries.get_customer(queries.search_ids("嘉禾", SYSTEM)[0], viewer=SYSTEM)
    assert firm.kind == "organisation"
    masked = ContactPoint.objects.get(customer__name="王秀")
    assert (masked.normal, masked.invalid_reason, masked.is_primary) == ("", "phone_masked", False)
    assert Score.objects.count() == 3
    for check in (checks.one_primary, checks.every_customer_has_a_score, checks.search_index_is_complete):
        assert check() == []


def test_the_same_file_again_changes_nothing(tmp_path):
    run(tmp_path, "customers", HEAD + ROWS)
    before = ContactPoint.objects.count()
    report = run(tmp_path, "customers", HEAD + ROWS + "\n")
    assert counts(report) == only(unchanged=3)
    assert (Customer.objects.count(), ContactPoint.objects.count()) == (3, before)
    assert HistoryVersion.objects.count() == 0


def test_a_changed_file_updates_what_differs_and_a_blank_cell_erases_nothing(tmp_path):
    run(tmp_path, "customers", HEAD + ROWS)
    report = run(
        tmp_path,
        "customers",
        HEAD + "K1,张伟民,个人,13900139000,,,,,,,\n" + "K2,上海嘉禾贸易有限公司,,,,,,,,,\n",
    )
    assert counts(report) == only(updated=1, unchanged=1)
    page = queries.customer_page(queries.search_ids("张伟民", SYSTEM)[0], SYSTEM)
    assert (page.customer.region, page.customer.version) == ("上海", 2)
    assert [c.normal for c in page.contacts if c.is_primary and c.kind == "mobile"] == ["+8613800138000"]
    assert queries.search_ids("13900139000", SYSTEM) == [page.customer.id]
    assert Score.objects.get(pk=page.customer.id).name_key == "zhang wei min"
    assert HistoryVersion.objects.filter(model="customers.customer").get().data["name"] == "张伟明"
    assert (
        checks.one_primary() == checks.scores_repeat_the_customer() == checks.search_index_is_complete() == []
    )


def test_the_same_person_from_another_system_is_recognised_by_contact_and_name(tmp_path):
    run(tmp_path, "customers", HEAD + ROWS)
    text = "id,name,mobile\nS9,张伟明,+8613800138000\nS10,别人,13800138000\n"
    report = run(tmp_path, "customers", text, source="shop")
    assert counts(report) == only(created=1, updated=1)
    assert set(CustomerRef.objects.filter(customer__name="张伟明").values_list("source", "external_id")) == {
        ("erp", "K1"),
        ("shop", "S9"),
    }
    twice = "id,name,mobile\nS11,孙悦,13700001111\nS12,孙悦,137 0000 1111\n"
    assert counts(run(tmp_path, "customers", twice, source="shop")) == only(created=1, updated=1)
    assert counts(run(tmp_path, "customers", twice + "\n", source="shop")) == only(unchanged=2)


def test_rows_without_a_number_are_the_same_customer_the_second_time(tmp_path):
    text = "姓名,手机,城市\n张三,13800000001,上海\n李四,,北京\n"
    assert counts(run(tmp_path, "customers", text)) == only(created=2)
    assert counts(run(tmp_path, "customers", text + "\n")) == only(unchanged=2)


def test_bad_rows_are_told_and_the_rest_comes_in(tmp_path):
    text = (
        "编号,姓名,手机,生日,负责人\nA,好人,13800000002,1990-01-01,\nB,,13800000003,,\nC,坏号,123,,\n"
        "D,坏日,13800000004,1990-02-30,\nE,无主,13800000005,,nobody\nF,龘\u202e,13800000006,,\n"
    )
    report = run(tmp_path, "customers", text)
    assert counts(report) == only(created=2, rejected=4)
    assert [(e["row"], e["column"]) for e in report["errors"]] == [
        (3, "姓名"),
        (4, "手机"),
        (5, "生日"),
        (6, "负责人"),
    ]
    assert Customer.objects.count() == 2


def test_an_importer_touches_only_what_they_see(tmp_path):
    house = make_house()
    foreign = make_customer("王秀", owner=house.bo, phone="13800138000")
    CustomerRef.objects.create(source="erp", external_id="X1", customer_id=foreign.id)
    rows = ("X1,王秀,,东京,", "X2,王秀,13800138000,东京,", f"X3,新人,,东京,{house.anna.login}")
    text = "\n".join(("编号,姓名,手机,地区,负责人", *rows, ""))
    report = run(tmp_path, "customers", text, by=house.manager1)
    assert counts(report) == only(created=1, rejected=2)
    assert Customer.objects.get(pk=foreign.id).region == ""
    assert Customer.objects.get(name="新人").owner_id == house.anna.user_id
    other = f"编号,姓名,负责人\nX4,又一,{house.bo.login}\n"
    assert counts(run(tmp_path, "customers", other, by=house.manager1)) == only(rejected=1)


def test_a_batch_is_one_changelog_entry(tmp_path):
    text = "编号,姓名\n" + "".join(f"N{n},客户{n}\n" for n in range(50))
    run(tmp_path, "customers", text)
    assert ChangelogEntry.objects.filter(action="customers.import").get().rows == 50


CONTACTS = (
    "编号,客户编号,时间,方式,方向,结果,时长,费用,内容,承诺,承诺日期,跟进人\n"
    "1,K1,2026-03-01 10:00,电话,主动,有意向,12,0,聊了新品,报价,2026-03-05,\n"
    "2,K1,2026-03-02 15:30,拜访,主动,,60,25.50,,,,\n"
    "3,K9,2026-03-02,电话,,,,,,,,\n"
    "4,K2,2026-03-02,飞鸽,,,,,,,,\n"
)


def test_contacts_come_in_once_with_their_promises(tmp_path):
    run(tmp_path, "customers", HEAD + ROWS)
    report = run(tmp_path, "interactions", CONTACTS)
    assert counts(report) == only(created=2, rejected=2), report["errors"]
    assert counts(run(tmp_path, "interactions", CONTACTS + "\n")) == only(unchanged=2, rejected=2)
    call, visit = Interaction.objects.order_by("at")
    assert (call.channel, call.outcome, call.minutes, call.promise) == ("call", "interested", 12, "报价")
    assert call.at.isoformat() == "2026-03-01T02:00:00+00:00"
    assert visit.cost_minor == 2550
    assert [p.promise for p in queries.open_promises()] == ["报价"]
    assert Score.objects.get(pk=call.customer_id).last_contact.isoformat() == "2026-03-02"
    changed = CONTACTS.replace("12,0,聊了新品", "15,0,聊了新品")
    assert counts(run(tmp_path, "interactions", changed)) == only(updated=1, unchanged=1, rejected=2)


def test_contacts_of_customers_out_of_sight_are_rejected(tmp_path):
    house = make_house()
    made = actions.ensure_customers("erp", ["K1"], by=SYSTEM)
    actions.assign(made.ids.values(), owner_id=house.bo.user_id, by=SYSTEM)
    text = "编号,客户编号,时间,方式\n1,K1,2026-03-01 10:00,电话\n"
    assert counts(run(tmp_path, "interactions", text, by=house.manager1)) == only(rejected=1)
    assert counts(run(tmp_path, "interactions", text, by=house.admin)) == only(created=1)
