"""Tables of the staff slice."""

from zhike.staff.models.access import ApiToken
from zhike.staff.models.calendar import Holiday
from zhike.staff.models.people import Team, User

__all__ = ["ApiToken", "Holiday", "Team", "User"]
