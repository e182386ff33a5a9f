"""The overview and the model card: who sees what, before and after the first turn of the loop."""

import pytest
from django.utils.translation import override

from zhike.core import plugs
from zhike.core.models import Job
from zhike.customers.models import Score
from zhike.customers.tests.factories import make_house
from zhike.insight.views.words import caveat
from zhike.refresh.actions import run_refresh
from zhike.refresh.tests.factories import AS_OF, make_firm
from zhike.staff.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(monkeypatch, settings, tmp_path):
    settings.WAREHOUSE_DIR = tmp_path / "warehouse"
    monkeypatch.setattr(plugs.after_scores, "_entries", {})
    return make_house()


def log_in(client, viewer):
    client.force_login(User.objects.get(pk=viewer.user_id))


def test_before_the_first_turn_the_page_says_what_to_do(client, house):
    log_in(client, house.admin)
    assert "/insight/refresh/" in client.get("/insight/").content.decode()
    assert client.get("/insight/model/").status_code == 302


def test_the_pages_show_the_last_turn(client, house):
    make_firm(80)
    run_refresh(as_of=AS_OF)
    buyers = Score.objects.filter(orders__gt=0).count()
    log_in(client, house.admin)
    page = client.get("/insight/")
    assert page.status_code == 200
    assert page.context["figures"]["buyers"] == buyers > 0
    card = client.get("/insight/model/").content.decode()
    assert "BG/NBD" in card or "holdout" not in card


def test_those_without_the_function_are_refused(client, house):
    log_in(client, house.anna)
    assert client.get("/insight/").status_code == 403
    assert client.post("/insight/refresh/").status_code == 403
    assert not Job.objects.exists()


def test_a_refresh_by_hand_is_one_job_however_often_it_is_asked_for(client, house):
    log_in(client, house.admin)
    for _ in range(2):
        assert client.post("/insight/refresh/").status_code == 302
    assert Job.objects.filter(name="refresh.run").count() == 1
    assert client.get("/insight/refresh/").status_code == 405


@pytest.mark.pure
@pytest.mark.parametrize(
    ("code", "params", "said"),
    [
        ("refunds_unmatched", {"amount": 18549.22}, "有 ¥18,549 的退货找不到对应的购买"),
        ("holdout_bias", {"bias_pct": -24.6685}, "上次回测，全部客户合计差了 -25%"),
        ("interval_off", {"coverage": 0.9074}, "回测中 80% 区间实际覆盖了 91%"),
        (
            "holdout_worse_than_baseline",
            {"baseline": "past_rate"},
            "回测中“按以往频率”这条简单规则更准：排序比金额更可信",
        ),
    ],
)
def test_a_caveat_is_said_without_codes_and_loose_decimals(code, params, said):
    with override("zh-hans"):
        assert caveat(code, params) == said
