"""The words of the error pages: what was wrong, what to do. Needs no database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """Title, explanation (shown where the error brings none of its own) and next step of one status."""

    title: str
    text: str
    advice: str = ""
    icon: str = "alert-circle"
    retry: bool = False


def error_words(status: int) -> ErrorWords:
    """The words for a status, in the active language; an unknown one reads like 400 or 500."""
    known = {**_for_visitors(), **_for_the_house()}
    return known.get(int(status)) or known[400 if int(status) < 500 else 500]


def _for_visitors() -> dict[int, ErrorWords]:
    return {
        400: ErrorWords(
            gettext("This request does not add up"),
            gettext("Part of the address or form is not something this page knows."),
            gettext("Go back and try again from there."),
            "help-circle",
        ),
        403: ErrorWords(
            gettext("This is not open to you"),
            gettext("If you need it for your work, ask an administrator to add it to your role."),
            icon="lock",
        ),
        404: ErrorWords(
            gettext("There is nothing here"),
            gettext("The record does not exist, was merged or deleted, or belongs to someone else."),
            gettext("The search box of every page finds customers by name, pinyin, phone or number."),
            "map-pin",
        ),
        409: _changed(),
        412: _changed(),
        413: ErrorWords(
            gettext("This file is too large"),
            gettext("Split it into smaller files, or ask whoever runs this server to import it there."),
            icon="file-alert",
        ),
        414: ErrorWords(
            gettext("This address is too long"),
            gettext("Remove a few filters and try again."),
            icon="filter-off",
        ),
        429: ErrorWords(
            gettext("A little too fast"),
            gettext("Too many requests came from you in a short time. Wait a minute, then try again."),
            icon="hourglass",
            retry=True,
        ),
    }


def _changed() -> ErrorWords:
    return ErrorWords(
        gettext("Someone was faster"),
        gettext("This record changed after you opened it. Reload it, look at what is new, then save again."),
        gettext("Reload the record, look at what is new, then save again."),
        "git-merge",
        retry=True,
    )


def _for_the_house() -> dict[int, ErrorWords]:
    return {
        500: ErrorWords(
            gettext("Something broke on our side"),
            gettext(
                "Nothing was saved by this step. The server noted why; try again, and tell us if it persists."
            ),
            icon="bug",
            retry=True,
        ),
        503: ErrorWords(
            gettext("Back in a moment"),
            gettext("The server is busy or being updated. What you saved is safe. Try again in a minute."),
            icon="hourglass",
            retry=True,
        ),
        507: ErrorWords(
            gettext("The server's disk is full"),
            gettext("Nothing of this step was kept. Reading goes on; tell whoever runs this server."),
            icon="server",
        ),
    }
