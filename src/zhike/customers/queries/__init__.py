"""Reads of the customers slice: the only door to its rows."""

from zhike.customers.queries.care import (
    Brief,
    Promise,
    UpcomingDate,
    brief_for,
    contacts_since,
    last_contacts,
    open_promises,
    special_dates_between,
)
from zhike.customers.queries.detail import (
    ContactView,
    CustomerDetail,
    CustomerPage,
    DateView,
    RelationView,
    ScoreView,
    customer_page,
    get_customer,
)
from zhike.customers.queries.filters import known_fields
from zhike.customers.queries.interactions import (
    InteractionRow,
    get_interaction,
    list_interactions,
    timeline,
)
from zhike.customers.queries.lists import Count, Page, list_customers
from zhike.customers.queries.lookup import customer_ids_by_number, customer_ids_by_ref, find_duplicates
from zhike.customers.queries.people import owner_choices, team_choices
from zhike.customers.queries.rows import CustomerRow, rows_for
from zhike.customers.queries.scope import require_visible, visible, visible_ids
from zhike.customers.queries.search import search_customers, search_ids
from zhike.customers.queries.sorts import SORTS
from zhike.customers.queries.verification import StaleCustomer, stale_customers
from zhike.customers.queries.views import SavedViewRow, saved_views, tags_in_use

__all__ = [
    "SORTS",
    "Brief",
    "ContactView",
    "Count",
    "CustomerDetail",
    "CustomerPage",
    "CustomerRow",
    "DateView",
    "InteractionRow",
    "Page",
    "Promise",
    "RelationView",
    "SavedViewRow",
    "ScoreView",
    "StaleCustomer",
    "UpcomingDate",
    "brief_for",
    "contacts_since",
    "customer_ids_by_number",
    "customer_ids_by_ref",
    "customer_page",
    "find_duplicates",
    "get_customer",
    "get_interaction",
    "known_fields",
    "last_contacts",
    "list_customers",
    "list_interactions",
    "open_promises",
    "owner_choices",
    "require_visible",
    "rows_for",
    "saved_views",
    "search_customers",
    "search_ids",
    "special_dates_between",
    "stale_customers",
    "tags_in_use",
    "team_choices",
    "timeline",
    "visible",
    "visible_ids",
]
