"""Why somebody is on the list, sentence by sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

WHY: dict[str, Any] = {
    "replenish.due": _("Buys about every %(gap)s days; the next order is due around %(day)s."),
    "replenish.overdue": ngettext_lazy(
        "Buys about every %(gap)s days; it has been %(since)s days now, %(n)s day more than usual.",
        "Buys about every %(gap)s days; it has been %(since)s days now, %(n)s days more than usual.",
        "n",
    ),
    "replenish.interval": _("We are 80%% sure it falls between %(low)s and %(high)s."),
    "replenish.usual": _("Buys %(item)s most often."),
    "last_order.plain": _("Last order on %(day)s, %(amount)s."),
    "last_order": _("Last order on %(day)s: %(item)s, %(amount)s in all."),
    "last_order.two": _("Last order on %(day)s: %(item)s, %(more)s and so on, %(amount)s in all."),
    "slipping.rhythm": _("Buys every %(gap)s days on average; it has been %(n)s days now."),
    "slipping.back": _("As things stand, an order within the next 90 days: %(share)s."),
    "welcome.first": ngettext_lazy(
        "First order on %(day)s, %(n)s day ago; nobody has been in touch since.",
        "First order on %(day)s, %(n)s days ago; nobody has been in touch since.",
        "n",
    ),
    "promise.made": _("On %(day)s we promised: “%(promise)s”."),
    "promise.today": _("Due today."),
    "promise.due": _("Due %(due)s."),
    "promise.late": ngettext_lazy(
        "It was due %(due)s, %(n)s day ago.", "It was due %(due)s, %(n)s days ago.", "n"
    ),
    "date.own": _("%(occasion)s on %(day)s."),
    "date.own.lunar": _("%(occasion)s on %(day)s (%(lunar)s)."),
    "date.family": _("%(relative)s: %(occasion)s on %(day)s."),
    "date.family.lunar": _("%(relative)s: %(occasion)s on %(day)s (%(lunar)s)."),
    "date.age": _("Turns %(n)s."),
    "date.round_age": _("Turns %(n)s, a round number."),
    "date.anniversary": ngettext_lazy("%(n)s year.", "%(n)s years.", "n"),
    "date.standard": _("Our standard for tier %(tier)s: %(channel)s."),
    "date.standard.budget": _("Our standard for tier %(tier)s: %(channel)s, up to %(budget)s."),
    "care.since": ngettext_lazy(
        "Last contact on %(day)s, %(n)s day ago.", "Last contact on %(day)s, %(n)s days ago.", "n"
    ),
    "care.since.channel": ngettext_lazy(
        "Last %(channel)s on %(day)s, %(n)s day ago.", "Last %(channel)s on %(day)s, %(n)s days ago.", "n"
    ),
    "care.not_in_period": _("No %(channel)s in the last %(n)s days."),
    "care.never": _("No contact on record yet."),
    "care.standard": _("Our standard for tier %(tier)s: in touch every %(every)s days (%(channel)s)."),
    "care.standard.call": _("Our standard for tier %(tier)s: a call every %(every)s days."),
    "care.standard.visit": _("Our standard for tier %(tier)s: a visit every %(every)s days."),
    "care.standard.wechat": _("Our standard for tier %(tier)s: a WeChat message every %(every)s days."),
    "verify.no_contact": _("No working phone, WeChat or e-mail on file."),
    "verify.stale": _("Nobody has checked the contact data for more than %(n)s days."),
}

HOW: dict[str, Any] = {
    "how.no_contact": _("No way to reach them on file: ask at the next order, or a colleague who knows them"),
    "how.refused": _("They asked not to be contacted this way: speak to them when they come in"),
    "how.tried_before": ngettext_lazy(
        "No answer to the last try (%(channel)s): another way or time now",
        "No answer to the last %(n)s tries (%(channel)s): another way or time now",
        "n",
    ),
    "how.used_lately": _("by %(wanted)s only a few days ago, so another way now"),
    "how.not_on_file": _("%(wanted)s would be usual, but is not on file"),
}

ALSO: dict[str, Any] = {
    "replenish": _("The next order is due too."),
    "slipping": _("They have been away longer than usual."),
    "welcome": _("Ask how the first order turned out."),
    "care.visit": _("A visit is due too by our care standard."),
    "verify.no_contact": _("Ask for a phone number or WeChat while you are at it."),
    "verify.stale": _("Check in passing whether the phone number is still right."),
}
