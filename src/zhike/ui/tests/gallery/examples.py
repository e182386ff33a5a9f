"""Invented people and figures."""

# ruff: noqa: E501  one row of the table of invented data a line
from __future__ import annotations

import math
from types import SimpleNamespace as Person

from zhike.core.plugs import SearchHit
from zhike.ui import charts
from zhike.ui.charts import Axis, Band, Heat, Link, Mark, Node, Series

PEOPLE = [
    Person(id=1, name="周婉清", tier="A", note="老客户 · 6 年", value=4_230_000, risk=0.18, next="12月3日前后", phone="13812345521", days=4),
    Person(id=2, name="恒丰米业有限公司", tier="A", note="联系人 陈国栋（采购）", value=3_890_000, risk=0.06, next="11月24日前后", phone="02162345678", days=26),
    Person(id=3, name="沈嘉禾", tier="B", note="会员 · 3 年", value=960_000, risk=0.66, next="已过 45 天", phone="13900001234", days=71),
    Person(id=4, name="顾长明", tier="A", note="昆曲社", value=2_104_550, risk=0.11, next="12月中旬", phone="13700009876", days=9),
    Person(id=5, name="Anna Kowalska", tier="C", note="Online shop", value=312_000, risk=0.34, next="1月", phone="13611112222", days=33),
    Person(id=6, name="苏州晨光文化用品商行", tier="D", note="", value=41_000, risk=0.82, next="说不准", phone="", days=210),
]  # fmt: skip


def hits(query: str) -> list[SearchHit]:
    """Everyone whose name contains the query."""
    return [
        SearchHit(title=p.name, url=f"/customer/?id={p.id}", detail=p.note, badge=p.tier)
        for p in PEOPLE
        if query and query.lower() in p.name.lower()
    ]


def drawings() -> dict[str, charts.Chart]:
    """One drawing of every kind."""
    months = [f"{(5 + i) % 12 + 1}月" for i in range(18)]
    wave = [1 + 0.06 * math.sin(i / 2.6) for i in range(18)]
    flow = [
        ("活跃", "jade", 9000),
        ("新客", "mint", 1300),
        ("回流", "green", 700),
        ("濒临流失", "amber", 2900),
        ("流失", "red", 1500),
    ]
    cells = [
        Heat(x, y, round(3900 / (1 + y * 1.7) / (1 + x)) + x * (4 - y) * 120, (x * 2 + (4 - y) * 2) / 16, url="/list/")
        for y in range(5) for x in range(5)
    ]  # fmt: skip
    lorenz = [(i / 25, 1 - (1 - i / 25) ** 5) for i in range(26)]
    before = [(i / 25, 1 - (1 - i / 25) ** 4.3) for i in range(26)]
    tiers = "abcd"
    nodes = [Node(f"{t}{d}", t.upper(), f"tier-{t}", d) for d in (0, 1) for t in tiers]
    links = [
        Link(f"{a}0", f"{b}1", 400 if a == b else 40)
        for a in tiers
        for b in tiers
        if abs(ord(a) - ord(b)) < 2
    ]
    return {
        "flow": charts.line(
            months, [Series(n, [round(v * w) for w in wave], t, stack="all") for n, t, v in flow],
            x=Axis("月份"), y=Axis(), area=True,
        ),
        "bars": charts.bars(months, [Series("购买", [320, 480, None, 410, 450, 520, 390, 0, 610, 470, 440, 500, 480, 390, 560, 600, 420, 610], "mint")], x=Axis("月份"), y=Axis("元", "money")),
        "heat": charts.heatmap(["1 次", "2 次", "3–4", "5–8", "9+"], ["30 天内", "1–3 月", "3–6 月", "半年–一年", "一年以上"], cells, corner="最近购买"),
        "curve": charts.curve(
            lorenz, name="今年", x=Axis("客户占比", "percent", 0, 1), y=Axis("价值占比", "percent", 0, 1),
            compare=before, compare_name="去年", marks=[Mark(0.04, 0.185, "A 级 4%", "tier-a")],
        ),
        "scatter": charts.scatter([(i / 4, i / 4 + 0.2 * math.sin(i)) for i in range(18)], x=Axis("预测购买次数", "number"), y=Axis("实际", "number"), diagonal=True),
        "sankey": charts.sankey(nodes, links, heads=["二季度", "三季度", "人数"]),
        "pyramid": charts.pyramid(
            [Band("A", 0.04, 0.5, "tier-a"), Band("B", 0.11, 0.3, "tier-b"), Band("C", 0.24, 0.15, "tier-c"), Band("D", 0.61, 0.05, "tier-d")],
            heads=["等级", "人数", "价值"],
        ),
    }  # fmt: skip
