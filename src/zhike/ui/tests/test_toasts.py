from __future__ import annotations

import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory

from zhike.ui.toasts import close_dialog, toast, trigger

pytestmark = pytest.mark.pure


def test_htmx_gets_the_message_with_the_answer():
    request = RequestFactory().post("/")
    request.htmx = True
    response = close_dialog(toast(request, HttpResponse(), "已保存。", undo_url="/undo/"))
    response = trigger(response, "interaction:changed", {"id": 3})
    header = response.headers["HX-Trigger"]
    assert header.isascii()
    events = json.loads(header)
    assert events["toast"] == {"text": "已保存。", "tone": "ok", "undo": "/undo/"}
    assert set(events) == {"toast", "dialog:close", "interaction:changed"}


def test_a_redirect_carries_it_to_the_next_page():
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)
    toast(request, HttpResponse(status=302), "Saved.", undo_url="/undo/")
    [message] = get_messages(request)
    assert (str(message), message.extra_tags) == ("Saved.", "undo:/undo/")
