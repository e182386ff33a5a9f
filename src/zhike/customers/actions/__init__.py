"""Writes of the customers slice."""

from zhike.customers.actions.archive import (
    add_contact,
    add_relation,
    add_special_date,
    make_primary,
    mark_contact_invalid,
    remove_contact,
    remove_relation,
    remove_special_date,
    update_contact,
    update_special_date,
)
from zhike.customers.actions.bulk import assign, set_tags
from zhike.customers.actions.create import create_customer, create_customers
from zhike.customers.actions.ensure import Ensured, ensure_customers
from zhike.customers.actions.imports import import_customers
from zhike.customers.actions.inputs import CustomerInput, Saved
from zhike.customers.actions.interaction_imports import (
    InteractionRecord,
    Upserted,
    import_interactions,
    upsert_interactions,
)
from zhike.customers.actions.interactions import (
    InteractionInput,
    keep_promise,
    record_interaction,
    update_interaction,
)
from zhike.customers.actions.update import update_customer, verify_customer
from zhike.customers.actions.views import delete_view, save_view
from zhike.customers.actions.withdrawal import reopen_promise, withdraw_interaction
from zhike.customers.rules.contacts import ContactInput
from zhike.customers.rules.dates import DateInput

__all__ = [
    "ContactInput",
    "CustomerInput",
    "DateInput",
    "Ensured",
    "InteractionInput",
    "InteractionRecord",
    "Saved",
    "Upserted",
    "add_contact",
    "add_relation",
    "add_special_date",
    "assign",
    "create_customer",
    "create_customers",
    "delete_view",
    "ensure_customers",
    "import_customers",
    "import_interactions",
    "keep_promise",
    "make_primary",
    "mark_contact_invalid",
    "record_interaction",
    "remove_contact",
    "remove_relation",
    "remove_special_date",
    "reopen_promise",
    "save_view",
    "set_tags",
    "update_contact",
    "update_customer",
    "update_interaction",
    "update_special_date",
    "upsert_interactions",
    "verify_customer",
    "withdraw_interaction",
]
