"""Whole turns of the loop."""

from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from django.db.models import Max, Sum

from zhike.core import extract, settings_store
from zhike.core.errors import Invalid
from zhike.customers.models import Customer, Score
from zhike.refresh.actions import run_refresh
from zhike.refresh.models import RefreshRun
from zhike.refresh.queries import insight
from zhike.refresh.queries.integrity import score_rows, warehouse_sums
from zhike.refresh.tests.factories import (
    AS_OF,
    make_contact,
    make_customers,
    make_firm,
    make_order,
    make_team,
    viewer,
    where,
)  # fmt: skip
from zhike.sales.models import Order
from zhike.warehouse import open_warehouse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hooks")]


def test_a_turn_scores_every_customer_and_keeps_its_card():
    made = make_firm(60)
    run = run_refresh(as_of=AS_OF)
    assert run.state == "done"
    assert run.customers == len(made) == Score.objects.filter(run_id=run.pk).count()
    assert run.orders == Order.objects.filter(kind="sale").count()
    assert run.model_card["chosen"] in {"bg_nbd", "rule"}
    assert set(run.seconds) >= {
        "extract",
        "warehouse",
        "rfm",
        "value",
        "risk",
        "next_purchase",
        "tiers",
        "agenda",
        "total",
    }
    assert run.peak_rss_mb > 0
    buyers = Score.objects.filter(orders__gt=0)
    assert set(buyers.values_list("tier", flat=True)) == {"A", "B", "C", "D"}
    assert not buyers.filter(value_12m__lt=0).exists()
    assert buyers.filter(risk__gt=0, p_alive__gt=0).count() == buyers.count()
    assert score_rows() == []
    assert warehouse_sums() == []


def test_customers_who_never_bought_are_prospects():
    (one,) = make_customers(1)
    make_firm(30)
    run_refresh(as_of=AS_OF)
    score = Score.objects.get(customer=one)
    assert (score.tier, score.state, score.basis, score.orders, score.value_12m, score.r) == (
        "",
        "prospect",
        "none",
        0,
        0,
        0,
    )
    assert score.next_purchase.year == 9999


def test_what_is_simply_counted_is_exact():
    one, other = make_customers(2)
    make_firm(30)
    make_order(one, AS_OF - timedelta(days=400), 100_00)
    make_order(one, AS_OF - timedelta(days=30), 50_01, 10_00, cost=20_00)
    make_order(one, AS_OF - timedelta(days=29), -10_00, kind="return", cost=-5_00)
    make_order(one, AS_OF - timedelta(days=20), 7_00)
    make_contact(other, datetime(2026, 6, 29, 17, tzinfo=UTC))  # the 30th in Shanghai
    run_refresh(as_of=AS_OF)
    score = Score.objects.get(customer=one)
    assert score.orders == 3
    assert score.amount_total == 157_01
    assert score.amount_12m == 57_01
    assert score.margin_12m == (60_01 - 40_00) + (-10_00 + 5_00) + 2_10
    assert score.first_purchase == AS_OF - timedelta(days=400)
    assert score.last_purchase == AS_OF - timedelta(days=20)
    assert score.mean_gap_days == 190
    assert Score.objects.get(customer=other).last_contact == AS_OF


def test_orders_after_the_day_looked_from_are_ignored():
    make_firm(40)
    before = {s.pk: s for s in Score.objects.all()}
    run_refresh(as_of=AS_OF)
    plain = {s.pk: (s.orders, s.value_12m, s.risk, s.tier, s.amount_12m) for s in Score.objects.all()}
    for customer in Customer.objects.all()[:20]:
        make_order(customer, AS_OF + timedelta(days=3), 999_999_00)
    run_refresh(as_of=AS_OF)
    assert {s.pk: (s.orders, s.value_12m, s.risk, s.tier, s.amount_12m) for s in Score.objects.all()} == plain
    assert before.keys() == plain.keys()
    assert warehouse_sums() == []


def test_the_warehouse_adds_up_to_the_cent_in_every_currency():
    (one,) = make_customers(1)
    make_firm(20)
    make_order(one, AS_OF, 33_33, 33_33, 33_34, currency="USD", firm_minor=712_35)
    make_order(None, AS_OF, 5_00)
    run = run_refresh(as_of=AS_OF)
    firm = Order.objects.aggregate(s=Sum("firm_minor"))["s"]
    assert run.watermark["firm_minor"] == firm
    with open_warehouse(*where()) as house:
        lines = house.table("fact_order_line")
        assert house.run(lines.agg(s=lines.firm_minor.sum()))["s"][0].as_py() == firm
        assert house.run(lines.filter(lines.customer_id == 0).count().as_table())[0][0].as_py() == 1


def test_thin_data_falls_back_to_plain_rules_and_says_so():
    one, other = make_customers(2)
    make_order(one, AS_OF - timedelta(days=10), 100_00)
    make_order(one, AS_OF - timedelta(days=40), 100_00)
    run = run_refresh(as_of=AS_OF)
    assert run.model_card["chosen"] == "rule"
    assert "thin_data" in [c["code"] for c in run.model_card["caveats"]]
    assert Score.objects.get(customer=one).basis == "rule"
    assert Score.objects.get(customer=one).tier
    assert Score.objects.get(customer=other).tier == ""


def test_a_firm_without_customers_or_orders_has_a_run_too():
    run = run_refresh(as_of=AS_OF)
    assert (run.state, run.customers, run.orders) == ("done", 0, 0)
    assert "no_orders" in [c["code"] for c in run.model_card["caveats"]]
    found = insight(viewer())
    assert (found.customers, found.tiers, found.concentration, found.calibration) == (0, [], [], [])


def test_old_data_are_called_old():
    make_firm(30)
    run = run_refresh(as_of=AS_OF + timedelta(days=500))
    caveat = next(c for c in run.model_card["caveats"] if c["code"] == "data_stale")
    last = Order.objects.filter(kind="sale").aggregate(d=Max("business_day"))["d"]
    assert caveat["params"]["days"] == (run.as_of - last).days


def test_the_second_run_reads_only_what_changed(monkeypatch):
    monkeypatch.setattr(extract, "BUCKET", 64)
    make_firm(40)
    first = run_refresh(as_of=AS_OF)
    second = run_refresh(as_of=AS_OF + timedelta(days=1))
    assert first.parameters["buckets"] > 3
    assert first.parameters["buckets_read"] == first.parameters["buckets"]
    assert second.parameters["buckets_read"] == 0
    order = Order.objects.order_by("id").first()
    Order.objects.filter(pk=order.pk).update(firm_minor=order.firm_minor + 7, version=order.version + 1)
    third = run_refresh(as_of=AS_OF + timedelta(days=1))
    assert third.parameters["buckets_read"] == 1
    assert third.watermark["firm_minor"] == second.watermark["firm_minor"] + 7
    assert warehouse_sums() == []
    assert (
        run_refresh(as_of=AS_OF + timedelta(days=1), full=True).parameters["buckets_read"]
        == first.parameters["buckets"]
    )


def test_a_removed_order_leaves_the_warehouse():
    make_firm(20)
    run_refresh(as_of=AS_OF)
    order = Order.objects.order_by("-id").first()
    order.delete()
    run_refresh(as_of=AS_OF)
    with open_warehouse(*where()) as house:
        assert house.run(house.table("fact_order").count().as_table())[0][0].as_py() == Order.objects.count()
    assert warehouse_sums() == []


def test_lines_that_changed_behind_their_orders_back_force_a_full_load():
    make_firm(20)
    run_refresh(as_of=AS_OF)
    line = Order.objects.order_by("id").first().lines.first()
    type(line).objects.filter(pk=line.pk).update(cost_minor=line.cost_minor + 1)
    run = run_refresh(as_of=AS_OF)
    assert run.parameters["buckets_read"] == run.parameters["buckets"]
    assert warehouse_sums() == []


def test_facts_follow_customers_who_change_hands():
    team, user = make_team()
    made = make_firm(20)
    run_refresh(as_of=AS_OF)
    Customer.objects.filter(pk=made[0].pk).update(owner=user, team=team)
    run_refresh(as_of=AS_OF)
    with open_warehouse(*where()) as house:
        for name in ("fact_order", "fact_order_line"):
            table = house.table(name)
            found = house.run(
                table.filter(table.team_id == team.pk).select("customer_id", "owner_id").distinct()
            ).to_pylist()
            assert found == [{"customer_id": made[0].pk, "owner_id": user.pk}]


def test_the_scores_written_to_a_file_are_sorted_by_number(tmp_path):
    make_firm(30)
    run_refresh(as_of=AS_OF, scores_out=tmp_path / "scores.parquet")
    rows = pq.read_table(tmp_path / "scores.parquet").to_pylist()
    assert [r["customer"] for r in rows] == sorted(Customer.objects.values_list("number", flat=True))
    by_number = {s.customer.number: s for s in Score.objects.select_related("customer")}
    for row in rows:
        score = by_number[row["customer"]]
        assert (row["tier"], row["value_12m_minor"], row["risk"]) == (score.tier, score.value_12m, score.risk)
        assert (row["next_purchase"] is None) == (score.next_purchase.year == 9999)


def test_a_file_that_cannot_be_written_is_named_and_the_scores_stay(tmp_path):
    make_firm(20)
    with pytest.raises(Invalid, match=r"nowhere"):
        run_refresh(as_of=AS_OF, scores_out=tmp_path / "nowhere" / "scores.parquet")
    run = RefreshRun.objects.get()
    assert run.state == "failed"
    assert Score.objects.filter(run_id=run.pk).exists()


# ---------------------------------------------------------------- two runs


def test_tiers_have_hysteresis_across_days_but_not_within_one():
    make_firm(60)
    run_refresh(as_of=AS_OF)
    pending = {s.pk: s for s in Score.objects.exclude(tier="")}
    settings_store.put("scores", {"tier_a": 45, "tier_b": 35, "tier_margin": 50})
    run_refresh(as_of=AS_OF + timedelta(days=1))
    waiting = list(
        Score.objects.exclude(tier="").exclude(tier_pending="").extra(where=["tier <> tier_pending"])
    )
    assert waiting, "a boundary moved by less than the margin leaves somebody waiting"
    assert all(w.tier == pending[w.pk].tier for w in waiting)
    again = run_refresh(as_of=AS_OF + timedelta(days=1))
    for w in waiting:
        assert Score.objects.get(pk=w.pk).tier == w.tier, "pressing the button twice is not twice in a row"
    run_refresh(as_of=AS_OF + timedelta(days=2))
    moved = [w for w in waiting if Score.objects.get(pk=w.pk).tier == w.tier_pending]
    assert moved
    assert again.parameters["compared_with"] == AS_OF.isoformat()


def test_risk_before_is_that_of_the_last_earlier_day():
    make_firm(40)
    run_refresh(as_of=AS_OF)
    first = dict(Score.objects.values_list("pk", "risk"))
    for _ in range(2):
        run_refresh(as_of=AS_OF + timedelta(days=20))
        now_ = {s.pk: s for s in Score.objects.filter(orders__gt=0)}
        assert all(s.risk_before == first[pk] for pk, s in now_.items())
    assert any(s.risk != s.risk_before for s in now_.values())


def test_the_migration_matrix_accounts_for_every_customer():
    make_firm(50)
    run_refresh(as_of=AS_OF - timedelta(days=60))
    before = dict(Score.objects.values_list("pk", "tier"))
    late = make_customers(3)
    run_refresh(as_of=AS_OF)
    found = insight(viewer())
    assert found.migration_since == AS_OF - timedelta(days=60)
    assert sum(r["customers"] for r in found.migration) == found.customers == Score.objects.count()
    cells = {(r["from"], r["to"]): r["customers"] for r in found.migration}
    for (old, new), customers in cells.items():
        pks = [s.pk for s in Score.objects.filter(tier=new) if before.get(s.pk, "") == old]
        assert len(pks) == customers
    assert cells["", ""] >= len(late)


def test_a_warehouse_that_was_lost_is_made_again_and_tiers_stay(warehouse_dir):
    make_firm(40)
    run_refresh(as_of=AS_OF)
    tiers = dict(Score.objects.values_list("pk", "tier"))
    for path in warehouse_dir.iterdir():
        path.unlink() if path.is_file() else None
    run = run_refresh(as_of=AS_OF + timedelta(days=1))
    assert run.parameters["compared_with"] == AS_OF.isoformat()
    changed = [pk for pk, tier in Score.objects.values_list("pk", "tier") if tiers[pk] != tier]
    assert len(changed) <= 2
    assert warehouse_sums() == []


def test_looking_from_an_earlier_day_is_not_compared_with_a_later_one():
    make_firm(30)
    run_refresh(as_of=AS_OF)
    run = run_refresh(as_of=AS_OF - timedelta(days=100))
    assert run.parameters["compared_with"] is None
    assert insight(viewer()).migration == []
