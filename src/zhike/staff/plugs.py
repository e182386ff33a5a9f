"""What the staff slice hangs into the house."""

from django.utils.translation import gettext_lazy as _

from zhike.core import extract, plugs
from zhike.staff.queries import facts

plugs.menu.add(
    plugs.MenuEntry("settings", _("Settings"), "staff:settings", "settings", 900, permission="settings.read")
)

for _page in (
    plugs.SettingsPage(
        "me",
        _("My account"),
        _("Language, password, two-factor log-in, time for customers"),
        "staff:me",
        "user",
        10,
        "me",
    ),
    plugs.SettingsPage(
        "calendar",
        _("Calendar feed"),
        _("Today's list in your phone's calendar"),
        "staff:calendar",
        "calendar",
        20,
        "me",
    ),
    plugs.SettingsPage(
        "tokens",
        _("API tokens"),
        _("Access for your own programs"),
        "staff:tokens",
        "key",
        30,
        "me",
        "settings.tokens",
    ),
    plugs.SettingsPage(
        "people",
        _("People and roles"),
        _("Who works here, in which team, and what they may do"),
        "staff:people",
        "users",
        110,
        "firm",
        "settings.people",
    ),
    plugs.SettingsPage(
        "firm",
        _("Firm"),
        _("Name, time zone, currency, margin"),
        "staff:firm",
        "building-store",
        120,
        "firm",
        "settings.firm",
    ),
    plugs.SettingsPage(
        "holidays",
        _("Work calendar"),
        _("Holidays, working weekends, days of your own"),
        "staff:holidays",
        "calendar-event",
        130,
        "firm",
        "settings.holidays",
    ),
    plugs.SettingsPage(
        "imports",
        _("Import"),
        _("Customers, products, orders and contacts from files"),
        "staff:imports",
        "database-import",
        210,
        "data",
        "import.run",
    ),
    plugs.SettingsPage(
        "jobs",
        _("Jobs and dead letters"),
        _("What runs in the background, and what failed"),
        "staff:jobs",
        "list-check",
        310,
        "house",
        "settings.jobs",
    ),
    plugs.SettingsPage(
        "changelog",
        _("Changelog"),
        _("Who did what, when"),
        "staff:changelog",
        "history",
        320,
        "house",
        "settings.changelog",
    ),
):
    plugs.settings_pages.add(_page)

extract.facts("staff", facts.STAFF, unique="staff_id")
extract.facts("team", facts.TEAMS, unique="team_id")
