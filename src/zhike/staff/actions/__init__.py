"""Writes of the staff slice."""

from zhike.staff.actions.access import create_token, revoke_token, rotate_calendar_address, touch_token
from zhike.staff.actions.calendar import remove_holiday, set_holiday
from zhike.staff.actions.firm import set_firm
from zhike.staff.actions.house import cancel_job, retry_delivery, retry_job
from zhike.staff.actions.people import (
    create_first_administrator,
    create_team,
    create_user,
    deactivate_user,
    delete_team,
    reactivate_user,
    set_own_preferences,
    set_password,
    update_team,
    update_user,
)

__all__ = [
    "cancel_job",
    "create_first_administrator",
    "create_team",
    "create_token",
    "create_user",
    "deactivate_user",
    "delete_team",
    "reactivate_user",
    "remove_holiday",
    "retry_delivery",
    "retry_job",
    "revoke_token",
    "rotate_calendar_address",
    "set_firm",
    "set_holiday",
    "set_own_preferences",
    "set_password",
    "touch_token",
    "update_team",
    "update_user",
]
