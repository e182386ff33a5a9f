"""What the customers slice hangs into the house."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.core import extract, plugs
from zhike.core.permissions import Viewer
from zhike.customers import queries
from zhike.customers.plugs import files, filters  # noqa: F401 - they hang themselves in
from zhike.customers.queries import checks, export, facts
from zhike.customers.queries.interactions import interaction_entries

plugs.menu.add(
    plugs.MenuEntry("customers", _("Customers"), "customers:list", "users", 200, permission="customers.read")
)


# ---------------------------------------------------------------- the search box


def _find(query: str, viewer: Viewer, limit: int) -> list[plugs.SearchHit]:
    if not viewer.can("customers.read"):
        return []
    rows = queries.search_customers(query, viewer, limit)
    return [_hit(row, place) for place, row in enumerate(rows)]


def _hit(row: queries.CustomerRow, place: int) -> plugs.SearchHit:
    detail = " · ".join(str(part) for part in (row.number, row.region, row.owner_name, row.phone) if part)
    icon = "building" if row.kind == "organisation" else "user"
    url = reverse("customers:detail", args=[row.id])
    return plugs.SearchHit(title=row.name, url=url, detail=detail, icon=icon, badge=row.tier, rank=place)


plugs.search.add(plugs.SearchSource("customers", _("Customers"), _find, order=10))
plugs.timeline.add(plugs.TimelineSource("interactions", _("Contacts"), interaction_entries, order=10))


plugs.exporters.add(
    plugs.Exporter(
        "customers", _("Customers"), export.COLUMNS, export.export_customers, "customers.export", order=20
    )
)


# ---------------------------------------------------------------- what the doctor proves

for _key, _label, _check in (
    ("orphans", "no row without its customer", checks.no_orphans),
    ("primary", "one primary contact point per kind", checks.one_primary),
    ("scores", "every customer has a score row", checks.every_customer_has_a_score),
    ("scope", "score rows repeat owner, team and name", checks.scores_repeat_the_customer),
    ("search", "the search index is complete", checks.search_index_is_complete),
):
    plugs.invariants.add(plugs.Invariant(f"customers.{_key}", _label, _check))


# ---------------------------------------------------------------- what the warehouse is given

extract.facts("customer", facts.CUSTOMERS, unique="customer_id")
extract.facts("interaction", facts.INTERACTIONS, unique="interaction_id", buckets=facts.interaction_buckets)
