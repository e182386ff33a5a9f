from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django import forms

from zhike.ui import charts
from zhike.ui.components.parts import Chip, Column, SavedView, Step, Tab

pytestmark = pytest.mark.django_db
EVIL = '"><img src=x onerror=alert(1)>'


class ContactForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card", max_length=5)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    day = forms.DateField(label="Day", required=False)
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    "text",
    [
        "{% badge evil evil icon=evil title=evil %}",
        "{% avatar evil evil %}",
        "{% tier evil %}",
        "{% icon evil evil %}",
        "{% figure evil evil note=evil explain=evil %}",
        "{% card title=evil sub=evil note=evil link=evil link_label=evil %}{{ evil }}{% endcard %}",
        "{% timeline_item title=evil when=evil when_title=evil url=evil %}{{ evil }}{% endtimeline_item %}",
        "{% empty_state title=evil url=evil label=evil %}{{ evil }}{% endempty_state %}",
        "{% notice title=evil %}{{ evil }}{% endnotice %}",
        "{% chips chips %}",
        "{% tabs tabs evil target=evil %}",
        "{% saved_views views evil %}",
        "{% column_head column %}",
        "{% stacked_bar parts %}",
        "{% progress 3 10 evil %}",
        "{% progress_job evil 3 10 evil %}",
        "{% search_input evil evil evil evil evil evil %}",
        "{% dropzone evil evil evil evil %}",
        "{% facts pairs %}",
        "{% quote %}{{ evil }}{% endquote %}",
        "{% popover evil evil title=evil %}{{ evil }}{% endpopover %}",
        "{% chart drawing title=evil sub=evil note=evil %}",
    ],
)
def test_text_from_people_is_never_markup(draw, text):
    html = draw(
        text,
        evil=EVIL,
        chips=[Chip(EVIL, EVIL, count=EVIL, remove=EVIL, icon=EVIL)],
        tabs=[Tab(EVIL, EVIL, EVIL, EVIL)],
        views=[SavedView(EVIL, EVIL, active=True, delete_url=EVIL, count=EVIL)],
        column=Column(EVIL, EVIL, sort_url=EVIL, align=EVIL),
        parts=[(1.0, EVIL, EVIL)],
        pairs=[(EVIL, EVIL)],
        drawing=charts.bars([EVIL], [charts.Series(EVIL, [1])]),
    )
    assert "<img" not in html.replace('<img class="avatar', "")
    assert "alert(1)" in html or "{% tier" in text


def test_tiers_always_carry_their_letter(draw):
    for letter in "ABCD":
        html = draw("{% tier letter %}", letter=letter)
        assert f">{letter}<" in html
        assert f"{letter} 级" in html
    assert "还没有分级" in draw("{% tier '' %}")


def test_an_unknown_tone_is_grey(draw):
    assert 'class="badge badge-grey"' in draw("{% badge 'x' 'shocking' %}")


def test_a_field_ties_label_help_and_error_together(draw):
    form = ContactForm({"name": "far too long", "kind": "", "token": "t"})
    html = draw("{% form_errors form %}{% form_fields form %}", form=form)
    assert '<label for="id_name">' in html
    described = re.search(r'name="name"[^>]*aria-describedby="([^"]+)"', html) or re.search(
        r'aria-describedby="([^"]+)"[^>]*name="name"', html
    )
    assert described
    assert all(f'id="{name}"' in html for name in described[1].split())
    assert html.count('aria-invalid="true"') >= 1
    assert 'href="#id_name"' in html
    assert "有 2 处要看一下" in html
    assert html.count('name="token"') == 1


def test_dates_use_the_browsers_picker_and_its_format(draw):
    html = draw(
        "{% field form.day %}", form=ContactForm(initial={"day": __import__("datetime").date(2026, 11, 2)})
    )
    assert 'type="date"' in html
    assert 'value="2026-11-02"' in html
    assert "可不填" in html


def test_a_pager_says_when_the_total_is_only_a_bound(draw):
    html = draw("{% pager prev_url='' next_url='?after=x' shown=50 total=10000 capped=True %}")
    assert "共 10,000 条以上" in html
    assert 'aria-disabled="true"' in html
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_a_sorted_column_says_so(draw):
    html = draw("{% column_head c %}", c=Column("value", "Value", sort_url="?s=-value", sorted="desc"))
    assert 'aria-sort="descending"' in html


def test_steps_lead_back_but_not_ahead(draw):
    html = draw(
        "{% steps items 2 %}", items=[Step("One", "/1/"), Step("Two", "/2/"), Step("Three", "/3/"), "Four"]
    )
    assert 'href="/1/"' in html
    assert 'href="/2/"' not in html
    assert 'href="/3/"' not in html
    assert html.count('aria-current="step"') == 1


def test_the_column_chooser_comes_back_to_where_it_was(draw):
    html = draw(
        "{% columns items '/columns/' %}",
        items=[Column("tier", "Tier", shown=False), Column("name", "Name", locked=True)],
    )
    assert "csrfmiddlewaretoken" in html
    assert 'value="/here/?q=1"' in html
    assert html.count(" checked") == 1


def test_a_chart_carries_its_data_as_table_and_as_safe_json(draw):
    drawing = charts.line(["</script>", "b"], [charts.Series("n", [1, None])])
    html = draw("{% chart drawing title='T' id='c' %}", drawing=drawing)
    data = re.search(r'data-chart="(.*?)"', html)
    assert data
    assert json.loads(unescape(data[1]))["labels"] == ["</script>", "b"]
    assert "<script" not in html
    assert html.count("<tr>") == 3
    assert ">–<" in html


def test_a_chart_has_the_same_id_in_every_process(draw):
    drawing = charts.scatter([(1.0, 2.0)], x=charts.Axis("x"), y=charts.Axis("y"))
    assert draw("{% chart d title='T' %}", d=drawing) == draw("{% chart d title='T' %}", d=drawing)
    assert 'id="chart-' in draw("{% chart d title='T' %}", d=drawing)
