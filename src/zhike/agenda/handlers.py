"""What the agenda does when something happens elsewhere: close, move, build anew for a few customers."""

from __future__ import annotations

from zhike.agenda import actions
from zhike.core.outbox import handles
from zhike.core.permissions import SYSTEM
from zhike.events import CustomersChanged, InteractionsRecorded, OrdersRecorded

FEW = 300
"""Up to so many customers are looked at anew at once; more wait for the next refresh."""
_MATTERS = frozenset({"dates", "special_dates", "contacts", "preferred_channel", "verified_at"})
_HANDED_OVER = frozenset({"owner", "owner_id", "team", "team_id"})


@handles(OrdersRecorded)
def close_for_orders(event: OrdersRecorded) -> None:
    """Who has just ordered is neither due, nor slipping away, nor new any more."""
    actions.close_after_orders(event.customer_ids, by=SYSTEM)


@handles(InteractionsRecorded)
def follow_contacts(event: InteractionsRecorded) -> None:
    """A contact is the care that was due, starts the customer's rest, and may hold a promise."""
    actions.close_after_contacts(event.interaction_ids, event.customer_ids, by=SYSTEM)
    if len(event.customer_ids) <= FEW:
        actions.recompute_today(event.customer_ids, by=SYSTEM)


@handles(CustomersChanged)
def follow_customers(event: CustomersChanged) -> None:
    """Tasks go with their customers to the new owner; new dates and ways to reach them are looked at anew."""
    changed = set(event.fields)
    if _HANDED_OVER & changed:
        actions.hand_over(event.customer_ids, by=SYSTEM)
    if (_MATTERS | _HANDED_OVER) & changed and len(event.customer_ids) <= FEW:
        actions.recompute_today(event.customer_ids, by=SYSTEM)
