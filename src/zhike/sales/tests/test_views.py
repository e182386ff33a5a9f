"""The order pages."""

import pytest
from django.urls import reverse

from zhike.customers.tests.factories import make_customer, make_house
from zhike.sales.tests.factories import make_order
from zhike.staff.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return make_house()


def log_in(client, viewer):
    client.force_login(User.objects.get(pk=viewer.user_id))


def test_list_and_detail(client, house):
    order = make_order(make_customer("周婉清", owner=house.anna).id, cents=48600)
    log_in(client, house.anna)
    page = client.get(reverse("sales:list")).content.decode()
    assert "周婉清" in page
    assert "486.00" in page
    assert client.get(reverse("sales:detail", args=[order.pk])).status_code == 200


def test_anothers_order_does_not_exist(client, house):
    order = make_order(make_customer("金丝雀", owner=house.bo).id)
    log_in(client, house.anna)
    assert client.get(reverse("sales:detail", args=[order.pk])).status_code == 404
    assert "金丝雀" not in client.get(reverse("sales:list")).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "ordering=id",
        "sort=id;DROP",
        "kind=x",
        "customer=abc",
        "customer=99999999999999999999",
        "from=2026-02-30",
        "cursor=x",
        "customer=%00",
    ],
)
def test_garbage_is_400(client, house, query):
    log_in(client, house.admin)
    assert client.get(f"{reverse('sales:list')}?{query}").status_code == 400


def test_the_list_takes_few_queries_however_long_it_is(client, house, django_assert_max_num_queries):
    customer = make_customer(owner=house.anna).id
    for _ in range(30):
        make_order(customer)
    log_in(client, house.anna)
    with django_assert_max_num_queries(15):
        client.get(reverse("sales:list"))


def test_an_empty_list_teaches_the_next_step(client, house):
    log_in(client, house.anna)
    assert client.get(reverse("sales:list")).status_code == 200
