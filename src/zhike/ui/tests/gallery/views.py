"""Views of the gallery."""

# ruff: noqa: E501  one row of the table of invented data a line
from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines

from zhike.ui import charts, formats
from zhike.ui.components.parts import Chip, Column, SavedView, Step, Tab
from zhike.ui.context import Frame, MenuItem, Person
from zhike.ui.tests.gallery import examples
from zhike.ui.toasts import close_dialog, toast

PAGES = Path(__file__).parent / "pages"
MENU = [
    ("today", "今日", "Today", "sun", 14),
    ("customers", "客户", "Customers", "users", None),
    ("insight", "洞察", "Insight", "chart-dots-3", None),
    ("settings", "设置", "Settings", "settings", None),
]


class GalleryFrame(Frame):
    """A frame whose person is invented."""

    me = Person("李思敏", "华东一组 · 销售")


def house(request: HttpRequest, active: str) -> dict[str, object]:
    """Menu and frame for one page."""
    zh = formats.is_chinese()
    menu = [
        MenuItem(
            key,
            name if zh else english,
            f"/{key}/",
            icon,
            900 if key == "settings" else 10,
            badge,
            key == active,
        )
        for key, name, english, icon, badge in MENU
    ]
    return {"menu": menu, "frame": GalleryFrame(request, menu)}


class ContactForm(forms.Form):
    """Every kind of field."""

    kind = forms.ChoiceField(label="方式", choices=[("call", "电话"), ("visit", "拜访"), ("wechat", "微信")])
    day = forms.DateField(label="日期", initial="2026-11-22")
    direction = forms.ChoiceField(
        label="谁主动",
        choices=[("in", "客户主动"), ("out", "我主动")],
        widget=forms.RadioSelect,
        initial="out",
    )
    text = forms.CharField(
        label="说了什么", widget=forms.Textarea, help_text="一两句就够，写下客户的原话最好。"
    )
    minutes = forms.IntegerField(label="用时", required=False, max_value=600)
    phone = forms.CharField(label="电话", max_length=20)
    promise = forms.BooleanField(label="答应了下次联系", required=False)


def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the gallery."""
    path = PAGES / f"{name}.html"
    if not path.is_file():
        raise Http404
    refused = ContactForm({"kind": "call", "minutes": "9000", "phone": "", "text": ""})
    refused.is_valid()
    values = {
        **house(request, name),
        "today": formats.today(),
        "before": formats.today() - timedelta(days=3),
        "people": examples.PEOPLE,
        "charts": examples.drawings(),
        "form": ContactForm(),
        "refused": refused,
        "chips": [
            Chip("全部", "?", active=True, count=14), Chip("该续购", "?k=1", count=4), Chip("可能流失", "?k=2", count=3),
            Chip("关怀", "?k=3", count=4), Chip("承诺到期", "?k=4", count=2),
        ],
        "filters": [Chip("等级：A、B", "?t", remove="?"), Chip("90 天没联系", "?d", remove="?")],
        "views": [
            SavedView("我的客户", "?v=1", active=True, count=212, delete_url="/undo/"),
            SavedView("该续购", "?v=2", count=18, shared=True), SavedView("资料待补", "?v=3"),
        ],
        "columns": [
            Column("name", "客户", locked=True, sort_url="?s=name"), Column("tier", "等级", sort_url="?s=tier"),
            Column("value", "未来 12 个月价值", sort_url="?s=value", sorted="desc", align="num"),
            Column("risk", "流失风险", sort_url="?s=risk"), Column("next", "下次购买"), Column("last", "最近联系"),
        ],
        "tabs": [Tab("overview", "概览", "?"), Tab("orders", "订单", "?t=o", 38), Tab("log", "跟进记录", "?t=l", 112)],
        "switch": [Tab("me", "我的", "?"), Tab("team", "团队", "?team")],
        "steps": [Step("上传文件", "?1"), Step("编码与对应", "?2"), "检查", "导入", "报告"],
        "day_parts": [(34, "jade", "已安排 1 小时 35 分"), (50, "mint", "待办 2 小时 20 分")],
    }  # fmt: skip
    return HttpResponse(engines["django"].from_string(path.read_text()).render(values, request))


def search(request: HttpRequest) -> HttpResponse:
    """Results for the search box."""
    found = examples.hits(request.GET.get("q", ""))
    return render(request, "ui/search_results.html", {"groups": [("客户", found)] if found else []})


def dialog(request: HttpRequest) -> HttpResponse:
    """The dialog that logs a contact; a refused form comes back with 422."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return close_dialog(toast(request, HttpResponse(), "跟进已记下。", undo_url="/undo/"))
    values = {**house(request, ""), "form": form, "form_action": "/customers/interactions/new/"}
    text = (PAGES / "contact_dialog.html").read_text()
    status = 422 if request.method == "POST" else 200
    return HttpResponse(engines["django"].from_string(text).render(values, request), status=status)


def undo(request: HttpRequest) -> HttpResponse:
    """Undo, told in a message."""
    return toast(request, HttpResponse(status=204), "已撤销。", tone="info")


def job(request: HttpRequest) -> HttpResponse:
    """A job that is done when asked."""
    return HttpResponse('<p id="job-done">done</p>')


def error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page."""
    name = "fragment" if request.headers.get("HX-Request") else "page"
    return render(request, f"ui/errors/{name}.html", {"status": status, "message": ""}, status=status)


__all__ = ["charts", "page"]
