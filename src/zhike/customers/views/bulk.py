"""Commands for selected rows, editing in place, and taking a step back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from zhike.core.errors import Forbidden, Invalid, NotFound
from zhike.core.permissions import Viewer
from zhike.customers import actions, queries
from zhike.customers.forms.lists import BulkTagsForm, OwnerForm, RegionForm, TagsForm
from zhike.customers.views import columns
from zhike.customers.views.common import done, record_id, record_ids, show, take_errors, viewer_of
from zhike.ui.toasts import toast, trigger

UNDO_SECONDS = 900
UNDO_MOST = 200
"""More rows than this would make the undo address too long; then there is none."""
_SALT = "customers.undo"
CHANGED = "customers:changed"


def undo_url(viewer: Viewer, kind: str, data: Any) -> str:
    """Return a signed address that takes a step back, for this person and a quarter of an hour."""
    token = signing.dumps([viewer.user_id, kind, data], salt=_SALT, compress=True)
    return reverse("customers:undo", args=[token]) if len(token) < 6000 else ""


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_assign(request: HttpRequest) -> HttpResponse:
    """Hand the selected customers over: all of them, or none."""
    viewer = viewer_of(request)
    viewer.require("customers.assign")
    form = OwnerForm(request.POST if request.method == "POST" else None, owners=queries.owner_choices(viewer))
    if request.method == "POST":
        ids = record_ids(request)
        before = _owners(ids, viewer)
        if form.is_valid():
            moved = actions.assign(ids, owner_id=record_id(form.cleaned_data["owner"]), by=viewer)
            text = ngettext("%(n)s customer handed over.", "%(n)s customers handed over.", moved) % {
                "n": moved
            }
            back = undo_url(viewer, "assign", before) if len(ids) <= UNDO_MOST else ""
            return done(request, text, event=CHANGED, back=reverse("customers:list"), undo_url=back)
    return _bulk_dialog(request, form, "assign")


def _bulk_dialog(request: HttpRequest, form: Any, what: str, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "what": what,
        "ids": [record_id(raw) for raw in request.POST.getlist("id")],
        "form_action": reverse(f"customers:bulk_{what}"),
        **more,
    }
    return show(request, "customers/bulk.html", context, refused=bool(form.errors))


def _owners(ids: list[int], viewer: Viewer) -> list[tuple[int | None, int | None, list[int]]]:
    """Who has them now, in groups of the same owner and team."""
    groups: dict[tuple[int | None, int | None], list[int]] = {}
    for row in queries.rows_for(queries.require_visible(ids, viewer), viewer):
        groups.setdefault((row.owner_id, row.team_id), []).append(row.id)
    return [(owner, team, members) for (owner, team), members in groups.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_tags(request: HttpRequest) -> HttpResponse:
    """Put tags on the selected customers, or take them off: on all of them, or none."""
    viewer = viewer_of(request)
    if not viewer.can("customers.tags"):
        viewer.require("customers.edit")
    form = BulkTagsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        ids = record_ids(request)
        before = {
            row.id: set(row.tags) for row in queries.rows_for(queries.require_visible(ids, viewer), viewer)
        }
        if form.is_valid():
            return _tagged(request, ids, before, form.cleaned_data)
    return _bulk_dialog(request, form, "tags", known_tags=queries.tags_in_use(viewer))


def _tagged(
    request: HttpRequest, ids: list[int], before: dict[int, set[str]], given: dict[str, Any]
) -> HttpResponse:
    viewer, tags, remove = viewer_of(request), given["tags"], given["how"] == "remove"
    touched = actions.set_tags(ids, add=() if remove else tags, remove=tags if remove else (), by=viewer)
    changes = [(pk, [t for t in tags if (t in had) == remove]) for pk, had in before.items()]
    step = [change for change in changes if change[1]]
    back = undo_url(viewer, "tag" if remove else "untag", step) if len(ids) <= UNDO_MOST else ""
    text = ngettext("%(n)s customer changed.", "%(n)s customers changed.", touched) % {"n": touched}
    return done(request, text, event=CHANGED, back=reverse("customers:list"), undo_url=back)


@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take a step back that was offered a moment ago."""
    viewer = viewer_of(request)
    try:
        user_id, kind, data = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.SignatureExpired:
        raise Invalid(gettext_noop("It is too late to undo this.")) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None
    if user_id != viewer.user_id:
        raise NotFound
    _STEPS[kind](data, viewer)
    response = done(request, _("Taken back."), event=CHANGED, back=reverse("customers:list"), tone="info")
    return trigger(trigger(response, "customer:changed"), "interaction:changed")


def _assign_back(groups: Iterable[Any], viewer: Viewer) -> None:
    for owner, team, ids in groups:
        actions.assign(ids, owner_id=owner, team_id=team, by=viewer)


def _tag_back(changes: Iterable[Any], viewer: Viewer, *, add: bool) -> None:
    groups: dict[tuple[str, ...], list[int]] = {}
    for pk, tags in changes:
        groups.setdefault(tuple(tags), []).append(pk)
    for tags, ids in groups.items():
        actions.set_tags(ids, add=tags if add else (), remove=() if add else tags, by=viewer)


def _fields_back(data: Any, viewer: Viewer) -> None:
    pk, changes = data
    changes = {name: _typed(name, value) for name, value in changes.items()}
    version = queries.get_customer(pk, viewer=viewer).version
    actions.update_customer(pk, version=version, changes=changes, by=viewer)


def _typed(name: str, value: Any) -> Any:
    if value is None or name not in {"contact_from", "contact_until", "customer_since"}:
        return value
    return date.fromisoformat(value) if name == "customer_since" else time.fromisoformat(value)


_STEPS: dict[str, Callable[[Any, Viewer], None]] = {
    "assign": _assign_back,
    "tag": lambda data, viewer: _tag_back(data, viewer, add=True),
    "untag": lambda data, viewer: _tag_back(data, viewer, add=False),
    "fields": _fields_back,
    "interaction": lambda pk, viewer: actions.withdraw_interaction(pk, by=viewer),
    "promise": lambda pk, viewer: actions.reopen_promise(pk, by=viewer),
}


# ---------------------------------------------------------------- editing in place


@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A cell of the list: the small form (GET), or the value once it is saved (POST)."""
    viewer = viewer_of(request)
    _known(name)
    if name in _NEEDS:
        viewer.require(_NEEDS[name])
    row = _row(pk, viewer)
    form = _form(name, row, viewer, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            back = _save(name, row, form.cleaned_data, viewer)
        except (Invalid, Forbidden) as error:
            take_errors(form, error)
        else:
            response = HttpResponse(_shown(name, _row(pk, viewer), viewer))
            return toast(request, response, _("Saved."), undo_url=back)
    context = {"form": form, "row": row, "name": name, "url": reverse("customers:cell", args=[pk, name])}
    return show(request, "customers/cell.html", context, refused=bool(form.errors))


def _known(name: str) -> None:
    if name not in EDITABLE:
        raise NotFound


EDITABLE = ("owner", "region", "tags")
_NEEDS = {"owner": "customers.assign", "region": "customers.edit"}


@require_http_methods(["GET", "HEAD"])
def cell_value(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The value of a cell as it stands: what "cancel" brings back."""
    viewer = viewer_of(request)
    _known(name)
    return HttpResponse(_shown(name, _row(pk, viewer), viewer))


def _row(pk: int, viewer: Viewer) -> queries.CustomerRow:
    return queries.rows_for(queries.require_visible([pk], viewer), viewer)[0]


def _form(name: str, row: queries.CustomerRow, viewer: Viewer, data: Any) -> Any:
    if name == "owner":
        return OwnerForm(
            data, owners=queries.owner_choices(viewer), initial={"owner": str(row.owner_id or "")}
        )
    if name == "region":
        return RegionForm(data, initial={"region": row.region})
    return TagsForm(data, initial={"tags": ", ".join(row.tags)})


def _save(name: str, row: queries.CustomerRow, values: dict[str, Any], viewer: Viewer) -> str:
    """Write, and return the address that undoes it."""
    if name == "owner":
        actions.assign([row.id], owner_id=int(values["owner"]), by=viewer)
        return undo_url(viewer, "assign", [(row.owner_id, row.team_id, [row.id])])
    if name == "region":
        actions.update_customer(row.id, version=row.version, changes={"region": values["region"]}, by=viewer)
        return undo_url(viewer, "fields", [row.id, {"region": row.region}])
    wanted = set(values["tags"])
    new, gone = [t for t in values["tags"] if t not in row.tags], [t for t in row.tags if t not in wanted]
    actions.set_tags([row.id], add=new, remove=gone, by=viewer)
    return undo_url(viewer, "untag", [(row.id, new)]) if new else undo_url(viewer, "tag", [(row.id, gone)])


def _shown(name: str, row: queries.CustomerRow, viewer: Viewer) -> str:
    sheet = columns.Page(
        may_edit=viewer.can("customers.edit"),
        may_assign=viewer.can("customers.assign"),
        may_tag=viewer.can("customers.edit") or viewer.can("customers.tags"),
    )
    written = next(c for c in columns.CELLS if c.key == name).write(row, sheet)
    return str(written)
