"""What the staff slice gives to the warehouse."""

from __future__ import annotations

from zhike.core.extract import INT, TEXT, Extract
from zhike.staff.models import Team, User

STAFF = Extract(
    User._meta.db_table,
    {
        "staff_id": ("id", INT),
        "login": ("login", TEXT),
        "role": ("role", TEXT),
        "team_id": ("coalesce(team_id, 0)", INT),
    },
)
TEAMS = Extract(Team._meta.db_table, {"team_id": ("id", INT), "team": ("name", TEXT)})
