"""The API against its own description: invented requests to each operation; nothing breaks, answers fit."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from zhike.config.api import api
from zhike.config.wsgi import application
from zhike.customers.tests.factories import make_customer, make_house
from zhike.staff.tests.factories import make_token

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = application
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.fixture
def kept_connection():
    """Keep the test's transaction: a server would drop a connection that is inside one between requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(kept_connection):
    house = make_house()
    make_customer("周婉清", owner=house.anna)
    return make_token(house.admin)


@schema.parametrize()
@settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
def test_invented_requests_never_break_it(case, token):
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
    case.call_and_validate(checks=CHECKS)
