import json
from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from zhike.agenda import queries
from zhike.agenda.actions import rebuild_tasks
from zhike.agenda.models import Task, TaskAnswer
from zhike.agenda.tests.factories import (
    TODAY,
    make_contact,
    make_customer,
    make_date,
    make_order,
    slipping,
    with_rhythm,
)
from zhike.customers.models import CustomerRelation, Interaction
from zhike.staff.actions import deactivate_user, rotate_calendar_address
from zhike.staff.models import User
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def seller(team):
    return make_viewer(team=team, name="李思敏", login="lisimin")


def log_in(client, viewer):
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


@pytest.fixture
def page(client, seller):
    return log_in(client, seller)


def fill(seller):
    first = make_customer(seller, name="周婉清", form_of_address="周姐")
    slipping(first)
    make_order(first, TODAY - timedelta(days=71), product="五常大米")
    second = make_customer(seller, name="顾长明")
    with_rhythm(second, since=29)
    make_date(second, 11, 20)
    make_contact(second, TODAY - timedelta(days=20), by=seller, promise="回电报价", promise_due=TODAY)
    rebuild_tasks(0, TODAY)
    return first, second


def cards(response):
    return response.content.decode().count('class="task"')


def body(response):
    return response.content.decode().split("ui-texts")[0]


# ---------------------------------------------------------------- Today


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_each_customer_once_with_why_and_words(page, seller, language):
    fill(seller)
    page.cookies["zhike_lang"] = language
    found = page.get("/")
    assert cards(found) == 2
    for part in ("周婉清", "五常大米", "回电报价", "71"):
        assert part in body(found)
    assert ("周姐，" if language == "zh-hans" else "周姐, ") in body(found)
    assert "%(" not in body(found)


def test_the_page_takes_few_queries_however_long_the_list(page, seller, django_assert_max_num_queries):
    fill(seller)
    page.get("/")
    with django_assert_max_num_queries(20) as few:
        page.get("/")
    for number in range(12):
        customer = make_customer(seller, name=f"行{number}有限公司", kind="organisation")
        CustomerRelation.objects.create(
            customer=customer, kind="contact_person", name="陈国栋", post="采购经理"
        )
        slipping(customer)
    rebuild_tasks(0, TODAY)
    with django_assert_max_num_queries(len(few) + 1):
        assert "陈经理" in body(page.get("/"))


def test_a_kind_of_task_can_be_looked_at_alone(page, seller):
    fill(seller)
    assert cards(page.get("/?source=slipping")) == 1


@pytest.mark.parametrize("query", ["source=nonsense", "sort=rank", "user=" + "x" * 80, "source=%27%3B--"])
def test_unknown_parameters_are_refused(page, seller, query):
    assert page.get(f"/?{query}").status_code == 400


def test_a_name_is_shown_and_never_run(page, seller):
    customer = make_customer(seller, name="<svg/onload=alert(1)>", form_of_address="{{7*7}}")
    slipping(customer)
    make_order(customer, TODAY - timedelta(days=71), product="<img src=x onerror=alert(1)>%(who)s")
    rebuild_tasks(0, TODAY)
    html = body(page.get("/"))
    assert "<svg/onload" not in html
    assert "<img src=x" not in html
    assert "{{7*7}}" in html


def test_others_lists_follow_the_scope(client, seller, team):
    fill(seller)
    manager = make_viewer("manager", team=team)
    assert cards(log_in(client, manager).get("/?user=lisimin")) == 2
    stranger = make_viewer("manager", team=make_team())
    assert log_in(client, stranger).get("/?user=lisimin").status_code == 404
    colleague = make_viewer(team=team)
    assert log_in(client, colleague).get("/?user=lisimin").status_code == 403
    assert log_in(client, colleague).get("/?user=unassigned").status_code == 404


def test_a_manager_without_customers_starts_at_the_teams_board(client, seller, team):
    fill(seller)
    manager = log_in(client, make_viewer("manager", team=team))
    assert manager.get("/").url == reverse("agenda:team")
    board = manager.get("/team/")
    assert "李思敏" in body(board)
    assert cards(board) == 2
    other = log_in(client, make_viewer("manager", team=make_team()))
    assert "李思敏" not in body(other.get("/team/"))


@pytest.mark.parametrize(
    "role", ["analyst", "marketer", "read_only", "service_agent", "administrator", "manager"]
)
def test_everybody_has_a_page(client, seller, team, role):
    fill(seller)
    viewer = make_viewer(role, team=team)
    found = log_in(client, viewer).get("/", follow=True)
    assert found.status_code == 200
    assert "<h1>" in body(found)


def test_customers_without_an_owner_are_the_list_of_who_sees_all(client):
    slipping(make_customer())
    rebuild_tasks(0, TODAY)
    assert cards(log_in(client, make_viewer("administrator")).get("/")) == 1


def test_an_empty_list_teaches(page):
    assert 'class="empty"' in body(page.get("/"))


def test_without_the_contact_class_no_form_of_address(client, seller, team):
    customer, _ = fill(seller)
    reader = make_viewer("read_only", team=team)
    html = body(log_in(client, reader).get("/"))
    assert customer.name in html
    assert "周姐" not in html
    assert "/done/" not in html


# ---------------------------------------------------------------- answers


def lead(customer):
    return Task.objects.get(customer=customer, is_lead=True, state="open")


def test_done_records_the_contact_in_the_same_click(page, seller):
    first, _ = fill(seller)
    task = lead(first)
    found = page.post(reverse("agenda:done", args=[task.pk]), headers=HX)
    row = Interaction.objects.get(customer=first)
    assert (row.task_id, row.task_source, row.outcome) == (task.pk, "slipping", "reached")
    assert 'id="today-heading" hx-swap-oob' in body(found)
    assert json.loads(found.headers["HX-Trigger"])["toast"]["undo"].endswith("/undo/")
    assert cards(page.get("/")) == 1


def test_an_answer_brings_the_number_in_the_menu_along(page, seller, django_capture_on_commit_callbacks):
    first, _ = fill(seller)
    assert '<span class="waits" id="waits-rail-today"><span class="count">2</span>' in body(page.get("/"))
    with django_capture_on_commit_callbacks(execute=True):
        page.get("/customers/")
        found = page.post(reverse("agenda:done", args=[lead(first).pk]), headers=HX)
    assert page.get("/").context["frame"].menu_top[0].badge == 1
    number = 'id="waits-{}-today" hx-swap-oob="true"><span class="count">'
    assert all(number.format(place) in body(found) for place in ("rail", "sheet"))


@pytest.mark.parametrize(
    ("answer", "data", "state"),
    [
        ("later", {"days": "3"}, "open"),
        ("later", {}, "open"),
        ("not_useful", {"reason": "wrong_data"}, "not_useful"),
    ],
)
def test_later_and_not_useful_in_one_click(page, seller, answer, data, state):
    first, _ = fill(seller)
    task = lead(first)
    assert page.post(reverse(f"agenda:{answer}", args=[task.pk]), data, headers=HX).status_code == 200
    task.refresh_from_db()
    assert task.state == state
    assert cards(page.get("/")) == 1


def test_what_is_done_takes_its_time_from_the_day(page, seller):
    User.objects.filter(pk=seller.user_id).update(minutes_per_day=15)
    for _ in range(4):
        slipping(make_customer(seller))
    rebuild_tasks(0, TODAY)
    shown = queries.today_list(viewer=seller)
    assert (len(shown.cards), len(shown.beyond)) == (1, 3)
    for left in (1, 0):
        task = queries.today_list(viewer=seller).cards[0]
        page.post(reverse("agenda:done", args=[task.id]), headers=HX)
        assert len(queries.today_list(viewer=seller).cards) == left


def test_without_script_the_buttons_work_too(page, seller):
    first, _ = fill(seller)
    task = lead(first)
    assert page.post(reverse("agenda:done", args=[task.pk])).status_code == 302
    answer = TaskAnswer.objects.get()
    assert page.post(reverse("agenda:undo", args=[answer.pk])).status_code == 302
    assert cards(page.get("/")) == 2


def test_the_answer_can_be_refined_in_place(page, seller):
    first, _ = fill(seller)
    page.post(reverse("agenda:done", args=[lead(first).pk]), headers=HX)
    answer = TaskAnswer.objects.get()
    assert (
        page.post(reverse("agenda:amend", args=[answer.pk]), {"outcome": "ordered"}, headers=HX).status_code
        == 200
    )
    assert Interaction.objects.get(customer=first).outcome == "ordered"


def test_a_note_with_a_promise_needs_its_day(page, seller):
    first, _ = fill(seller)
    url = reverse("agenda:note", args=[lead(first).pk])
    assert page.get(url, headers=HX).status_code == 200
    refused = page.post(url, {"outcome": "reached", "promise": "送样"}, headers=HX)
    assert refused.status_code == 422
    good = {"outcome": "reached", "promise": "送样", "promise_due": "2026-11-30", "note": "要两款"}
    assert page.post(url, good, headers=HX).status_code == 204
    row = Interaction.objects.get(customer=first)
    assert (row.promise, row.summary) == ("送样", "要两款")


@pytest.mark.parametrize("name", ["done", "later", "not_useful", "note", "explain"])
def test_tasks_of_others_do_not_exist(client, seller, name):
    first, _ = fill(seller)
    stranger = log_in(client, make_viewer(team=make_team()))
    url = reverse(f"agenda:{name}", args=[lead(first).pk])
    found = stranger.get(url) if name in {"note", "explain"} else stranger.post(url)
    assert found.status_code == 404
    assert not TaskAnswer.objects.exists()


@pytest.mark.parametrize("name", ["done", "later", "not_useful", "undo", "amend"])
def test_nothing_is_answered_by_looking(page, seller, name):
    first, _ = fill(seller)
    assert page.get(reverse(f"agenda:{name}", args=[lead(first).pk])).status_code == 405


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("later", {"until": "2026-13-40"}),
        ("later", {"days": "0"}),
        ("not_useful", {"reason": "x"}),
        ("done", {"outcome": "x"}),
    ],
)
def test_what_makes_no_sense_is_refused(page, seller, name, data):
    first, _ = fill(seller)
    assert page.post(reverse(f"agenda:{name}", args=[lead(first).pk]), data, headers=HX).status_code == 400


def test_the_explanations_figures_multiply_to_the_rank(seller):
    first, _ = fill(seller)
    found = queries.explain(lead(first).pk, viewer=seller)
    product = found.card.value_at_stake * found.urgency * found.chance * found.weight
    assert found.rank == pytest.approx(product)
    assert found.card.value_at_stake == pytest.approx(found.score.value_12m / max(found.score.p_alive, 0.2))


# ---------------------------------------------------------------- calendar


def secret_of(viewer):
    return rotate_calendar_address(by=viewer)


def test_the_calendar_holds_ones_own_dates_and_tasks(client, seller, team):
    fill(seller)
    secret = secret_of(seller)
    other = make_viewer(team=team)
    make_date(make_customer(other, name="外人"), 11, 21)
    found = client.get(f"/calendar/{secret}.ics")
    assert found.headers["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(found.content).walk("VEVENT")
    summaries = " ".join(str(event["SUMMARY"]) for event in events)
    assert "顾长明" in summaries
    assert "周婉清" in summaries
    assert "外人" not in summaries
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_a_calendar_address_can_be_taken_back(client, seller):
    secret = secret_of(seller)
    assert client.get(f"/calendar/{secret}.ics").status_code == 200
    new = secret_of(seller)
    assert client.get(f"/calendar/{secret}.ics").status_code == 404
    rotate_calendar_address(by=seller, revoke=True)
    assert client.get(f"/calendar/{new}.ics").status_code == 404


@pytest.mark.parametrize("secret", ["x", "x" * 500, "%00", "..%2f..%2fetc"])
def test_a_guessed_calendar_address_does_not_exist(client, seller, secret):
    assert client.get(f"/calendar/{secret}.ics").status_code in {400, 404}


def test_who_left_has_no_calendar(client, seller):
    secret = secret_of(seller)
    deactivate_user(seller.user_id, by=make_viewer("administrator"))
    assert client.get(f"/calendar/{secret}.ics").status_code == 404


def test_the_customers_page_tells_the_next_step(seller, team):
    first, second = fill(seller)
    assert queries.next_step(first.pk, seller)["card"].source == "slipping"
    assert queries.next_step(second.pk, seller)["main_action"]["dialog"]
    assert queries.next_step(first.pk, make_viewer(team=make_team())) is None
