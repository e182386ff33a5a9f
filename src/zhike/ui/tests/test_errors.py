from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

STATUSES = [400, 403, 404, 409, 412, 413, 414, 429, 500, 503, 507]


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_page_says_what_to_do_without_a_database(status):
    """No `django_db` here: reaching for the database fails the test."""
    with translation.override("zh-hans"):
        html = render_to_string(
            "ui/errors/page.html", {"status": status, "message": ""}, RequestFactory().get("/")
        )
    assert "<h1>" in html
    assert 'href="/"' in html
    assert str(status) in html
    assert "Traceback" not in html


def test_an_unknown_status_still_has_words():
    with translation.override("en"):
        html = render_to_string("ui/errors/page.html", {"status": 418, "message": ""})
    assert "This request does not add up" in html


def test_the_message_of_the_error_is_shown_and_escaped():
    html = render_to_string("ui/errors/page.html", {"status": 404, "message": "<b>row 31</b>"})
    assert "&lt;b&gt;row 31" in html
    assert "&lt;b&gt;row 31" in render_to_string(
        "ui/errors/fragment.html", {"status": 404, "message": "<b>row 31</b>"}
    )
