"""People and teams, and the first start."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.core.errors import NotFound
from zhike.staff import actions, queries
from zhike.staff.forms import NewUserForm, PasswordForm, SetupForm, TeamForm, UserForm
from zhike.staff.views.frame import address, submit, viewer_of
from zhike.ui.settings_frame import settings_page
from zhike.ui.toasts import toast

_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List users and teams."""
    viewer = viewer_of(request)
    context = {"users": queries.users(viewer=viewer), "teams": queries.teams()}
    return settings_page(request, "staff/people.html", "people", context)


@require_http_methods(_FORM_METHODS)
def user_new(request: HttpRequest) -> HttpResponse:
    """Add a user."""
    viewer = viewer_of(request)
    viewer.require("settings.people")
    form = NewUserForm(request.POST or None, teams=queries.teams(), initial={"language": viewer.language})
    title = _("Add a person")
    return _form(request, form, title, lambda v: actions.create_user(**v, by=viewer), _("Added."))


@require_http_methods(_FORM_METHODS)
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a user."""
    viewer = viewer_of(request)
    viewer.require("settings.people")
    user = queries.get_user(pk, viewer=viewer)
    initial = {name: getattr(user, name) for name in UserForm.base_fields}
    form = UserForm(request.POST or None, teams=queries.teams(), initial=initial)

    def act(values: dict[str, Any]) -> None:
        version = values.pop("version") or 0
        actions.update_user(pk, version=version, by=viewer, **values)

    return _form(request, form, user.name, act, _("Saved."), person=user)


@require_http_methods(_FORM_METHODS)
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Set somebody's password."""
    viewer = viewer_of(request)
    viewer.require("settings.people")
    user = queries.get_user(pk, viewer=viewer)
    form = PasswordForm(request.POST or None)
    title = _("New password for %(name)s") % {"name": user.name}
    return _form(
        request, form, title, lambda v: actions.set_password(pk, **v, by=viewer), _("The password is set.")
    )


@require_POST
def user_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate or reactivate a user."""
    viewer = viewer_of(request)
    user = queries.get_user(pk, viewer=viewer)
    if user.is_active:
        actions.deactivate_user(pk, by=viewer)
        text = _("%(name)s can no longer log in.") % {"name": user.name}
    else:
        actions.reactivate_user(pk, by=viewer)
        text = _("%(name)s can log in again.") % {"name": user.name}
    return toast(request, redirect(address("people")), text)


@require_http_methods(_FORM_METHODS)
def team_new(request: HttpRequest) -> HttpResponse:
    """Add a team."""
    viewer = viewer_of(request)
    viewer.require("settings.people")
    form = TeamForm(request.POST or None, teams=queries.teams())
    return _form(request, form, _("Add a team"), lambda v: actions.create_team(**v, by=viewer), _("Added."))


@require_http_methods(_FORM_METHODS)
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or move a team."""
    viewer = viewer_of(request)
    team = queries.get_team(pk, viewer=viewer)
    form = TeamForm(
        request.POST or None, teams=queries.teams(), initial={"name": team.name, "parent_id": team.parent_id}
    )
    return _form(
        request, form, team.name, lambda v: actions.update_team(pk, **v, by=viewer), _("Saved."), team=team
    )


@require_POST
def team_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an empty team."""
    actions.delete_team(pk, by=viewer_of(request))
    return toast(request, redirect(address("people")), _("The team is deleted."))


def _form(request: HttpRequest, form: Any, title: str, act: Any, done: str, **context: Any) -> HttpResponse:
    def page(status: int = 200) -> HttpResponse:
        values = {
            "form": form,
            "title": title,
            "back_url": address("people"),
            "back_label": _("People and roles"),
            **context,
        }
        return settings_page(request, "staff/form.html", "people", values, status)

    if request.method != "POST":
        return page()
    return submit(request, form, act, done=done, to=address("people"), refuse=lambda: page(422))


@require_http_methods(_FORM_METHODS)
def setup(request: HttpRequest) -> HttpResponse:
    """Set up an empty installation: the firm's name and the first administrator; 404 ever after."""
    if queries.any_user():
        raise NotFound
    form = SetupForm(request.POST or None, initial={"language": getattr(request, "LANGUAGE_CODE", "zh-hans")})

    def page(status: int = 200) -> HttpResponse:
        return render(request, "staff/setup.html", {"form": form}, status=status)

    def act(values: dict[str, Any]) -> None:
        user = actions.create_first_administrator(**values)
        login(request, user)

    if request.method != "POST":
        return page()
    return submit(
        request,
        form,
        act,
        done=_("Welcome. Bring in your customers and orders next."),
        to="/",
        refuse=lambda: page(422),
    )
