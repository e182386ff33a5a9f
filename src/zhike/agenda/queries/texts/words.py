"""Openings: what one could say. They use what is known and invent nothing; ``who`` is the form of address."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    "words.replenish.soon.0": _(
        "%(who)s, you must be about due for %(item)s again. Shall I put some aside for you?"
    ),
    "words.replenish.soon.1": _(
        "%(who)s, it is nearly your usual time. Shall I get %(item)s ready, same as always?"
    ),
    "words.replenish.soon.2": _(
        "%(who)s, how are you doing for %(item)s? Say the word and I will see to it."
    ),
    "words.replenish.soon.plain": _(
        "%(who)s, it is nearly your usual time. Is there anything I can get ready for you?"
    ),
    "words.replenish.late.0": _(
        "%(who)s, it is a little later than usual this time. Do you still have enough %(item)s?"
    ),
    "words.replenish.late.1": _(
        "%(who)s, I have not seen your usual order yet. Shall I set aside %(item)s for you?"
    ),
    "words.replenish.late.2": _(
        "%(who)s, just checking in: do you need %(item)s again, or was the last lot not right?"
    ),
    "words.replenish.late.plain": _(
        "%(who)s, it is a little later than usual this time. Is there anything you need?"
    ),
    "words.slipping.0": _(
        "%(who)s, we have not seen you for a while. Was the %(item)s all right? Tell me frankly if not."
    ),
    "words.slipping.1": _(
        "%(who)s, how have you been? I would like to hear how you got on with the %(item)s."
    ),
    "words.slipping.2": _(
        "%(who)s, it has been some time. If anything was wrong with the %(item)s, let me put it right."
    ),
    "words.slipping.plain.0": _(
        "%(who)s, we have not seen you for a while. Is there anything we should have done better?"
    ),
    "words.slipping.plain.1": _(
        "%(who)s, how have you been? It has been some time, so I wanted to ask after you."
    ),
    "words.welcome.0": _(
        "%(who)s, thank you for your first order. How are you getting on with the %(item)s?"
    ),
    "words.welcome.1": _("%(who)s, I wanted to ask whether the %(item)s is what you were hoping for."),
    "words.welcome.2": _(
        "%(who)s, if anything about the %(item)s is unclear, just ask me. Is all well so far?"
    ),
    "words.welcome.plain": _("%(who)s, thank you for your first order. Was everything as you wanted it?"),
    "words.promise": _(
        "%(who)s, I have not forgotten what I promised you: “%(promise)s”. Here is where it stands."
    ),
    "words.promise.late": _(
        "%(who)s, I promised you “%(promise)s” and I am late with it. I am sorry; I am seeing to it now."
    ),
    "words.date.birthday.today.0": _("%(who)s, happy birthday! I wish you good health and a good year."),
    "words.date.birthday.today.1": _("%(who)s, all the best for your birthday today!"),
    "words.date.birthday.ahead.0": _("%(who)s, your birthday is coming up: all my good wishes in advance."),
    "words.date.birthday.ahead.1": _("%(who)s, let me be the first to wish you a happy birthday."),
    "words.date.birthday.gift": _(
        "%(who)s, your birthday is coming up and we have a little something for you. Where shall we send it?"
    ),
    "words.date.family.today": _(
        "%(who)s, today is the day of your %(relative)s (%(occasion)s). Please pass on our good wishes."
    ),
    "words.date.family.ahead": _(
        "%(who)s, the day of your %(relative)s is coming up (%(occasion)s). Please pass on our good wishes."
    ),
    "words.date.firm.today": _("%(who)s, today is your %(occasion)s. All the best from us!"),
    "words.date.firm.ahead": _("%(who)s, your %(occasion)s is coming up. All the best from us in advance!"),
    "words.date.cooperation.today": _(
        "%(who)s, today another year of working together is complete. Thank you for your trust."
    ),
    "words.date.cooperation.ahead": _(
        "%(who)s, another year of working together is nearly complete. Thank you for your trust."
    ),
    "words.date.memorial": _(
        "%(who)s, I am thinking of you these days. If there is anything I can do, let me know."
    ),
    "words.care.0": _("%(who)s, how are things? How are you getting on with the %(item)s from last time?"),
    "words.care.1": _(
        "%(who)s, nothing to sell today: I only wanted to ask whether the %(item)s is doing its job."
    ),
    "words.care.2": _(
        "%(who)s, it has been a while since we talked. Is all well, and is the %(item)s all right?"
    ),
    "words.care.plain": _(
        "%(who)s, it has been a while since we talked. How are you, and is there anything I can do?"
    ),
    "words.care.first": _("%(who)s, how are you? If there is anything I can do for you, just say so."),
    "words.care.visit.0": _(
        "%(who)s, I would like to drop by this week to see how you are. Which day suits you?"
    ),
    "words.care.visit.1": _(
        "%(who)s, I will be coming your way. When may I look in on you for a short talk?"
    ),
    "words.verify.stale": _("%(who)s, a quick question: is this still the best number to reach you on?"),
    "words.verify.no_contact": _(
        "%(who)s, may I note a phone number or WeChat, so that I can tell you things in good time?"
    ),
}
