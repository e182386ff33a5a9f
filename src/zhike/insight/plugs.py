"""What the insight slice hangs into the house."""

from django.utils.translation import gettext_lazy as _

from zhike.core import plugs

plugs.menu.add(
    plugs.MenuEntry("insight", _("Insight"), "insight:overview", "chart-dots", 700, permission="insight.read")
)
