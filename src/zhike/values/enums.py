"""Codes that several slices share. The code is stored; labels belong to the pages."""

from __future__ import annotations

from enum import StrEnum


class CustomerKind(StrEnum):
    """A human being or a firm, branch, authority."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ContactKind(StrEnum):
    """Ways to reach somebody; ``MOBILE`` can receive text messages, ``PHONE`` cannot."""

    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"
    WECHAT = "wechat"
    ADDRESS = "address"
    OTHER = "other"


class Channel(StrEnum):
    """How a contact took place; ``MESSAGE`` is a text message (短信)."""

    VISIT = "visit"
    CALL = "call"
    WECHAT = "wechat"
    MESSAGE = "message"
    EMAIL = "email"
    LETTER = "letter"
    GIFT = "gift"
    MEETING = "meeting"
    OTHER = "other"


class Direction(StrEnum):
    """Who began: ``IN`` the customer, ``OUT`` the firm."""

    IN = "in"
    OUT = "out"


class ContentKind(StrEnum):
    """What a contact was about: policy 政策, information 信息, feeling 情感, or simply selling."""

    POLICY = "policy"
    INFORMATION = "information"
    FEELING = "feeling"
    SALE = "sale"


class Outcome(StrEnum):
    """What came of a contact."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    INTERESTED = "interested"
    ORDERED = "ordered"
    REFUSED = "refused"
    PROMISED = "promised"
    COMPLAINED = "complained"
    OTHER = "other"


class Tier(StrEnum):
    """Customer tier by share of value, A the most valuable."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
