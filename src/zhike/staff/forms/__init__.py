"""Shapes of what the settings pages send."""

from zhike.staff.forms.house import FirmForm, HolidayForm, TokenForm
from zhike.staff.forms.people import NewUserForm, PasswordForm, PreferencesForm, SetupForm, TeamForm, UserForm

__all__ = [
    "FirmForm",
    "HolidayForm",
    "NewUserForm",
    "PasswordForm",
    "PreferencesForm",
    "SetupForm",
    "TeamForm",
    "TokenForm",
    "UserForm",
]
