"""Fields the customer list and segments can filter by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.core import plugs
from zhike.customers import queries
from zhike.customers.forms import labels
from zhike.customers.queries import filter_lookups as lookups

NEVER, FAR = date(1900, 1, 1), date(9999, 12, 31)


def _choices(found: labels.Labels) -> Any:
    return lambda _viewer: list(found.items())


def _field(
    key: str, label: Any, kind: str, asks: lookups.Lookups, parse: Any, order: int, **more: Any
) -> None:
    plugs.filter_fields.add(plugs.FilterField(key, label, kind, asks, parse, order=order, **more))


def _coded(
    key: str, label: Any, column: str, found: labels.Labels, order: int, known: Sequence[str] = ()
) -> None:
    parse = lookups.one_of(known or tuple(found))
    _field(key, label, "choice", lookups.equals(column), parse, order, choices=_choices(found))


_coded("tier", _("Tier"), "score__tier", labels.TIERS, 10)
_coded("state", _("State"), "score__state", labels.STATES, 20)
_coded("rfm", _("RFM cell"), "score__rfm_cell", labels.RFM_CELLS, 30)
_field(
    "owner",
    _("Owner"),
    "choice",
    lookups.person("owner_id"),
    lookups.identity,
    40,
    choices=queries.owner_choices,
)
_field(
    "team", _("Team"), "choice", lookups.person("team_id"), lookups.identity, 50, choices=queries.team_choices
)
_coded("kind", _("Kind"), "kind", labels.KINDS, 60)
_field(
    "tag",
    _("Tag"),
    "choice",
    lookups.tag(),
    lookups.short_text,
    70,
    choices=lambda viewer: [(name, name) for name in queries.tags_in_use(viewer)],
)
_field("region", _("Region"), "text", lookups.equals("region"), lookups.short_text, 80)
_field("industry", _("Trade"), "text", lookups.equals("industry"), lookups.short_text, 85)
_field(
    "source",
    _("Source"),
    "choice",
    lookups.equals("source_code"),
    lookups.short_text,
    90,
    choices=_choices(labels.SOURCES),
)
_field(
    "last_purchase",
    _("Last purchase"),
    "date",
    lookups.days("score__last_purchase", never=NEVER),
    lookups.day_or_none,
    100,
)
_field(
    "next_purchase",
    _("Next purchase"),
    "date",
    lookups.days("score__next_purchase", never=FAR),
    lookups.day_or_none,
    110,
)
_field(
    "last_contact",
    _("Last contact"),
    "date",
    lookups.days("score__last_contact", never=NEVER),
    lookups.day_or_none,
    120,
)
_field("value", _("Value in 12 months"), "money", lookups.between("score__value_12m"), lookups.money, 130)
_field("amount", _("Spent in 12 months"), "money", lookups.between("score__amount_12m"), lookups.money, 135)
_field("risk", _("Risk of leaving"), "number", lookups.of_buyers("score__risk"), lookups.probability, 140)
_field("orders", _("Orders"), "number", lookups.between("score__orders"), lookups.whole_number, 150)
for _score in ("r", "f", "m"):
    _field(
        _score,
        _score.upper(),
        "number",
        {**lookups.between(f"score__{_score}"), **lookups.equals(f"score__{_score}")},
        lookups.whole_number,
        155,
    )
_field("created", _("Entered on"), "date", lookups.created(), lookups.day, 160)
_field(
    "contact",
    _("Phone or e-mail"),
    "text",
    lookups.contact(),
    lookups.phone_or_email,
    170,
    field_class="contact",
)
_field(
    "birthday_month",
    _("Birthday in month"),
    "number",
    lookups.birthday_month(),
    lookups.month,
    180,
    field_class="contact",
)
