"""How long an answered task stays away. Days; the subject of a task changes with its occasion anyway."""

from __future__ import annotations

from typing import Final

from zhike.agenda.rules.settings import AgendaSettings

FOREVER: Final = 3650
REASONS: Final = ("already_done", "not_relevant", "wrong_data", "do_not_disturb", "other")
"""Why a task was not useful; ``do_not_disturb`` leaves the customer in peace by all sources."""
DO_NOT_DISTURB_DAYS: Final = 180
AFTER_ORDER_DAYS: Final = 60
CARE_DONE_DAYS: Final = 14
_DEFAULT: Final = 30
_ONCE: Final = frozenset({"promise", "special_date", "welcome"})


def after_done(source: str, s: AgendaSettings) -> int:
    """Days of quiet after somebody reached the customer about it."""
    if source in _ONCE:
        return FOREVER
    days = {
        "replenish": 365,
        "slipping": s.slipping_quiet_days,
        "care": CARE_DONE_DAYS,
        "verify": s.verify_quiet_days,
    }
    return days.get(source, _DEFAULT)


def after_not_useful(source: str, s: AgendaSettings) -> int:
    """Days of quiet after somebody found it not useful."""
    if source in _ONCE:
        return FOREVER
    days = {
        "replenish": 365,
        "slipping": 2 * s.slipping_quiet_days,
        "care": 60,
        "verify": s.verify_quiet_days,
    }
    return days.get(source, 2 * _DEFAULT)
