"""Ways to reach people in one canonical form each: phone, e-mail, WeChat.

Canonical phones are E.164 (``+8613800138000``), with an extension as in RFC 3966 (``+861062345678;ext=801``).
A number masked by a shop platform (``138****5521``) is recognised as masked and never taken for a number.
Messages never contain the value itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .enums import ContactKind
from .problems import InvalidValue

DEFAULT_REGION: Final = "CN"
MAX_EMAIL: Final = 254

_CN_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_DAMAGED = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.ASCII)
_FLOAT_ZERO = re.compile(r"\d{5,}\.0", re.ASCII)
_MASK = re.compile(r"\+?[\d\-() ]{0,8}[*xX•●×]{2,}[\d\-() ]{0,8}", re.ASCII)
_MASK_CHARS = re.compile("[*xX•●×]")
_EXTENSION = re.compile(
    r"(?:ext\.?|extension|转|轉|分机|分機|#|;ext=|,)\s*:?(\d{1,7})$", re.IGNORECASE | re.ASCII
)
_CN_DASH_EXTENSION = re.compile(r"(\(?0\d{2,3}\)?[- ]?\d{7,8})[-](\d{1,6})", re.ASCII)
_PLAUSIBLE = re.compile(r"\+?[\d\s\-()./]{3,32}", re.ASCII)
_SEVERAL = re.compile(r"[/、,，;；|\n]+")
_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_WECHAT = re.compile(r"[a-z0-9_-]{5,20}", re.ASCII)
_SERVICE = re.compile(r"(?:95\d{3,6}|9[56]\d{3,4}|1[012]\d{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as entered, understood.

    ``canonical`` is E.164 with ``;ext=``, or the mask itself (``138****5521``) when ``masked``;
    ``kind`` tells numbers that take text messages from the others.
    """

    canonical: str
    kind: ContactKind
    masked: bool = False

    @property
    def callable(self) -> bool:
        """Whether the number can be called."""
        return not self.masked


def parse_phone(raw: str, region: str = DEFAULT_REGION) -> Phone:
    """The phone in ``raw``; spaces, ``-``, ``0086``, full-width digits and extensions in any usual spelling.

    ``region`` (ISO 3166) is the country of numbers without a country code. Raises :class:`InvalidValue`.
    """
    if len(raw) == 11 and region == DEFAULT_REGION and _CN_MOBILE.fullmatch(raw):
        return Phone("+86" + raw, ContactKind.MOBILE)
    text = _tidy(raw)
    if _MASK.fullmatch(text):
        return Phone(
            _tidy_mask(text), ContactKind.MOBILE if text[0] == "1" else ContactKind.PHONE, masked=True
        )
    if _DAMAGED.fullmatch(text.upper()):
        raise InvalidValue("phone_damaged")
    compact = text.translate(_NO_SEPARATORS)
    for prefix in ("", "+86", "0086", "86"):
        if (
            compact.startswith(prefix)
            and _CN_MOBILE.fullmatch(compact, len(prefix))
            and (prefix or region == "CN")
        ):
            return Phone("+86" + compact[len(prefix) :], ContactKind.MOBILE)
    return _parse_general(text, region)


_NO_SEPARATORS: Final = str.maketrans("", "", " -().")


def _tidy(raw: str) -> str:
    if len(raw) > 64:
        raise InvalidValue("phone_not_a_number")
    text = unicodedata.normalize("NFKC", raw)
    text = "".join(
        "-" if char in "‐‑‒–—―−" else char for char in text if unicodedata.category(char) not in {"Cf", "Cc"}
    )
    text = re.sub(r"\s+", " ", text).strip().removeprefix("tel:").removeprefix("'").strip()
    if not text:
        raise InvalidValue("phone_empty")
    return text[:-2] if _FLOAT_ZERO.fullmatch(text) else text


def _tidy_mask(text: str) -> str:
    return _MASK_CHARS.sub("*", text.translate(_NO_SEPARATORS)).removeprefix("+86")


def _parse_general(text: str, region: str) -> Phone:
    if len([part for part in _SEVERAL.split(text) if sum(map(str.isdigit, part)) >= 7]) > 1:
        raise InvalidValue("phone_several")
    text, extension = _split_extension(text)
    if not _PLAUSIBLE.fullmatch(text):
        raise InvalidValue("phone_not_a_number")
    if text.startswith("00"):
        text = "+" + text[2:].lstrip()
    import phonenumbers  # a tenth of a second, and mobiles never need it

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise InvalidValue("phone_not_a_number") from None
    national = phonenumbers.national_significant_number(number)
    service = number.country_code == 86 and _SERVICE.fullmatch(national)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if not service and reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise InvalidValue("phone_impossible")
    canonical = f"+{number.country_code}{national}" + (f";ext={extension}" if extension else "")
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return Phone(canonical, ContactKind.MOBILE if mobile else ContactKind.PHONE)


def _split_extension(text: str) -> tuple[str, str]:
    if match := _CN_DASH_EXTENSION.fullmatch(text):
        return match[1], match[2]
    if match := _EXTENSION.search(text):
        return text[: match.start()].rstrip(" -,;"), match[1]
    return text, ""


def split_phones(raw: str) -> list[str]:
    """The numbers of a field that holds several (``138…/139…``), in order, untouched otherwise."""
    return [part.strip() for part in _SEVERAL.split(raw[:256]) if part.strip()]


def is_masked(value: str) -> bool:
    """Whether ``value`` is a number with figures hidden by ``*`` (or x, ●)."""
    return len(value) <= 64 and _MASK.fullmatch(unicodedata.normalize("NFKC", value).strip()) is not None


def mask_matches(mask: str, canonical: str) -> bool:
    """Whether a full number could be the one behind ``mask``: the visible figures and the length agree."""
    digits, shown = national_digits(canonical), _tidy_mask(mask)
    return len(shown) == len(digits) and all(m in {"*", d} for m, d in zip(shown, digits, strict=True))


def mask_phone(canonical: str) -> str:
    """For screens where contacts are hidden: ``138****5521``; already masked numbers stay as they are."""
    if "*" in canonical:
        return canonical
    digits = national_digits(canonical)
    if len(digits) < 8:
        return "*" * (len(digits) - 2) + digits[-2:]
    head = 3 if len(digits) >= 10 else 0
    return digits[:head] + "*" * (len(digits) - head - 4) + digits[-4:]


def format_phone(canonical: str) -> str:
    """For reading: ``138 0013 8000``, ``010 6234 5678 ext. 801``, ``+44 20 7946 0958``."""
    number, _, extension = canonical.partition(";ext=")
    tail = f" ext. {extension}" if extension else ""
    if number.startswith("+861") and len(number) == 14:
        return f"{number[3:6]} {number[6:10]} {number[10:]}{tail}"
    return _format_other(number) + tail if number.startswith("+") else canonical


@lru_cache(maxsize=4096)
def _format_other(number: str) -> str:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    style = "NATIONAL" if parsed.country_code == 86 else "INTERNATIONAL"
    return str(phonenumbers.format_number(parsed, getattr(phonenumbers.PhoneNumberFormat, style)))


def national_digits(canonical: str) -> str:
    """Digits as dialled within the country: no +86, landlines with their 0; others with the country code."""
    number = canonical.partition(";")[0]
    if not number.startswith("+86"):
        return number.lstrip("+")
    digits = number[3:]
    is_landline = (
        len(digits) >= 9 and not _CN_MOBILE.fullmatch(digits) and not digits.startswith(("400", "800"))
    )
    return "0" + digits if is_landline else digits


def phone_tokens(canonical: str) -> list[str]:
    """Search tokens, each found by its beginning: the whole number, without trunk 0, last 8, last 4."""
    if "*" in canonical:
        return [part for part in canonical.split("*") if len(part) >= 3]
    digits = national_digits(canonical)
    tokens = (digits, digits.removeprefix("0"), digits[-8:], digits[-4:])
    return list(dict.fromkeys(tokens))


def parse_email(raw: str) -> str:
    """Normal form of an e-mail address: lower case, domain in ASCII (IDNA). Raises :class:`InvalidValue`.

    The part before the @ must be ASCII: addresses that merely look alike are never taken for each other.
    """
    if len(raw) > MAX_EMAIL + 32:
        raise InvalidValue("email_too_long")
    text = unicodedata.normalize("NFKC", raw).strip().removeprefix("mailto:")
    local, at, domain = text.rpartition("@")
    if len(text) > MAX_EMAIL or len(local) > 64:
        raise InvalidValue("email_too_long")
    if not at or not local.isascii() or not _LOCAL_PART.fullmatch(local.lower()):
        raise InvalidValue("email_invalid")
    return f"{local.lower()}@{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    try:
        name = domain.lower() if domain.isascii() else domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise InvalidValue("email_invalid") from None
    labels = name.split(".")
    if len(labels) < 2 or not all(map(_DOMAIN_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise InvalidValue("email_invalid")
    return name


def mask_email(address: str) -> str:
    """``z***@example.com``."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"


def parse_wechat(raw: str) -> str:
    """A WeChat id in lower case (WeChat ignores case); a phone or QQ number used as one is admitted."""
    text = unicodedata.normalize("NFKC", raw[:64]).strip().lower()
    if len(raw) > 64 or not _WECHAT.fullmatch(text):
        raise InvalidValue("wechat_invalid")
    return text


def mask_wechat(identifier: str) -> str:
    """First two and last character stay readable."""
    return f"{identifier[:2]}***{identifier[-1:]}"


def mask_contact(kind: ContactKind, value: str) -> str:
    """``value`` masked as its kind is masked; kinds without a pattern keep their first two characters."""
    match kind:
        case ContactKind.PHONE | ContactKind.MOBILE:
            return mask_phone(value)
        case ContactKind.EMAIL:
            return mask_email(value)
        case ContactKind.WECHAT:
            return mask_wechat(value)
    return value[:2] + "***"
