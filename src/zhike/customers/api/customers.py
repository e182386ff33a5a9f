"""Customers over the API: list, one, create, change."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_noop
from ninja import Router

from zhike.core import plugs
from zhike.core.errors import Conflict, PreconditionFailed
from zhike.core.permissions import FieldClass, Viewer
from zhike.core.rest import (
    CHANGED_MEANWHILE,
    etag,
    expected_version,
    filters_of,
    idempotent,
    limit_of,
    list_parameters,
    parse_record_id,
    query_parameters,
    viewer_of,
    write_headers,
)
from zhike.core.settings_store import firm
from zhike.customers import actions, queries
from zhike.customers.api.shapes import (
    ContactOut,
    CountOut,
    CustomerChanges,
    CustomerIn,
    CustomerOut,
    CustomerRowOut,
    CustomersOut,
    DateOut,
    SavedOut,
    ScoreOut,
    picked,
)
from zhike.values.money import decimal_string

router = Router()

_RENAMED = {"owner": "owner_id", "team": "team_id", "referred_by": "referred_by_id"}
_SORTS = [*queries.SORTS, *(f"-{key}" for key in queries.SORTS)]


def _filter_parameters() -> dict[str, str]:
    """The filters of the customer list, one parameter per field and comparison."""
    found = {}
    with translation.override("en"):
        for field in plugs.filter_fields:
            for operator in field.lookups:
                name = field.key if operator == "is" else f"{field.key}__{operator}"
                several = ", several separated by commas" if operator == "in" else ""
                found[name] = f"{field.label} ({field.kind}{several})."
    return found


@router.get(
    "",
    response=CustomersOut,
    exclude_unset=True,
    summary=gettext_noop("Customers, filtered and sorted"),
    openapi_extra=query_parameters(_filter_parameters(), sorts=_SORTS),
)
def list_customers(request: HttpRequest) -> CustomersOut:
    """Return a page of customers within the token's scope."""
    given, viewer = list_parameters(request), viewer_of(request)
    page = queries.list_customers(
        viewer=viewer,
        filters=filters_of(given),
        sort=given.get("sort", "name"),
        cursor=given.get("cursor", ""),
        limit=limit_of(given),
    )
    count = page.count or queries.Count(0, exact=False)
    return CustomersOut.model_construct(
        items=[_row(row, viewer) for row in page.rows],
        next=page.next,
        previous=page.previous,
        count=CountOut(value=count.value, exact=count.exact),
    )


@router.get(
    "/{int:customer_id}", response=CustomerOut, exclude_unset=True, summary=gettext_noop("One customer")
)
def get_customer(request: HttpRequest, customer_id: int, response: HttpResponse) -> CustomerOut:
    """Return one customer with archive and numbers; its ``ETag`` goes into ``If-Match`` of a change."""
    list_parameters(request, (), paging=())
    page = queries.customer_page(parse_record_id(customer_id), viewer_of(request))
    response.headers["ETag"] = etag(page.customer.version)
    return _customer(page)


@router.post(
    "", response={201: SavedOut}, summary=gettext_noop("A new customer"), openapi_extra=write_headers()
)
@idempotent
def create_customer(request: HttpRequest, payload: CustomerIn) -> tuple[int, SavedOut]:
    """Create a customer; 409 where somebody else has the same contact (unless ``allow_duplicate``)."""
    values = _values(payload)
    ref, allowed = values.pop("ref", None), values.pop("allow_duplicate", False)
    data = actions.CustomerInput(**values, ref=(ref["source"], ref["external_id"]) if ref else None)
    saved = actions.create_customer(data, by=viewer_of(request), allow_duplicate=allowed)
    return 201, SavedOut(**asdict(saved))


@router.patch(
    "/{int:customer_id}",
    response={200: SavedOut},
    summary=gettext_noop("Change a customer"),
    openapi_extra=write_headers(changes=True),
)
@idempotent
def change_customer(request: HttpRequest, customer_id: int, payload: CustomerChanges) -> tuple[int, SavedOut]:
    """Change the named fields and nothing else."""
    viewer = viewer_of(request)
    current = queries.get_customer(parse_record_id(customer_id), viewer=viewer)
    version = expected_version(request, current.version)
    try:
        saved = actions.update_customer(current.id, version=version, changes=_values(payload), by=viewer)
    except Conflict as error:
        if "If-Match" in request.headers and "version" in error.params:
            raise PreconditionFailed(CHANGED_MEANWHILE) from None
        raise
    return 200, SavedOut(**asdict(saved))


def _values(payload: CustomerChanges) -> dict[str, Any]:
    """The fields that were sent, as the actions name them."""
    sent = payload.model_dump(exclude_unset=True)
    values = {_RENAMED.get(name, name): value for name, value in sent.items()}
    if "contacts" in values:
        values["contacts"] = [actions.ContactInput(**entry) for entry in values["contacts"]]
    if "dates" in values:
        values["dates"] = [actions.DateInput(**entry) for entry in values["dates"]]
    return values


def _row(row: queries.CustomerRow, viewer: Viewer) -> CustomerRowOut:
    currency = firm().currency
    values = picked(
        CustomerRowOut,
        row,
        amount_12m=decimal_string(row.amount_12m, currency),
        value_12m=float(decimal_string(row.value_12m, currency)),
        owner=row.owner_id,
        team=row.team_id,
    )
    if not viewer.reads(FieldClass.CONTACT):
        del values["form_of_address"], values["phone"]
    return CustomerRowOut(**values)


def _customer(page: queries.CustomerPage) -> CustomerOut:
    head = page.customer
    values = picked(
        CustomerOut,
        head,
        referred_by=head.referred_by_id if page.referred_by is not None else None,
        owner=head.owner_id,
        team=head.team_id,
        tags=page.tags,
        score=_score(page.score),
    )
    if page.may_read_contacts:
        values["contacts"] = [ContactOut(**picked(ContactOut, contact)) for contact in page.contacts]
        values["dates"] = [DateOut(**picked(DateOut, day)) for day in page.dates]
    else:
        for name in ("form_of_address", "hobbies", "contact_from", "contact_until", "note"):
            del values[name]
    return CustomerOut(**values)


def _score(score: queries.ScoreView) -> ScoreOut:
    currency = firm().currency
    money = {n: decimal_string(getattr(score, n), currency) for n in ("amount_total", "amount_12m")}
    estimates = {
        name: float(decimal_string(getattr(score, name), currency))
        for name in ("value_12m", "value_low", "value_high", "expected_spend")
    }
    return ScoreOut(**picked(ScoreOut, score, **money, **estimates))
