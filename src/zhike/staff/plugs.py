"""What the staff slice hangs into the house."""

from django.utils.translation import gettext_lazy as _

from zhike.core import plugs

plugs.menu.add(
    plugs.MenuEntry("settings", _("Settings"), "staff:settings", "settings", 900, permission="settings.read")
)
