"""Names of the slice's codes in the reader's language. A code that is not listed is shown as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Labels = Mapping[str, Any]

KINDS: Labels = {
    "person": pgettext_lazy("customer kind", "Person"),
    "organisation": pgettext_lazy("customer kind", "Organisation"),
}
GENDERS: Labels = {"male": _("Male"), "female": _("Female")}
STATES: Labels = {
    "prospect": _("Prospect"),
    "new": pgettext_lazy("customer state", "New"),
    "active": pgettext_lazy("customer state", "Active"),
    "lapsing": pgettext_lazy("customer state", "Slipping away"),
    "lost": pgettext_lazy("customer state", "Lost"),
    "returned": pgettext_lazy("customer state", "Back again"),
}
STATE_TONES = {
    "new": "blue",
    "active": "jade",
    "lapsing": "amber",
    "lost": "grey",
    "returned": "jade",
    "prospect": "grey",
}
TIERS: Labels = {"A": _("Tier A"), "B": _("Tier B"), "C": _("Tier C"), "D": _("Tier D")}
TIER_MEANINGS: Labels = {
    "A": _("The customers that bring the first half of the value of the next twelve months."),
    "B": _("The next three tenths of the value."),
    "C": _("The next fifteen hundredths of the value."),
    "D": _("The rest: many customers, little value each."),
}
RFM_CELLS: Labels = {
    "champion": pgettext_lazy("rfm cell", "Champion"),
    "loyal": pgettext_lazy("rfm cell", "Loyal"),
    "potential_loyal": pgettext_lazy("rfm cell", "Becoming loyal"),
    "new": pgettext_lazy("rfm cell", "Newcomer"),
    "promising": pgettext_lazy("rfm cell", "Promising"),
    "needs_attention": pgettext_lazy("rfm cell", "Needs attention"),
    "about_to_sleep": pgettext_lazy("rfm cell", "About to sleep"),
    "at_risk": pgettext_lazy("rfm cell", "At risk"),
    "cannot_lose": pgettext_lazy("rfm cell", "Must not be lost"),
    "hibernating": pgettext_lazy("rfm cell", "Asleep"),
    "lost": pgettext_lazy("rfm cell", "Lost"),
}
RFM_MEANINGS: Labels = {
    "champion": _("Bought lately, buys often and spends a lot."),
    "loyal": _("Buys again and again."),
    "potential_loyal": _("Bought lately and more than once: on the way to becoming a regular."),
    "new": _("Bought lately for the first time."),
    "promising": _("Bought not long ago, still seldom."),
    "needs_attention": _("Was a good customer and has become quieter."),
    "about_to_sleep": _("Bought seldom, and the last time is a while ago."),
    "at_risk": _("Bought often, but not for some time."),
    "cannot_lose": _("Used to be among the best and has not come for a long time."),
    "hibernating": _("Bought little, and long ago."),
    "lost": _("Bought once or twice, very long ago."),
}
RFM_ADVICE: Labels = {
    "champion": _("Say thank you and let them know that they matter; ask for a recommendation."),
    "loyal": _("Show what goes well with what they have; they listen to you."),
    "potential_loyal": _("Offer membership or a regular delivery."),
    "new": _("Ask how the first purchase turned out and help with it."),
    "promising": _("Give a reason for the second purchase."),
    "needs_attention": _("Get in touch without selling: news, a question, a small favour."),
    "about_to_sleep": _("A friendly reminder is enough."),
    "at_risk": _("Call, ask what has changed and make an honest offer to come back."),
    "cannot_lose": _("Call today; listen first, then offer help in person."),
    "hibernating": _("A light touch now and then; no effort beyond that."),
    "lost": _("Let them rest, and keep the door open."),
}
CHANNELS: Labels = {
    "visit": pgettext_lazy("channel name", "Visit"),
    "call": pgettext_lazy("channel name", "Phone"),
    "wechat": pgettext_lazy("channel name", "WeChat"),
    "message": pgettext_lazy("channel name", "Text message"),
    "email": pgettext_lazy("channel name", "E-mail"),
    "letter": pgettext_lazy("channel name", "Letter"),
    "gift": pgettext_lazy("channel name", "Gift"),
    "meeting": pgettext_lazy("channel name", "Meeting"),
    "other": pgettext_lazy("channel name", "Other"),
}
CHANNEL_ICONS = {
    "visit": "map-pin",
    "call": "phone",
    "wechat": "brand-wechat",
    "message": "message",
    "email": "mail",
    "letter": "mailbox",
    "gift": "gift",
    "meeting": "users",
    "other": "message-2",
}
DIRECTIONS: Labels = {"out": _("We got in touch"), "in": _("The customer got in touch")}
CONTENT_KINDS: Labels = {
    "feeling": _("Care and courtesy"),
    "information": _("Information"),
    "policy": _("Terms and policy"),
    "sale": _("Selling"),
}
OUTCOMES: Labels = {
    "reached": _("Talked"),
    "interested": _("Interested"),
    "ordered": _("Ordered"),
    "promised": _("Promised something"),
    "not_reached": _("No answer"),
    "refused": _("Not now"),
    "complained": _("Complained"),
    "other": _("Something else"),
}
OUTCOME_TONES = {
    "ordered": "jade",
    "interested": "jade",
    "complained": "red",
    "refused": "amber",
    "not_reached": "grey",
}
SOURCES: Labels = {
    "referral": _("Recommended by a customer"),
    "walk_in": _("Came by themselves"),
    "internet": _("Internet"),
    "telephone": _("Telephone"),
    "advertising": _("Advertising"),
    "conference": _("Conference or fair"),
    "door_to_door": _("Door-to-door visit"),
    "directory": _("Directory or public data"),
    "club": _("Club"),
    "consultant": _("Consultant"),
    "competitor": _("Won from a competitor"),
    "direct_mail": _("Direct mail"),
    "opinion_leader": _("Recommended by an opinion leader"),
    "flagship": _("Drawn by a flagship customer"),
    "text_message": _("Text message"),
    "import": _("Imported file"),
}
OCCASIONS: Labels = {
    "birthday": pgettext_lazy("occasion name", "Birthday"),
    "wedding": pgettext_lazy("occasion name", "Wedding day"),
    "founding": pgettext_lazy("occasion name", "Founding day"),
    "cooperation": pgettext_lazy("occasion name", "Start of working together"),
    "memorial": pgettext_lazy("occasion name", "Memorial day"),
    "festival": pgettext_lazy("occasion name", "Festival"),
    "other": pgettext_lazy("occasion name", "Other day"),
}
WHOSE: Labels = {"self": _("The customer's own"), "family": _("Of the family"), "firm": _("Of the firm")}
WHOSE_TONES = {"self": "red", "family": "amber", "firm": "blue"}
RELATIONS: Labels = {
    "spouse": pgettext_lazy("relation name", "Spouse"),
    "parent": pgettext_lazy("relation name", "Parent"),
    "child": pgettext_lazy("relation name", "Child"),
    "sibling": pgettext_lazy("relation name", "Brother or sister"),
    "relative": pgettext_lazy("relation name", "Relative"),
    "friend": pgettext_lazy("relation name", "Friend"),
    "colleague": pgettext_lazy("relation name", "Colleague"),
    "superior": pgettext_lazy("relation name", "Superior"),
    "employee": pgettext_lazy("relation name", "Employee"),
    "employer": pgettext_lazy("relation name", "Employer"),
    "contact_person": pgettext_lazy("relation name", "Contact person"),
    "decision_maker": pgettext_lazy("relation name", "Decision maker"),
    "influencer": pgettext_lazy("relation name", "Influencer"),
    "branch": pgettext_lazy("relation name", "Branch"),
    "head_office": pgettext_lazy("relation name", "Head office"),
    "supplier": pgettext_lazy("relation name", "Supplier"),
    "client": pgettext_lazy("relation name", "Client"),
    "introduced": pgettext_lazy("relation name", "Introduced by this customer"),
    "introduced_by": pgettext_lazy("relation name", "Introduced this customer"),
    "other": pgettext_lazy("relation name", "Other relation"),
}
CONTACT_KINDS: Labels = {
    "mobile": pgettext_lazy("contact kind", "Mobile"),
    "phone": pgettext_lazy("contact kind", "Landline"),
    "wechat": pgettext_lazy("contact kind", "WeChat"),
    "email": pgettext_lazy("contact kind", "E-mail"),
    "address": pgettext_lazy("contact kind", "Address"),
    "other": pgettext_lazy("contact kind", "Other"),
}
CONTACT_ICONS = {
    "mobile": "phone",
    "phone": "building",
    "wechat": "brand-wechat",
    "email": "mail",
    "address": "map-pin",
    "other": "at",
}
CONSENTS: Labels = {
    "unknown": _("Not asked yet"),
    "given": _("May be used for news and offers"),
    "refused": _("Wants no news or offers"),
}
GAPS: Labels = {
    "no_contact": _("How can they be reached? A phone number or WeChat is enough."),
    "invalid_contact": _("A number no longer works. What is the right one?"),
    "no_owner": _("Nobody looks after this customer. Who takes over?"),
    "no_birthday": _("When is their birthday, by the solar or the lunar calendar?"),
    "no_founding_date": _("When was the firm founded?"),
    "no_form_of_address": _("How do they like to be addressed?"),
    "no_contact_hours": _("At what time of day do they like to be called?"),
    "no_preferred_channel": _("Do they prefer phone, WeChat or a visit?"),
    "no_region": _("Which town or district are they in?"),
    "no_industry": _("Which trade are they in?"),
    "no_source": _("How did they find us?"),
    "not_verified": _("Are phone, address and name still right?"),
}
FIELDS: Labels = {
    "name": _("Name or firm"),
    "kind": _("Kind"),
    "form_of_address": _("Form of address"),
    "gender": _("Gender"),
    "title": _("Position"),
    "industry": _("Trade"),
    "credit_code": _("Unified social credit code"),
    "region": _("Region"),
    "hobbies": _("Hobbies"),
    "contact_from": _("Likes calls from"),
    "contact_until": _("Likes calls until"),
    "preferred_channel": _("Preferred channel"),
    "source_code": _("Source"),
    "note": _("Note"),
    "referred_by_id": _("Recommended by"),
    "customer_since": _("Customer since"),
    "verified_at": _("Last verified"),
    "owner_id": _("Owner"),
    "team_id": _("Team"),
    "contacts": _("Contacts"),
    "dates": _("Special dates"),
    "relations": _("Relations"),
    "tags": _("Tags"),
    "number": _("Number"),
}


def label(labels: Labels, code: Any) -> str:
    """Name of a code; an unknown one as it is, nothing for an empty one."""
    return str(labels.get(code, code)) if code else ""


def choices(
    labels: Labels, codes: Iterable[str] | None = None, *, empty: Any = None
) -> list[tuple[str, Any]]:
    """Options of a select, in the order of the labels or of ``codes``; ``empty`` adds one without value."""
    wanted = labels if codes is None else codes
    options = [(code, labels.get(code, code)) for code in wanted]
    return options if empty is None else [("", empty), *options]
