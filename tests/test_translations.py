"""The rooms' translations become one catalogue, and what is missing or contradictory is named."""

from __future__ import annotations

import gettext

import pytest

from tools.translations import merge, untranslated, write


@pytest.fixture
def parts(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    return folder


def entry(msgid: str, msgstr: str, context: str = "") -> str:
    head = f'msgctxt "{context}"\n' if context else ""
    return f'{head}msgid "{msgid}"\nmsgstr "{msgstr}"\n\n'


def test_parts_become_one_compiled_catalogue(parts, tmp_path):
    (parts / "a.po").write_text(entry("Today", "今日") + entry("May", "五月", "month"), encoding="utf-8")
    (parts / "b.po").write_text(
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s 天"\n', encoding="utf-8"
    )
    merged = merge(parts)
    assert merged.problems == []
    write(merged, tmp_path / "out" / "django.po")
    with (tmp_path / "out" / "django.mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Today") == "今日"
    assert words.pgettext("month", "May") == "五月"
    assert [words.ngettext("%(n)s day", "%(n)s days", n) for n in (1, 2)] == ["%(n)s 天"] * 2


def test_the_same_text_may_stand_in_two_parts_with_one_translation(parts):
    for name in ("a", "b"):
        (parts / f"{name}.po").write_text(entry("Save", "保存"), encoding="utf-8")
    assert merge(parts).problems == []


def test_two_translations_of_one_text_are_an_error_that_names_both(parts):
    (parts / "a.po").write_text(entry("Save", "保存"), encoding="utf-8")
    (parts / "b.po").write_text(entry("Save", "存盘"), encoding="utf-8")
    assert merge(parts).problems == ["a.po:1 and b.po:1: 'Save' is translated in two ways"]


@pytest.mark.parametrize(
    ("msgid", "msgstr", "problem"),
    [
        ("Save", "", "has no translation"),
        ("%(n)s left", "还剩 %(m)s", "names %(m)s, which the text does not give"),
        ("%(n)s left", "还剩一些", "leaves out %(n)s"),
    ],
)
def test_an_entry_that_would_fail_or_mislead_is_named(parts, msgid, msgstr, problem):
    (parts / "a.po").write_text(entry(msgid, msgstr), encoding="utf-8")
    assert any(problem in line for line in merge(parts).problems)


def test_a_broken_part_is_named(parts):
    (parts / "a.po").write_text('msgid "Save\nmsgstr', encoding="utf-8")
    assert merge(parts).problems[0].startswith("a.po")


PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy
A = _("plain")
B = gettext_lazy("in two "
                 "pieces")
C = ngettext("%(n)s one", "%(n)s many", 2)
D = pgettext_lazy("month", "May")
E = _(A)
"""
TEMPLATE = """{% load i18n %}
{% translate "short" %} {% translate "May" context "month" %}
{% blocktranslate with name=who %}Dear {{ name }}, (hello){% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} file{% plural %}{{ n }} files{% endblocktranslate %}
<p title="{{ _("in a filter") }}">
"""


def test_texts_of_python_and_templates_are_found_where_they_stand(parts, tmp_path):
    package = tmp_path / "package"
    (package / "templates" / "x").mkdir(parents=True)
    (package / "tests").mkdir()
    (package / "code.py").write_text(PYTHON)
    (package / "tests" / "test_code.py").write_text('_("only in a test")')
    (package / "templates" / "x" / "page.html").write_text(TEMPLATE)
    (parts / "a.po").write_text(entry("plain", "普通") + entry("short", "短"), encoding="utf-8")
    missing = [line.replace(f"{package.as_posix()}/", "") for line in untranslated(merge(parts), package)]
    assert missing == [
        "code.py:4: 'in two pieces' is not translated",
        "code.py:6: '%(n)s one' is not translated",
        "code.py:7: 'May' is not translated",
        "templates/x/page.html:3: 'Dear %(name)s, (hello)' is not translated",
        "templates/x/page.html:4: '%(n)s file' is not translated",
        "templates/x/page.html:5: 'in a filter' is not translated",
    ]
