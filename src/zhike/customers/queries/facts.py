"""What the customers slice gives to the warehouse: no names, no contacts."""

from __future__ import annotations

from zhike.core import extract
from zhike.core.extract import DAY, INSTANT, INT, REAL, TEXT, Extract
from zhike.customers.models import Customer, Interaction, Score

CUSTOMERS = Extract(
    Customer._meta.db_table,
    {
        "customer_id": ("id", INT),
        "number": ("number", INT),
        "kind": ("kind", TEXT),
        "region": ("region", TEXT),
        "industry": ("industry", TEXT),
        "source_code": ("source_code", TEXT),
        "customer_since": ("customer_since", DAY),
        "owner_id": ("coalesce(owner_id, 0)", INT),
        "team_id": ("coalesce(team_id, 0)", INT),
        "name_key": ("name_key", TEXT),
    },
    nullable=frozenset({"customer_since"}),
)
"""Customers; ``name_key`` is for the score rows, the warehouse does not keep it."""
INTERACTIONS = Extract(
    Interaction._meta.db_table,
    {
        "interaction_id": ("id", INT),
        "customer_id": ("customer_id", INT),
        "at": ("at", INSTANT),
        "channel": ("channel", TEXT),
        "direction": ("direction", TEXT),
        "content_kind": ("content_kind", TEXT),
        "outcome": ("outcome", TEXT),
        "minutes": ("minutes", INT),
        "cost_minor": ("cost_minor", INT),
        "staff_id": ("by_id", INT),
    },
    nullable=frozenset({"staff_id"}),
)
SCORES = Extract(
    Score._meta.db_table,
    {
        "customer_id": ("customer_id", INT),
        "tier": ("tier", TEXT),
        "tier_proposal": ("tier_pending", TEXT),
        "risk": ("risk", REAL),
    },
    key="customer_id",
)
"""What the scores in place say, for comparison with the next ones."""


def interaction_buckets() -> dict[int, str]:
    """Return a fingerprint of each bucket of interactions."""
    return extract.fingerprints(
        Interaction._meta.db_table,
        "sum(version)",
        "sum(customer_id)",
        "sum(minutes)",
        "sum(cost_minor)",
        "sum(coalesce(by_id, 0))",
        "max(id)",
    )
