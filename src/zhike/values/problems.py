"""What is wrong with a value somebody entered, as code + parameters.

Every parser of this package raises :class:`InvalidValue`. It is a ``ValueError`` with an English sentence for
logs and developers; people see the sentence of the same ``code`` in their own language, which the user
interface takes from the message catalogue (:data:`MESSAGES` holds the English message ids).
Parameters never carry personal data: no phone number, no identity number, no name.
"""

from __future__ import annotations

from typing import Final

Param = str | int


def gettext_noop(message: str) -> str:
    """Mark ``message`` as a message id of the catalogue; it is translated where it is shown."""
    return message


_ = gettext_noop


MESSAGES: Final[dict[str, str]] = {
    "amount_empty": _("No amount is given."),
    "amount_not_a_number": _("“%(value)s” is not an amount."),
    "amount_too_large": _("The amount %(value)s is larger than Zhike can keep."),
    "amount_too_precise": _("%(value)s has more than %(digits)s digits after the decimal point."),
    "currency_unknown": _("“%(value)s” is not a currency code such as CNY."),
    "currency_mixed": _("Amounts in %(first)s and %(second)s cannot be added."),
    "date_not_a_date": _("“%(value)s” is not a date. Write it as 2026-03-08."),
    "date_does_not_exist": _("The date “%(value)s” does not exist."),
    "date_ambiguous": _("“%(value)s” can be read as two different dates. Write it as 2026-03-08."),
    "date_out_of_range": _("The date %(value)s lies outside %(first)s to %(last)s."),
    "lunar_month_range": _("A lunar month is between 1 and 12, not %(value)s."),
    "lunar_day_range": _("A lunar day is between 1 and 30, not %(value)s."),
    "lunar_not_a_date": _("“%(value)s” is not a lunar date. Write it as 腊月三十 or 闰四月十一."),
    "time_missing": _("The local time %(value)s does not exist in %(zone)s: the clocks were put forward."),
    "time_ambiguous": _("The local time %(value)s happened twice in %(zone)s: the clocks were put back."),
    "zone_unknown": _("“%(value)s” is not a time zone such as Asia/Shanghai."),
    "period_reversed": _("The period ends before it begins."),
    "phone_empty": _("No phone number is given."),
    "phone_not_a_number": _("This is not a phone number."),
    "phone_masked": _("The phone number is masked with ***, so it cannot be called."),
    "phone_damaged": _("A spreadsheet has damaged this phone number. Keep the column as text."),
    "phone_impossible": _("No phone number has this number of digits. Is the area code missing?"),
    "phone_several": _("There are several phone numbers in one field."),
    "email_invalid": _("This is not an e-mail address."),
    "email_too_long": _("An e-mail address has at most 254 characters."),
    "wechat_invalid": _("A WeChat id has 5 to 20 letters, digits, _ or -."),
    "national_id_format": _("An identity number has 17 digits and a digit or X."),
    "national_id_checksum": _(
        "The last digit of the identity number does not fit: one character is mistyped."
    ),
    "national_id_birth": _("The identity number contains a date of birth that does not exist."),
    "national_id_place": _("The identity number begins with a place that does not exist."),
    "national_id_damaged": _("A spreadsheet has damaged this identity number. Keep the column as text."),
    "credit_code_invalid": _("This is not a unified social credit code (18 characters)."),
    "credit_code_checksum": _("The credit code's last character does not fit: one character is mistyped."),
    "text_too_long": _("The text has %(length)s characters; %(limit)s are possible."),
    "text_empty": _("The text is empty."),
    "choice_unknown": _("“%(value)s” is not one of the possible choices."),
    "consent_unknown": _(
        "“%(value)s” is no answer to the question of consent: it is unknown, given or refused."
    ),
}


class InvalidValue(ValueError):
    """A value that cannot be accepted: ``code`` is a key of :data:`MESSAGES`, ``params`` fill its text."""

    def __init__(self, code: str, **params: Param) -> None:
        self.code = code
        self.params: dict[str, Param] = params
        super().__init__(MESSAGES[code] % params)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.params)


def _rebuild(code: str, params: dict[str, Param]) -> InvalidValue:
    return InvalidValue(code, **params)


def shown(value: object, limit: int = 40) -> str:
    """``value`` as a short printable string fit for a message (control characters become ``?``)."""
    if isinstance(value, int) and value.bit_length() > 256:  # Python refuses to write out huge integers
        return "…"
    text = str(value)[: limit + 1]
    text = "".join(char if char.isprintable() else "?" for char in text)
    return text if len(text) <= limit else text[:limit] + "…"
