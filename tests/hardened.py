"""A house with a secret, and a way through every address of the project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from zhike.agenda.actions import answer_later, rebuild_tasks, save_policy_line
from zhike.agenda.models import CarePolicy, Task
from zhike.agenda.rules.settings import DEFAULT_POLICY
from zhike.agenda.tests.factories import make_order
from zhike.core.clock import now, today
from zhike.core.imports import wizard
from zhike.core.permissions import SYSTEM, Viewer
from zhike.customers import actions as customers
from zhike.customers.actions import ContactInput, CustomerInput, DateInput, InteractionInput
from zhike.customers.models import ContactPoint, Customer, Score, SpecialDate
from zhike.sales.models import Order, Place
from zhike.staff.models import ApiToken, User
from zhike.staff.tests.factories import make_token

NAME, PHONE, NOTE = "顾长明泄密", "13800001111", "金丝雀备注"
CANARY = (
    NAME,
    PHONE,
    "138****1111",
    "138 0000 1111",
    "138 •••• 1111",
    NOTE,
    "canary@example.com",
    "K-CANARY",
)


@dataclass
class Records:
    """The ids of everything that hangs on one customer, by what the addresses call them."""

    customer: int
    contact: int
    date: int
    relation: int
    interaction: int
    order: int
    task: int
    answer: int
    view: int
    run: int
    user: int
    team: int
    policy: int
    token: int


def make_records(owner: Viewer, text: str = "", *, upload_by: Viewer | None = None) -> Records:
    """Make a customer of ``owner`` with everything one can have; all text is ``text`` where it is given."""
    customer = _customer(owner, text)
    scored = Customer.objects.get(pk=customer)
    day = today()
    for age in (100, 70, 40):
        order = make_order(scored, day - timedelta(days=age), product=text or "米")
    place = Place.objects.create(name=text or "总店")
    changes = {
        "number": text or "K-CANARY",
        "note": text or NOTE,
        "place": place,
        "seller_id": owner.user_id,
    }
    Order.objects.filter(pk=order.pk).update(**changes)
    promise = InteractionInput(
        customer_id=customer, channel="call", at=now() - timedelta(days=9), summary=text or NOTE,
        promise=text or NOTE, promise_due=day, user_id=owner.user_id,
    )  # fmt: skip
    interaction = customers.record_interaction(promise, by=SYSTEM)
    Score.objects.filter(pk=customer).update(
        tier="A", risk=0.8, orders=8, mean_gap_days=26.0, last_purchase=day - timedelta(days=71),
        next_purchase=day + timedelta(days=1), value_12m=800_000, p_alive=0.4,
    )  # fmt: skip
    save_policy_line(DEFAULT_POLICY[0], shipped=1, by=SYSTEM)
    make_token(owner)
    rebuild_tasks(0, day)
    task = Task.objects.filter(customer=customer, state="open", is_lead=True).get()
    answer = answer_later(task.pk, day + timedelta(days=3), by=owner).answer_id
    Task.objects.filter(customer=customer).update(not_before=day)
    view = customers.save_view(name=text or NOTE, query={"filters": {"tier": "A"}}, by=owner)
    rows = f"客户编号,姓名,手机\n1,{(text or NAME).replace(',', '')},{PHONE}\n".encode()
    run = wizard.upload([rows], kind="customers", file_name=f"{text or NAME}.csv", by=upload_by or owner)
    return Records(
        customer=customer,
        contact=ContactPoint.objects.filter(customer=customer).order_by("id")[0].pk,
        date=SpecialDate.objects.get(customer=customer).pk,
        relation=scored.relations.get().pk,
        interaction=interaction,
        order=order.pk,
        task=task.pk,
        answer=answer,
        view=view,
        run=run.pk,
        user=owner.user_id or 0,
        team=owner.team_id or 0,
        policy=CarePolicy.objects.order_by("id")[0].pk,
        token=ApiToken.objects.filter(user_id=owner.user_id).order_by("id")[0].pk,
    )


def _customer(owner: Viewer, text: str) -> int:
    data = CustomerInput(
        name=text or NAME, form_of_address=text, title=text, industry=text, region=text or "杭州",
        hobbies=text,
        source_code=text, note=text or NOTE, owner_id=owner.user_id, team_id=owner.team_id,
        contacts=[ContactInput("mobile", PHONE, label=text), ContactInput("email", "canary@example.com"),
                  ContactInput("address", text or NOTE), ContactInput("other", text or NOTE)],
        dates=[DateInput("birthday", today().month, min(today().day, 28), note=text or NOTE, person=text)],
        tags=[text or "老客户"],
    )  # fmt: skip
    saved = customers.create_customer(data, by=SYSTEM, allow_duplicate=True)
    customers.add_relation(
        saved.id, kind="friend", name=text or NOTE, post=text, note=text or NOTE, by=SYSTEM
    )
    return saved.id


# ---------------------------------------------------------------- every address


@dataclass(frozen=True)
class Address:
    """One address: its full name (``customers:detail``) and its pattern, ``<int:pk>`` and all."""

    name: str
    pattern: str
    converters: dict[str, str] = field(compare=False)

    def fill(self, ids: dict[str, Any]) -> str:
        """The address with these values in it."""
        path = self.pattern
        for name, kind in self.converters.items():
            path = path.replace(f"<{kind}:{name}>", str(ids[name])).replace(f"<{name}>", str(ids[name]))
        return "/" + path


def addresses() -> list[Address]:
    """Every address of the project."""
    return sorted(_walk(get_resolver(), "", ()), key=lambda a: (a.name, a.pattern))


def _walk(resolver: URLResolver, prefix: str, names: tuple[str, ...]) -> Iterator[Address]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = (*names, part.namespace) if part.namespace else names
            yield from _walk(part, prefix + str(part.pattern), inner)
        elif isinstance(part, URLPattern):
            yield _address(prefix + str(part.pattern), ":".join((*names, part.name or "")))


def _address(pattern: str, name: str) -> Address:
    import re

    plain = re.sub(
        r"\(\?P<(\w+)>[^)]*\)", r"<str:\1>", pattern.replace("^", "").replace("$", "").rstrip("\\Z")
    )
    found = {key: kind or "str" for kind, key in re.findall(r"<(?:(\w+):)?(\w+)>", plain)}
    return Address(name, plain, found)


def ids_for(address: Address, records: Records) -> dict[str, Any]:
    """What goes into an address so that it names these records."""
    by_name = {
        "contact_id": records.contact,
        "date_id": records.date,
        "relation_id": records.relation,
        "customer_id": records.customer,
        "order_id": records.order,
        "interaction_id": records.interaction,
        "task_id": records.task,
        "answer_id": records.answer,
        "key": "tier",
        "name": "region",
        "what": "primary",
        "token": "x",
        "secret": "x",
        "uidb36": "1",
        "position": 1,
    }
    return {
        name: by_name.get(name, _pk(address, records) if name == "pk" else "x") for name in address.converters
    }


def _pk(address: Address, records: Records) -> int:
    for part, value in {
        "customers:view": records.view,
        "customers:interaction": records.interaction,
        "customers:promise": records.interaction,
        "sales:": records.order,
        "agenda:policy": records.policy,
        "agenda:amend": records.answer,
        "agenda:undo": records.answer,
        "agenda:": records.task,
        "staff:import": records.run,
        "staff:user": records.user,
        "staff:team": records.team,
        "staff:token": records.token,
        "customers:": records.customer,
    }.items():
        if address.name.startswith(part):
            return value
    return 1


# ---------------------------------------------------------------- before and after

_MOVING = {
    "sessions.session",
    "core.heartbeat",
    "core.changelogentry",
    "core.historyversion",
    "usersessions.usersession",
}


def state() -> dict[str, str]:
    """Everything in the database but sessions and the changelog, as text by table."""
    found = {}
    for model in apps.get_models():
        if model._meta.label_lower not in _MOVING and not model._meta.proxy and model._meta.managed:
            rows = list(model._default_manager.order_by("pk").values())
            for row in rows:
                row.pop("last_login", None)
                row.pop("last_used_at", None)
            found[model._meta.label_lower] = json.dumps(rows, default=str, sort_keys=True, ensure_ascii=False)
    return found


def differences(before: dict[str, str]) -> list[str]:
    """The tables that are no longer as they were."""
    after = state()
    return [name for name, text in before.items() if after[name] != text]


def browser_of(viewer: Viewer, **more: Any) -> Client:
    """A logged-in browser; what goes wrong in the server comes back as a 500."""
    client = Client(raise_request_exception=False, **more)
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client
