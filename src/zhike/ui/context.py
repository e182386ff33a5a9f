"""What every page's frame shows: menu, who is logged in, theme, addresses; read when it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from zhike.core import plugs
from zhike.ui.components.kept import draw, keep

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "zhike_theme"
BOTTOM_ORDER = 900
"""Menu entries of this order and above stand at the foot of the rail (settings)."""
PHONE_PLACES = 3
"""Menu entries in the bottom bar of a phone, beside "log contact" and "more"."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the rail, ready to draw; ``counted`` ones may have a number that waits."""

    key: str
    label: Any
    url: str
    icon: str
    order: int = 100
    badge: int | None = None
    active: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """The user block at the foot of the rail; ``line`` is team and role."""

    name: str
    line: str


def address(name: str) -> str:
    """The address of a named page, or empty where this installation has no such page."""
    return _address(name, settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(256)
def _address(name: str, _urlconf: str, _prefix: str) -> str:
    """Kept, because the menu asks for the same dozen on every page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def theme_of(request: HttpRequest) -> str:
    """The theme kept in the cookie; anything unknown is ``auto``."""
    wanted = request.COOKIES.get(THEME_COOKIE, "auto")
    return wanted if wanted in THEMES else "auto"


def active_key(path: str, items: list[tuple[str, str]]) -> str:
    """The key whose address is the longest prefix of the path; the front page only for itself."""
    fitting = [
        (len(url), key)
        for key, url in items
        if url and (path == url or (url != "/" and path.startswith(url)))
    ]
    return max(fitting)[1] if fitting else ""


def menu_items(request: HttpRequest) -> list[MenuItem]:
    """The rail of this viewer: what they may open, with the number that waits."""
    viewer = getattr(request, "viewer", None)
    entries = [e for e in plugs.menu if not e.permission or (viewer is not None and viewer.can(e.permission))]
    addresses = [(entry, address(entry.url_name)) for entry in entries]
    active = active_key(request.path, [(entry.key, url) for entry, url in addresses])
    return [
        MenuItem(
            e.key,
            e.label,
            url,
            e.icon,
            e.order,
            _badge(e.badge, viewer),
            e.key == active,
            e.badge is not None,
        )
        for e, url in addresses
        if url
    ]


def _badge(count: Callable[[Any], int | None] | None, viewer: Any) -> int | None:
    return (count(viewer) or None) if count is not None and viewer is not None else None


def person_of(request: HttpRequest) -> Person | None:
    """Who is logged in; a user object may offer ``display_name`` and ``frame_line``."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    name = getattr(user, "display_name", "") or user.get_full_name() or user.get_username()
    return Person(str(name), str(getattr(user, "frame_line", "") or ""))


class Frame:
    """What `ui/base.html` draws around a page; each part is worked out when the template asks for it."""

    brand = "知客"

    def __init__(self, request: HttpRequest, menu: Any) -> None:
        self.request = request
        self._menu = menu

    def part(self, name: str) -> SafeString:
        """Draw `ui/<name>.html`, a part that follows from this frame alone; kept for the next page."""
        key = ("frame", name, get_language(), self._facts)
        return keep(key, lambda: draw(f"ui/{name}.html", {"frame": self, "menu": self._menu}), self.request)

    @cached_property
    def _facts(self) -> Hashable:
        """Everything that the frame's parts show, but for the marks of the request and the language."""
        menu = tuple((item.key, item.url, item.badge, item.active) for item in self._menu)
        urls = (self.search_url, self.write_url, self.logout_url, self.account_url, self.language_url)
        return (menu, self.me, self.theme, urls)

    @property
    def menu_top(self) -> list[MenuItem]:
        return [item for item in self._menu if item.order < BOTTOM_ORDER]

    @property
    def menu_bottom(self) -> list[MenuItem]:
        return [item for item in self._menu if item.order >= BOTTOM_ORDER]

    @property
    def phone(self) -> list[MenuItem]:
        return self.menu_top[:PHONE_PLACES]

    @property
    def theme(self) -> str:
        return theme_of(self.request)

    @cached_property
    def me(self) -> Person | None:
        return person_of(self.request)

    @property
    def search_url(self) -> str:
        return address("search")

    @property
    def write_url(self) -> str:
        return address("customers:interaction_new")

    @property
    def logout_url(self) -> str:
        return address("account_logout")

    @property
    def account_url(self) -> str:
        return address("staff:me")

    @property
    def language_url(self) -> str:
        return address("set_language")

    @property
    def other_language(self) -> tuple[str, str]:
        """Code and own name of the language one can change to."""
        return ("en", "English") if (get_language() or "").startswith("zh") else ("zh-hans", "中文")

    @property
    def texts(self) -> dict[str, str]:
        """What the scripts say; rendered into the page as JSON."""
        return {
            "undo": gettext("Undo"),
            "close": gettext("Close"),
            "offline": gettext(
                "No connection to the server. Nothing was lost; try again when you are back online."
            ),
            "forbidden": gettext("Your role does not include this. An administrator can change that."),
            "missing": gettext("This record is no longer there, or it is not yours to see."),
            "conflict": gettext("Someone else changed this in the meantime. Reload the page to see it."),
            "busy": gettext("The server is busy. Wait a moment, then try again."),
            "failed": gettext("That did not work. Nothing was saved; please try again."),
            "selected": gettext("%(n)s selected"),
            "too_big": gettext("%(name)s is %(size)s MB; at most %(max)s MB are taken."),
        }


def house(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``menu`` (list of :class:`MenuItem`) and ``frame`` (:class:`Frame`), both lazy."""
    menu: Any = SimpleLazyObject(lambda: menu_items(request))
    return {"menu": menu, "frame": Frame(request, menu)}
