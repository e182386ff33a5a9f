"""What the refresh slice hangs into the house."""

from django.utils.translation import gettext_lazy as _

from zhike.core import plugs
from zhike.refresh.actions import start  # noqa: F401 - registers the nightly job
from zhike.refresh.queries import integrity

plugs.settings_pages.add(
    plugs.SettingsPage(
        "scoring",
        _("Tiers and scores"),
        _("Shares of the tiers, and how far the predictions look ahead"),
        "refresh:scoring",
        "chart-pie",
        40,
        group="firm",
        permission="settings.firm",
    )
)
plugs.invariants.add(
    plugs.Invariant(
        "refresh.warehouse",
        "the warehouse adds up to what it was loaded from",
        integrity.warehouse_sums,
        order=200,
    )
)
plugs.invariants.add(
    plugs.Invariant(
        "refresh.scores", "every customer has a score row, and nobody else", integrity.score_rows, order=210
    )
)
