"""The score row of a customer as long as no refresh has seen it, and what it repeats of the customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from zhike.customers.models import Customer, Score

_REPEATED = ("owner_id", "team_id", "name_key")


def add_default_scores(first_id: int, last_id: int) -> None:
    """Give every customer in this range of ids that has no score row one of defaults, in one statement."""
    quote = connection.ops.quote_name
    score, customer = quote(Score._meta.db_table), quote(Customer._meta.db_table)
    constants = [f for f in Score._meta.concrete_fields if f.name not in {"customer", *_REPEATED}]
    columns = [quote(str(f.column)) for f in constants]
    values = [f.get_db_prep_save(f.get_default(), connection) for f in constants]
    casts = [
        f"CAST(%s AS {f.db_type(connection)})" if connection.vendor == "postgresql" else "%s"
        for f in constants
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {score} (customer_id, owner_id, team_id, name_key, {', '.join(columns)}) "  # noqa: S608
            f"SELECT c.id, c.owner_id, c.team_id, c.name_key, {', '.join(casts)} FROM {customer} c "
            "WHERE c.id BETWEEN %s AND %s "
            f"AND NOT EXISTS (SELECT 1 FROM {score} s WHERE s.customer_id = c.id)",
            [*values, first_id, last_id],
        )


def repeat_on_scores(ids: Sequence[int], **values: Any) -> None:
    """Write what the score rows repeat (owner_id, team_id, name_key), in the caller's transaction."""
    if set(values) - set(_REPEATED):
        raise ValueError(f"score rows repeat only {', '.join(_REPEATED)}")
    for start in range(0, len(ids), 900):
        Score.objects.filter(pk__in=ids[start : start + 900]).update(**values)


def note_last_contact(days: dict[int, Any]) -> None:
    """Move ``last_contact`` of score rows forward to these days (customer id → date)."""
    by_day: dict[Any, list[int]] = {}
    for customer_id, day in days.items():
        by_day.setdefault(day, []).append(customer_id)
    for day, ids in by_day.items():
        for start in range(0, len(ids), 900):
            Score.objects.filter(pk__in=ids[start : start + 900], last_contact__lt=day).update(
                last_contact=day
            )
