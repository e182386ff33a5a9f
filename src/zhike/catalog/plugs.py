"""What the catalog slice hangs into the house."""

from django.utils.translation import gettext_lazy as _

from zhike.catalog import actions, queries
from zhike.core import extract, plugs
from zhike.core.imports.fields import Boolean, Field, Identifier, Scaled, Text
from zhike.core.imports.importer import Importer

plugs.importers.add(
    Importer(
        kind="products",
        label=_("Products"),
        permission="import.run",
        identity=("code",),
        apply=actions.import_products,
        order=10,
        fields=(
            Field(
                "code",
                _("Product code"),
                Identifier(60),
                required=True,
                aliases=("sku", "StockCode", "product", "商品编码", "货号", "编码", "款号", "条码"),
            ),
            Field("name", _("Product name"), Text(200), aliases=("Description", "商品名称", "品名", "名称")),
            Field("category", _("Category"), Text(80), aliases=("series", "类目", "品类", "分类")),
            Field("unit", _("Unit"), Text(16), aliases=("单位", "计量单位")),
            Field(
                "price_e4",
                _("Unit price"),
                Scaled(4, minimum=0),
                aliases=("price", "sales_price", "售价", "单价", "零售价"),
            ),
            Field(
                "cost_e4",
                _("Unit cost"),
                Scaled(4, minimum=0),
                aliases=("cost", "成本", "成本价", "进价"),
                permission="catalog.cost",
            ),
            Field("is_active", _("For sale"), Boolean(), aliases=("active", "在售", "上架")),
        ),
    )
)

extract.facts("product", queries.PRODUCT_FACTS, unique="product_id")
extract.facts("category", queries.CATEGORY_FACTS, unique="category_id")
