from __future__ import annotations

import json

import pytest
from django.utils import translation

from zhike.ui import charts
from zhike.ui.charts import Axis, Band, Heat, Link, Node, Series
from zhike.ui.tests.gallery.examples import drawings

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("name", sorted(drawings()))
def test_every_drawing_is_plain_data_with_a_full_table(name):
    drawing = drawings()[name]
    assert json.loads(json.dumps(drawing.spec)) == drawing.spec
    assert not drawing.is_empty
    assert {len(row) for row in drawing.rows} == {len(drawing.columns)}


def test_gaps_stay_gaps():
    drawing = charts.line(["a", "b"], [Series("n", [None, 3])])
    assert drawing.rows == [["a", "–"], ["b", "3"]]
    assert drawing.spec["series"][0]["values"] == [None, 3]


def test_a_heat_map_without_a_cell_says_so():
    drawing = charts.heatmap(["x", "y"], ["r"], [Heat(1, 0, 5, 0.5)])
    assert drawing.rows == [["r", "–", "5"]]
    assert charts.heatmap(["x"], ["r"], []).is_empty


def test_a_sankey_leaves_out_empty_flows():
    nodes = [Node("a0", "A"), Node("a1", "A", depth=1), Node("b1", "B", depth=1)]
    drawing = charts.sankey(nodes, [Link("a0", "a1", 2), Link("a0", "b1", 0)], heads=["from", "to", "n"])
    assert drawing.rows == [["A", "A", "2"]]
    assert len(drawing.spec["links"]) == 1


def test_numbers_are_written_in_the_readers_way():
    with translation.override("zh-hans"):
        assert charts.shown(42_300, "wan") == "4.23 万元"
        assert charts.bars(["m"], [Series("n", [0.5])], y=Axis(format="percent")).rows == [["m", "50.0%"]]
    with translation.override("en"):
        assert charts.shown(42_300, "wan") == "¥42.3k"
    assert charts.shown("text", "int") == "text"


def test_a_pyramid_shows_both_shares():
    assert charts.pyramid([Band("A", 0.04, 0.5)], heads=["t", "p", "v"]).rows == [["A", "4.0%", "50.0%"]]
