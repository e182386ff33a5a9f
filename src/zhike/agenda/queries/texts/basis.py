"""How urgency and chance of each source are worked out, in a sentence; the formulas are in the reference."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

URGENCY: dict[str, Any] = {
    "promise": _("1 from the day it falls due; before, 3 ÷ (3 + days left)"),
    "special_date": _("0.6 when the preparation begins, rising to 1 on the day itself"),
    "replenish": _("0.35, up to 0.35 more as the day comes near, up to 0.25 more when the forecast is sure"),
    "slipping": _(
        "0.5 at 1.5 usual gaps of silence, 0.8 at 3 gaps; from 4 gaps on a fifth less for each further"
    ),
    "welcome": _("0.7 after the first order, falling to 0.4 at the end of the welcome"),
    "care": _("0.3 when care falls due, rising to 0.7 after one more period"),
    "verify": _("always 0.2: it can wait for another contact"),
}
CHANCE: dict[str, Any] = {
    "slipping": _("base chance × 4·p·(1 − p), p = probability of an order in 90 days: most where it is open"),
}
