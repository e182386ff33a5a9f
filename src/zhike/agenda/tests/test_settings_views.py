import pytest
from django.urls import reverse

from zhike.agenda import actions, queries
from zhike.agenda.models import CarePolicy
from zhike.agenda.rules.settings import DEFAULT_POLICY
from zhike.agenda.tests.test_views import body, log_in
from zhike.core.permissions import SYSTEM
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def manager(client, team):
    return log_in(client, make_viewer("manager", team=team))


def test_the_care_policy_can_be_changed(manager):
    actions.save_policy_line(DEFAULT_POLICY[0], shipped=1, by=SYSTEM)
    line = CarePolicy.objects.get(kind="contact", tier="B", channel="call")
    good = {
        "kind": "contact",
        "tier": "B",
        "channel": "call",
        "every_days": "30",
        "minutes": "15",
        "is_active": "on",
    }
    assert manager.post(reverse("agenda:policy_edit", args=[line.pk]), good).status_code == 302
    line.refresh_from_db()
    assert (line.every_days, line.minutes) == (30, 15)
    assert (
        manager.post(reverse("agenda:policy_edit", args=[line.pk]), {**good, "every_days": "0"}).status_code
        == 422
    )
    assert manager.post(reverse("agenda:policy_new"), good).status_code == 422
    assert manager.post(reverse("agenda:policy_remove", args=[line.pk])).status_code == 302
    assert manager.get(reverse("agenda:policy_edit", args=[line.pk])).status_code == 404


def test_the_shipped_policy_is_shown_without_being_written(manager):
    html = body(manager.get(reverse("agenda:policy")))
    assert html.count("data-edit") == len(DEFAULT_POLICY)
    assert not CarePolicy.objects.exists()


def test_the_first_change_to_a_shipped_line_makes_the_policy_the_firms_own(manager):
    position = next(
        i for i, line in enumerate(DEFAULT_POLICY, 1) if (line.kind, line.tier) == ("contact", "B")
    )
    line = DEFAULT_POLICY[position - 1]
    url = reverse("agenda:policy_shipped", args=[position])
    assert f'value="{line.every_days}"' in body(manager.get(url))
    assert not CarePolicy.objects.exists()
    sent = {"kind": "contact", "tier": "B", "channel": line.channel, "every_days": "33", "minutes": "15"}
    assert manager.post(url, {**sent, "is_active": "on"}).status_code == 302
    assert CarePolicy.objects.count() == len(DEFAULT_POLICY)
    assert CarePolicy.objects.get(kind="contact", tier="B", channel=line.channel).every_days == 33
    assert url not in body(manager.get(reverse("agenda:policy")))
    assert manager.get(reverse("agenda:policy_shipped", args=[999])).status_code == 404


def test_the_last_line_of_the_policy_stays_for_an_empty_one_means_the_shipped_one(manager):
    actions.save_policy_line(DEFAULT_POLICY[0], shipped=1, by=SYSTEM)
    last = CarePolicy.objects.order_by("id")[0]
    CarePolicy.objects.exclude(pk=last.pk).delete()
    assert manager.post(reverse("agenda:policy_remove", args=[last.pk])).status_code == 400
    assert CarePolicy.objects.get().pk == last.pk


def test_the_numbers_can_be_changed_within_bounds(manager):
    url = reverse("agenda:settings")
    values = {k: str(v) for k, v in queries.agenda_settings().as_dict().items()}
    assert manager.post(url, {**values, "gap_any_days": "9"}).status_code == 302
    assert queries.agenda_settings().gap_any_days == 9
    assert manager.post(url, {**values, "slipping_chance": "7"}).status_code == 422
    assert manager.post(url, {**values, "gap_any_days": "-1"}).status_code == 422


@pytest.mark.parametrize("name", ["policy", "settings", "policy_new"])
def test_settings_are_for_those_who_may(client, team, name):
    page = log_in(client, make_viewer(team=team))
    assert page.get(reverse(f"agenda:{name}")).status_code == 403
