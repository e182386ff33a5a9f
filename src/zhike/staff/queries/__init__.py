"""Reads of the staff slice."""

from zhike.staff.queries.people import team_ids_below, user_by_login, user_ids_by_login, viewer_by_login, viewer_for

__all__ = ["team_ids_below", "user_by_login", "user_ids_by_login", "viewer_by_login", "viewer_for"]
