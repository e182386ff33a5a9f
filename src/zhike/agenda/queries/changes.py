"""What the handlers need to know of customers that something happened to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from zhike.agenda.models import Task
from zhike.agenda.queries.sources.table import chunks
from zhike.customers.models import Customer, Interaction


def reached_customers(interaction_ids: Collection[int], customer_ids: Collection[int]) -> set[int]:
    """Return the customers who were reached in these interactions (all where no id is given)."""
    if not interaction_ids:
        return set(customer_ids)
    reached: set[int] = set()
    for part in chunks(sorted(set(interaction_ids))):
        rows = Interaction.objects.filter(pk__in=part).exclude(outcome="not_reached")
        reached |= set(rows.values_list("customer_id", flat=True))
    return reached


def owners_of(customer_ids: Sequence[int]) -> dict[int, tuple[int | None, int | None]]:
    """Return owner and team by customer."""
    rows = Customer.objects.filter(pk__in=customer_ids).values_list("id", "owner_id", "team_id")
    return {pk: (owner, team) for pk, owner, team in rows}


def leads_missing(customer_ids: Sequence[int]) -> list[int]:
    """Return, for each customer and list that has open tasks but no card any more, the task to become it."""
    rows = Task.objects.filter(customer_id__in=customer_ids, state=Task.State.OPEN)
    best: dict[tuple[int, int | None, str], int] = {}
    has_lead: set[tuple[int, int | None, str]] = set()
    for pk, customer, owner, role, lead in rows.order_by("-promised", "-rank", "id").values_list(
        "id", "customer_id", "owner_id", "for_role", "is_lead"
    ):
        place = (customer, owner, role)
        best.setdefault(place, pk)
        if lead:
            has_lead.add(place)
    return [pk for place, pk in best.items() if place not in has_lead]
