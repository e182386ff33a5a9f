from datetime import timedelta

import pytest
from django.urls import reverse

from zhike.agenda.actions import rebuild_tasks
from zhike.agenda.models import Task
from zhike.agenda.tests.factories import (
    TODAY,
    make_contact,
    make_customer,
    make_date,
    make_order,
    slipping,
    with_rhythm,
)
from zhike.customers.models import Interaction
from zhike.staff.models import User
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return make_viewer(team=make_team(), name="李思敏")


@pytest.fixture
def page(client, seller):
    client.force_login(User.objects.get(pk=seller.user_id))
    return client


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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_each_customer_once_with_why_and_words(page, seller, language):
    fill(seller)
    page.cookies["zhike_lang"] = language
    html = page.get("/").content.decode()
    assert html.count('class="task"') == 2
    assert "周婉清" in html
    assert "五常大米" in html
    assert "回电报价" in html
    assert "%(" not in html.split("ui-texts")[0]


def test_done_records_the_contact_in_the_same_click(page, seller):
    first, _ = fill(seller)
    task = Task.objects.get(customer=first, is_lead=True, state="open")
    answer = page.post(reverse("agenda:done", args=[task.pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    row = Interaction.objects.get(customer=first)
    assert (row.task_id, row.task_source, row.outcome) == (task.pk, "slipping", "reached")
    assert 'id="today-heading"' in answer.content.decode()
    assert page.get("/").content.decode().count('class="task"') == 1
