from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from zhike.core.permissions import Viewer
from zhike.core.plugs import MenuEntry, Point
from zhike.ui import context

pytestmark = pytest.mark.pure
PLACES = [("today", "/"), ("customers", "/customers/"), ("import", "/customers/import/")]


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/", "today"),
        ("/customers/", "customers"),
        ("/customers/7/", "customers"),
        ("/customers/import/2/", "import"),
        ("/else/", ""),
    ],
)
def test_the_longest_address_is_the_active_one(path, key):
    assert context.active_key(path, PLACES) == key


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', "auto"), ("", "auto")]
)
def test_an_unknown_theme_is_the_systems(cookie, theme):
    request = RequestFactory(headers={"cookie": f"zhike_theme={cookie}"}).get("/")
    assert context.theme_of(request) == theme


@pytest.fixture
def menu(monkeypatch, settings):
    settings.ROOT_URLCONF = "zhike.ui.tests.gallery.urls"
    point = Point("menu")
    for entry in (
        MenuEntry("open", "Open", "search", "sun", 10, badge=lambda _: 0),
        MenuEntry("closed", "Closed", "search", "lock", 20, permission="secret.see"),
        MenuEntry("missing", "Missing", "no_such_page", "lock", 30),
        MenuEntry("foot", "Foot", "search", "settings", 900, badge=lambda _: 3),
    ):
        point.add(entry)
    monkeypatch.setattr(context.plugs, "menu", point)


def request_of(viewer):
    request = RequestFactory().get("/search/")
    request.viewer = viewer
    request.user = SimpleNamespace(is_authenticated=True, display_name="李思敏", frame_line="华东一组")
    return request


def test_the_menu_holds_what_the_viewer_may_open(menu):
    plain, rich = Viewer(1, "a"), Viewer(2, "b", permissions=frozenset({"secret.see"}))
    assert [item.key for item in context.menu_items(request_of(plain))] == ["open", "foot"]
    assert [item.key for item in context.menu_items(request_of(rich))] == ["open", "closed", "foot"]


def test_nothing_waiting_shows_no_number(menu):
    frame = context.house(request_of(Viewer(1, "a")))["frame"]
    assert [item.badge for item in frame.menu_top] == [None]
    assert [item.badge for item in frame.menu_bottom] == [3]
    assert frame.me == context.Person("李思敏", "华东一组")


def test_a_stranger_has_no_menu_and_no_name(menu):
    request = RequestFactory().get("/")
    frame = context.house(request)["frame"]
    assert frame.me is None
    assert "closed" not in [item.key for item in frame.menu_top]
