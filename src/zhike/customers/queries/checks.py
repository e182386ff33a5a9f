"""What ``zhike doctor`` proves about customers: each check returns what is wrong, empty when all is well."""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, F, Q

from zhike.customers.models import (
    ContactPoint,
    Customer,
    CustomerRef,
    CustomerTag,
    Interaction,
    Score,
    SpecialDate,
)

_SHOWN = 5


def no_orphans() -> list[str]:
    """Every row that belongs to a customer has one."""
    found = []
    for model in (ContactPoint, CustomerRef, CustomerTag, SpecialDate, Interaction, Score):
        ids = list(model.objects.filter(customer__id__isnull=True).values_list("pk", flat=True)[:_SHOWN])
        if ids:
            found.append(f"{model._meta.db_table}: rows without a customer, e.g. {ids}")
    return found


def one_primary() -> list[str]:
    """A customer has one primary contact point per kind, and a valid one where any is valid."""
    several = (
        ContactPoint.objects.filter(is_primary=True)
        .values("customer_id", "kind")
        .annotate(n=Count("id"))
        .filter(n__gt=1)[:_SHOWN]
    )
    found = [f"customer {row['customer_id']} has {row['n']} primary {row['kind']}" for row in several]
    without = (
        ContactPoint.objects.values("customer_id", "kind")
        .annotate(
            valid=Count("id", filter=Q(invalid_reason="")), primary=Count("id", filter=Q(is_primary=True))
        )
        .filter(valid__gt=0, primary=0)[:_SHOWN]
    )
    return found + [f"customer {row['customer_id']} has no primary {row['kind']}" for row in without]


def every_customer_has_a_score() -> list[str]:
    """Each customer has one score row, each score row a customer."""
    missing = list(Customer.objects.filter(score__isnull=True).values_list("pk", flat=True)[:_SHOWN])
    return [f"customers without a score row, e.g. {missing}"] if missing else []


def scores_repeat_the_customer() -> list[str]:
    """Owner, team and name key of the score row are those of the customer."""
    same = Q(name_key=F("customer__name_key"))
    for name in ("owner_id", "team_id"):
        both_none = Q(**{f"{name}__isnull": True, f"customer__{name}__isnull": True})
        same &= Q(**{name: F(f"customer__{name}")}) | both_none
    ids = list(
        Score.objects.filter(customer__isnull=False).exclude(same).values_list("pk", flat=True)[:_SHOWN]
    )
    return [f"score rows that differ from their customer, e.g. {ids}"] if ids else []


def search_index_is_complete() -> list[str]:
    """The full-text index holds what the search columns hold."""
    if connection.vendor == "postgresql":
        return _pg_indexes()
    with connection.cursor() as cursor:
        try:
            cursor.execute(
                "INSERT INTO customers_search (customers_search, rank) VALUES ('integrity-check', 1)"
            )
        except Exception as error:  # noqa: BLE001 - whatever SQLite says is the finding
            return [f"customers_search does not fit its content: {error}"]
    empty = Customer.objects.filter(search_open="").count()
    return [f"{empty} customers can't be found: their search column is empty"] if empty else []


def _pg_indexes() -> list[str]:
    wanted = {"customers_search_open", "customers_search_contact"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indisvalid AND c.relname LIKE 'customers_search%%'"
        )
        missing = wanted - {row[0] for row in cursor.fetchall()}
    return [f"index {name} is missing or not valid" for name in sorted(missing)]
