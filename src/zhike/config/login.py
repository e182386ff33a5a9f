"""How staff log in: accounts are made in Settings, never by signing up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from django.contrib.auth import get_user_model
from django.http import HttpRequest

UNSAID = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})
"""Messages that tell people what they see anyway."""


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes public sign-up and keeps logins as they are."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: an administrator makes accounts."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say what happened, unless it shows."""
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Logs in as allauth does, and brings each request's user together with the team."""

    def get_user(self, user_id: Any) -> Any:
        """Return the active user of a session: every page shows the team below the name."""
        user = get_user_model()._default_manager.select_related("team").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class StaffLoginForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Asks for login and password; a forgotten one is set anew by an administrator, not by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the link to a reset by mail and what stands in the empty fields."""
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            bound.help_text = ""
            bound.widget.attrs.pop("placeholder", None)
