"""Names of codes in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CHANNELS: dict[str, Any] = {
    "call": pgettext_lazy("channel", "call"),
    "visit": pgettext_lazy("channel", "visit"),
    "wechat": pgettext_lazy("channel", "WeChat"),
    "message": pgettext_lazy("channel", "text message"),
    "email": pgettext_lazy("channel", "e-mail"),
    "letter": pgettext_lazy("channel", "letter"),
    "gift": pgettext_lazy("channel", "gift"),
    "meeting": pgettext_lazy("channel", "meeting"),
    "other": pgettext_lazy("channel", "other way"),
}
CHANNEL_ICONS = {
    "call": "phone",
    "visit": "walk",
    "wechat": "brand-wechat",
    "message": "message-2",
    "email": "mail",
    "letter": "mail",
    "gift": "gift",
    "meeting": "users",
}
OCCASIONS: dict[str, Any] = {
    "birthday": pgettext_lazy("occasion", "birthday"),
    "wedding": pgettext_lazy("occasion", "wedding anniversary"),
    "founding": pgettext_lazy("occasion", "founding anniversary"),
    "cooperation": pgettext_lazy("occasion", "anniversary of working together"),
    "memorial": pgettext_lazy("occasion", "memorial day"),
    "festival": pgettext_lazy("occasion", "festival"),
    "other": pgettext_lazy("occasion", "day to remember"),
}
RELATIONS: dict[str, Any] = {
    "spouse": pgettext_lazy("relation", "spouse"),
    "wife": pgettext_lazy("relation", "wife"),
    "husband": pgettext_lazy("relation", "husband"),
    "parent": pgettext_lazy("relation", "parent"),
    "mother": pgettext_lazy("relation", "mother"),
    "father": pgettext_lazy("relation", "father"),
    "child": pgettext_lazy("relation", "child"),
    "son": pgettext_lazy("relation", "son"),
    "daughter": pgettext_lazy("relation", "daughter"),
    "sibling": pgettext_lazy("relation", "brother or sister"),
    "relative": pgettext_lazy("relation", "relative"),
}
OUTCOMES: dict[str, Any] = {
    "reached": _("Talked"),
    "interested": _("Interested"),
    "ordered": _("Ordered"),
    "promised": _("Promised something"),
    "not_reached": _("No answer"),
    "refused": _("Not now"),
    "complained": _("Complained"),
    "other": _("Something else"),
}
REASONS: dict[str, Any] = {
    "already_done": _("Already taken care of"),
    "not_relevant": _("Does not fit this customer"),
    "wrong_data": _("The data behind it are wrong"),
    "do_not_disturb": _("The customer wants to be left in peace"),
    "other": _("Another reason"),
}

FESTIVALS: dict[str, Any] = {
    "new_year": pgettext_lazy("festival", "New Year"),
    "laba": pgettext_lazy("festival", "Laba Festival"),
    "spring_festival_eve": pgettext_lazy("festival", "Spring Festival Eve"),
    "spring_festival": pgettext_lazy("festival", "Spring Festival"),
    "lantern": pgettext_lazy("festival", "Lantern Festival"),
    "womens_day": pgettext_lazy("festival", "Women's Day"),
    "qingming": pgettext_lazy("festival", "Qingming"),
    "labour_day": pgettext_lazy("festival", "Labour Day"),
    "childrens_day": pgettext_lazy("festival", "Children's Day"),
    "shopping_618": pgettext_lazy("festival", "18 June shopping day"),
    "dragon_boat": pgettext_lazy("festival", "Dragon Boat Festival"),
    "qixi": pgettext_lazy("festival", "Qixi"),
    "teachers_day": pgettext_lazy("festival", "Teachers' Day"),
    "mid_autumn": pgettext_lazy("festival", "Mid-Autumn Festival"),
    "national_day": pgettext_lazy("festival", "National Day"),
    "double_ninth": pgettext_lazy("festival", "Double Ninth"),
    "shopping_1111": pgettext_lazy("festival", "11 November shopping day"),
    "shopping_1212": pgettext_lazy("festival", "12 December shopping day"),
}


def channel_label(code: str) -> str:
    """The channel's name; an unknown code as it is."""
    return str(CHANNELS.get(code, code))


def outcome_label(code: str) -> str:
    """The outcome's name; an unknown code as it is."""
    return str(OUTCOMES.get(code, code))
