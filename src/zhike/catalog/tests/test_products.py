"""Products: ensured by orders, imported from files, cost only for those who may read it."""

import pytest

from zhike.catalog import actions, queries, rules
from zhike.catalog.models import Product
from zhike.core.errors import NotFound
from zhike.core.imports.mapping import load_mapping
from zhike.core.imports.runner import run_import
from zhike.core.models import HistoryVersion
from zhike.core.permissions import SYSTEM
from zhike.staff.rules.roles import Role
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db

MAP = """
kind = "products"
source = "erp"
[fields]
code = "货号"
name = "品名"
category = "类目"
price_e4 = "售价"
"""


def run(tmp_path, *lines):
    file = tmp_path / "products.csv"
    file.write_text("\n".join(["货号,品名,类目,售价", *lines]), encoding="utf-8")
    return run_import(file, load_mapping(MAP), by=SYSTEM)


def test_missing_products_are_made_once_and_nameless_ones_get_their_name():
    found, created = actions.ensure_products({"A1": "", "B2": "糯米"}, by=SYSTEM)
    assert (created, found["A1"].name) == (["A1", "B2"], "")
    found, created = actions.ensure_products({"A1": "五常大米", "B2": "别的名字"}, by=SYSTEM)
    assert created == []
    assert (found["A1"].name, found["B2"].name) == ("五常大米", "糯米")
    assert "wuchangdami" in Product.objects.get(code="A1").search_open


def test_an_import_creates_updates_and_leaves_alone(tmp_path):
    assert run(tmp_path, "A1,五常大米,大米,98", "B2,糯米,大米,26")["created"] == 2
    report = run(tmp_path, "A1,五常大米,大米,99.5", "B2,糯米,大米,26")
    assert (report["updated"], report["unchanged"]) == (1, 1)
    assert Product.objects.get(code="A1").price_e4 == 995_000
    assert HistoryVersion.objects.get(model="catalog.product").data["price_e4"] == 980_000


def test_cost_is_hidden_from_those_who_may_not_read_it():
    product = Product.objects.create(code="A1", name="米", cost_e4=500_000)
    assert queries.get_product(product.pk, viewer=make_viewer(Role.ANALYST)).cost_e4 == 500_000
    assert (
        queries.get_product(product.pk, viewer=make_viewer(Role.SALESPERSON, team=make_team())).cost_e4
        is None
    )
    with pytest.raises(NotFound):
        queries.get_product(10**9, viewer=SYSTEM)


def test_products_are_found_by_name_and_code():
    Product.objects.create(code="DM001", name="五常大米")
    assert [p.code for p in queries.find_products("五常", viewer=SYSTEM)] == ["DM001"]
    assert [p.code for p in queries.find_products("dm0", viewer=SYSTEM)] == ["DM001"]
    assert queries.find_products("%", viewer=SYSTEM) == []


@pytest.mark.pure
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("五常大米 10kg", "五常大米"),
        ("多肉组合 3盆", "多肉组合"),
        ("燕麦片（500g）", "燕麦片"),
        ("有机米", "有机米"),
        ("10kg", "10kg"),
        ("SKU-1", "SKU-1"),
        ("iPhone 15", "iPhone 15"),
        ("SET OF 3 CAKE TINS", "set of 3 cake tins"),
    ],
)
def test_a_product_is_called_as_one_says_it(name, said):
    assert rules.everyday_name(name) == said
