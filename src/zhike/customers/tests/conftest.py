"""The firm that the tests of pages look at."""

from __future__ import annotations

import pytest

from zhike.customers.tests.factories import House, make_customer, make_house


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def zhou(house):
    return make_customer("周婉清", owner=house.anna, phone="13812345521")
