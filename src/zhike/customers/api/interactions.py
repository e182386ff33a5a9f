"""Contacts with customers over the API: list, one, record."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from zhike.core.permissions import FieldClass, Viewer
from zhike.core.rest import (
    etag,
    idempotent,
    instant_of,
    limit_of,
    list_parameters,
    parse_record_id,
    query_parameters,
    record_id_of,
    viewer_of,
    write_headers,
)
from zhike.core.settings_store import firm
from zhike.customers import actions, queries
from zhike.customers.api.shapes import InteractionIn, InteractionOut, InteractionsOut, RecordedOut, picked
from zhike.values.money import decimal_string, parse_minor

router = Router()

_FILTERS = {
    "customer": "Only those with this customer (id).",
    "since": "Only those at or after this moment, ISO 8601 with offset.",
}


@router.get(
    "",
    response=InteractionsOut,
    exclude_unset=True,
    summary=gettext_noop("Contacts with customers, newest first"),
    openapi_extra=query_parameters(_FILTERS),
)
def list_interactions(request: HttpRequest) -> InteractionsOut:
    """Return a page of contacts with customers within the token's scope."""
    given = list_parameters(request, _FILTERS, paging=("cursor", "limit"))
    viewer = viewer_of(request)
    page = queries.list_interactions(
        viewer=viewer,
        customer_id=record_id_of(given, "customer"),
        since=instant_of(given, "since"),
        cursor=given.get("cursor", ""),
        limit=limit_of(given),
    )
    return InteractionsOut.model_construct(
        items=[_interaction(row, viewer) for row in page.rows], next=page.next
    )


@router.get(
    "/{int:interaction_id}",
    response=InteractionOut,
    exclude_unset=True,
    summary=gettext_noop("One contact with a customer"),
)
def get_interaction(request: HttpRequest, interaction_id: int, response: HttpResponse) -> InteractionOut:
    """Return one contact."""
    list_parameters(request, (), paging=())
    viewer = viewer_of(request)
    row = queries.get_interaction(parse_record_id(interaction_id), viewer=viewer)
    response.headers["ETag"] = etag(row.version)
    return _interaction(row, viewer)


@router.post(
    "", response={201: RecordedOut}, summary=gettext_noop("Record a contact"), openapi_extra=write_headers()
)
@idempotent
def record_interaction(request: HttpRequest, payload: InteractionIn) -> tuple[int, RecordedOut]:
    """Record a contact with a customer in the token's scope."""
    values = payload.model_dump(exclude_unset=True)
    values["customer_id"] = values.pop("customer")
    values["user_id"] = values.pop("user", None)
    values["cost_minor"] = parse_minor(values.pop("cost", Decimal(0)), firm().currency, rounding=True)
    pk = actions.record_interaction(actions.InteractionInput(**values), by=viewer_of(request))
    return 201, RecordedOut(id=pk)


def _interaction(row: queries.InteractionRow, viewer: Viewer) -> InteractionOut:
    cost = decimal_string(row.cost_minor, firm().currency)
    values = picked(
        InteractionOut, row, customer=row.customer_id, user=row.user_id, task=row.task_id, cost=cost
    )
    if not viewer.reads(FieldClass.CONTACT):
        del values["summary"], values["promise"]
    return InteractionOut(**values)
