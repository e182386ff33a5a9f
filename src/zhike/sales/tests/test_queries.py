"""Orders are seen by those who see their customer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from zhike.core.errors import Forbidden, Invalid, NotFound
from zhike.customers.tests.factories import make_customer, make_house
from zhike.sales import queries
from zhike.sales.models import Order
from zhike.sales.tests.factories import make_order
from zhike.staff.rules.roles import Role
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return make_house()


def test_everybody_sees_the_orders_of_their_customers_and_nobody_elses(house):
    mine = make_order(make_customer(owner=house.anna).id)
    other = make_order(make_customer(owner=house.bo).id)
    anonymous = make_order(None)
    seen = {
        viewer.login: {o.pk for o in queries.list_orders(viewer=viewer).orders}
        for viewer in (house.anna, house.manager1, house.admin)
    }
    assert seen[house.anna.login] == {mine.pk}
    assert seen[house.manager1.login] == {mine.pk}
    assert seen[house.admin.login] == {mine.pk, other.pk, anonymous.pk}
    with pytest.raises(NotFound):
        queries.get_order(other.pk, viewer=house.anna)
    with pytest.raises(NotFound):
        queries.get_order(anonymous.pk, viewer=house.manager1)


def test_pages_follow_one_another_without_gap_or_repeat(house):
    customer = make_customer(owner=house.anna).id
    at = datetime(2026, 11, 1, 4, tzinfo=UTC)
    for n in range(7):
        make_order(customer, at=at + timedelta(hours=n // 2))
    for sort in ("newest", "oldest"):
        seen, cursor = [], ""
        for _ in range(10):
            page = queries.list_orders(viewer=house.anna, sort=sort, cursor=cursor, limit=3)
            seen += [o.pk for o in page.orders]
            cursor = page.next_cursor
            if not cursor:
                break
        ordered = Order.objects.order_by(*queries.SORTS[sort]).values_list("pk", flat=True)
        assert seen == list(ordered)


@pytest.mark.parametrize(
    "bad", [{"sort": "id;DROP"}, {"cursor": "x"}, {"limit": 0}, {"limit": 10**9}, {"filters": {"owner": 1}}]
)
def test_anything_outside_the_allow_list_is_refused(house, bad):
    with pytest.raises(Invalid):
        queries.list_orders(viewer=house.admin, **bad)


def test_a_role_without_sales_sees_none():
    viewer = make_viewer(Role.SALESPERSON, team=make_team())
    stripped = type(viewer)(
        **{f: getattr(viewer, f) for f in viewer.__slots__} | {"permissions": frozenset()}
    )
    with pytest.raises(Forbidden):
        queries.list_orders(viewer=stripped)
    assert queries.order_timeline(1, datetime.now(UTC), 10, stripped) == []


def test_last_orders_and_months(house):
    customer = make_customer(owner=house.anna).id
    make_order(customer, at=datetime(2026, 9, 3, 4, tzinfo=UTC), cents=5000)
    last = make_order(customer, at=datetime(2026, 10, 5, 4, tzinfo=UTC), cents=700, lines=2)
    make_order(customer, at=datetime(2026, 10, 9, 4, tzinfo=UTC), cents=200, kind="return")
    found = queries.last_orders_for([customer, 10**9])
    assert list(found) == [customer]
    assert (found[customer].order_id, found[customer].day, found[customer].amount_minor) == (
        last.pk,
        date(2026, 10, 5),
        1400,
    )
    months = queries.monthly_amounts(customer, viewer=house.anna, since=date(2026, 1, 1))
    assert months == [(date(2026, 9, 1), 5000), (date(2026, 10, 1), 1200)]
    assert queries.monthly_amounts(customer, viewer=house.bo, since=date(2026, 1, 1)) == []
    assert queries.customer_order_count(customer, house.anna) == 2
    assert queries.customer_order_count(customer, house.bo) == 0


def test_an_order_that_does_not_add_up_is_found_by_the_doctor(house):
    order = make_order(None, cents=500, lines=3)
    assert queries.wrong_sums() == []
    Order.objects.filter(pk=order.pk).update(amount_minor=1)
    assert str(order.number) in queries.wrong_sums()[0]
    order.lines.all().delete()
    assert queries.empty_orders()
