"""Users, teams, one's own account, the first start."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.staff.queries import ROLE_LABELS

LANGUAGES = (("zh-hans", "简体中文"), ("en", "English"))
_NEW = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class _WithTeam(forms.Form):
    """Offers the teams there are (given as rows with id and name)."""

    def __init__(self, *args: Any, teams: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("None")), *((t.pk, t.name) for t in teams)]
        for name in ("team_id", "parent_id"):
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]


def _id_or_none(value: Any) -> int | None:
    return int(value) if value else None


class UserForm(_WithTeam):
    """A user's particulars."""

    name = forms.CharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=[(r.value, label) for r, label in ROLE_LABELS.items()])
    team_id = forms.TypedChoiceField(label=_("Team"), required=False, coerce=_id_or_none, empty_value=None)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    minutes_per_day = forms.IntegerField(
        label=_("Minutes a day for customers"),
        min_value=0,
        max_value=720,
        help_text=_("Today's list is cut to this time."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NewUserForm(_WithTeam):
    """A new user, with a first password."""

    login = forms.CharField(label=_("Login"), max_length=59, help_text=_("Letters, digits, . _ @ -"))
    name = forms.CharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(r.value, label) for r, label in ROLE_LABELS.items()], initial="salesperson"
    )
    team_id = forms.TypedChoiceField(label=_("Team"), required=False, coerce=_id_or_none, empty_value=None)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    password = forms.CharField(
        label=_("First password"),
        max_length=512,
        strip=False,
        widget=_NEW,
        help_text=_("At least 8 characters; they can change it later."),
    )


class PasswordForm(forms.Form):
    """A new password for somebody."""

    password = forms.CharField(label=_("New password"), max_length=512, strip=False, widget=_NEW)


class TeamForm(_WithTeam):
    """A team."""

    name = forms.CharField(label=_("Name"), max_length=80)
    parent_id = forms.TypedChoiceField(
        label=_("Belongs to"), required=False, coerce=_id_or_none, empty_value=None
    )


class PreferencesForm(forms.Form):
    """What everybody may set for themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    minutes_per_day = forms.IntegerField(
        label=_("Minutes a day for customers"),
        min_value=0,
        max_value=720,
        help_text=_("Today's list is cut to this time."),
    )


class SetupForm(forms.Form):
    """The first start on an empty installation."""

    firm_name = forms.CharField(label=_("Name of your firm"), max_length=80)
    name = forms.CharField(label=_("Your name"), max_length=80)
    login = forms.CharField(label=_("Login"), max_length=59, help_text=_("Letters, digits, . _ @ -"))
    password = forms.CharField(
        label=_("Password"), max_length=512, strip=False, widget=_NEW, help_text=_("At least 8 characters.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
