"""The settings pages: who may open what, what forms do, the first start."""

import pytest
from django.urls import reverse

from zhike.core.jobs import enqueue
from zhike.core.models import ChangelogEntry, Job
from zhike.core.settings_store import firm
from zhike.staff.models import User
from zhike.staff.rules.roles import ROLES, Role
from zhike.staff.tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db

PAGES = {
    "me": "",
    "calendar": "",
    "tokens": "settings.tokens",
    "people": "settings.people",
    "user_new": "settings.people",
    "team_new": "settings.people",
    "firm": "settings.firm",
    "holidays": "settings.holidays",
    "jobs": "settings.jobs",
    "changelog": "settings.changelog",
}


@pytest.fixture
def log_in(client):
    def log_in(role=Role.ADMINISTRATOR, **values):
        user = make_user(role, **values)
        client.force_login(user)
        return user

    return log_in


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_opens_for_those_whose_role_includes_it(client, log_in, role, name):
    log_in(role, team=make_team())
    allowed = not PAGES[name] or PAGES[name] in ROLES[role].permissions
    assert client.get(reverse(f"staff:{name}")).status_code == (200 if allowed else 403)


def test_nobody_gets_in_without_a_log_in(client):
    make_user()
    for name in PAGES:
        response = client.get(reverse(f"staff:{name}"))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/?next=%2Fsettings%2F")


def test_an_empty_installation_leads_to_the_set_up_and_never_again(client):
    assert client.get("/settings/people/").headers["Location"] == "/settings/setup/"
    data = {
        "firm_name": "稻香米铺",
        "name": "何掌柜",
        "login": "he",
        "password": "correct horse",
        "language": "zh-hans",
    }
    assert client.post("/settings/setup/", data).status_code == 302
    assert User.objects.get().role == Role.ADMINISTRATOR
    assert firm().name == "稻香米铺"
    assert client.get("/settings/people/").status_code == 200
    assert client.get("/settings/setup/").status_code == 404
    assert client.post("/settings/setup/", data | {"login": "evil"}).status_code == 404


def test_adding_a_person_and_being_told_what_is_wrong(client, log_in):
    log_in()
    data = {"login": "li", "name": "李思敏", "role": "salesperson", "language": "zh-hans", "password": "123"}
    refused = client.post(reverse("staff:user_new"), data)
    assert refused.status_code == 422
    assert "李思敏" in refused.content.decode()
    assert client.post(reverse("staff:user_new"), data | {"password": "correct horse"}).status_code == 302
    assert User.objects.filter(login="li").exists()


def test_an_edit_that_came_too_late_keeps_what_was_typed(client, log_in):
    log_in()
    user = make_user(name="王磊")
    User.objects.filter(pk=user.pk).update(version=2)
    data = {"name": "王蕾", "role": "salesperson", "language": "en", "minutes_per_day": 60, "version": 1}
    response = client.post(reverse("staff:user_edit", args=[user.pk]), data)
    assert response.status_code == 422
    assert "王蕾" in response.content.decode()
    assert User.objects.get(pk=user.pk).name == "王磊"


def test_deactivating_ends_the_session_at_once(client, log_in):
    user = log_in(Role.SALESPERSON)
    assert client.get("/settings/me/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/settings/me/").status_code == 302


def test_a_new_password_ends_all_other_sessions(client, log_in, admin_boss):
    user = log_in(Role.SALESPERSON)
    from zhike.staff import actions
    from zhike.staff.queries import viewer_for

    actions.set_password(user.pk, password="another horse", by=viewer_for(admin_boss))
    assert client.get("/settings/me/").status_code == 302


@pytest.fixture
def admin_boss():
    return make_user(Role.ADMINISTRATOR)


def test_a_token_is_shown_once(client, log_in):
    log_in(Role.SALESPERSON)
    data = {"name": "till", "scopes": ["read"], "days": 30}
    page = client.post(reverse("staff:tokens"), data)
    assert page.status_code == 200
    assert "zk_" in page.content.decode()
    again = client.get(reverse("staff:tokens")).content.decode()
    assert 'value="zk_' not in again


def test_a_dead_job_can_be_tried_again(client, log_in):
    log_in()
    job = enqueue("no.such.job")
    Job.objects.update(state="dead", error="boom <b>")
    page = client.get(reverse("staff:jobs")).content.decode()
    assert "boom &lt;b&gt;" in page
    assert client.post(reverse("staff:job_retry", args=[job.pk])).status_code == 302
    assert Job.objects.get().state == "queued"


@pytest.mark.parametrize("query", ["state=abc", "state=%27"])
def test_unknown_states_are_400(client, log_in, query):
    log_in()
    assert client.get(f"/settings/jobs/?{query}").status_code == 400


@pytest.mark.parametrize(
    "path", ["changelog/?before=x", "changelog/?by=-1", "holidays/?year=99999", "changelog/?before=%00"]
)
def test_garbage_parameters_are_400(client, log_in, path):
    log_in()
    assert client.get(f"/settings/{path}").status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "user_active",
        "team_delete",
        "holiday_remove",
        "job_retry",
        "job_cancel",
        "letter_retry",
        "token_revoke",
    ],
)
def test_writes_refuse_get(client, log_in, name):
    log_in()
    assert client.get(reverse(f"staff:{name}", args=[1])).status_code == 405


def test_names_are_escaped_everywhere(client, log_in):
    log_in(name='<svg/onload=alert(1)>"')
    for name in ("people", "me", "changelog"):
        assert "<svg/onload" not in client.get(reverse(f"staff:{name}")).content.decode()


def test_every_form_of_the_account_pages_opens(client, log_in):
    log_in()
    for path in (
        "/account/password/change/",
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/logout/",
    ):
        assert client.get(path, follow=True).status_code == 200


def test_log_in_and_log_out(client):
    make_user(login="anna", password="correct horse")
    assert client.post("/account/login/", {"login": "anna", "password": "wrong"}).status_code == 200
    response = client.post(
        "/account/login/", {"login": "ANNA", "password": "correct horse", "next": "/settings/me/"}
    )
    assert response.headers["Location"] == "/settings/me/"
    assert client.get("/settings/me/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/settings/me/").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"]
)
def test_log_in_leads_only_to_our_own_pages(client, target):
    make_user(login="anna", password="correct horse")
    response = client.post("/account/login/", {"login": "anna", "password": "correct horse", "next": target})
    assert "evil" not in response.headers["Location"]
    assert "javascript" not in response.headers["Location"]


def test_a_refusal_of_a_function_is_403_and_leaves_one_entry(client, log_in):
    user = log_in(Role.SALESPERSON)
    before = ChangelogEntry.objects.count()
    assert client.post(reverse("staff:user_new"), {"login": "x1"}, REMOTE_ADDR="10.0.0.9").status_code == 403
    entry = ChangelogEntry.objects.latest("id")
    assert ChangelogEntry.objects.count() == before + 1
    assert (entry.action, entry.by_id, entry.ip) == ("access.refused", user.pk, "10.0.0.9")
    assert not User.objects.filter(login="x1").exists()
