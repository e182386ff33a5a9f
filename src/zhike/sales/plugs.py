"""What the sales slice hangs into the house."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zhike.core import extract, plugs
from zhike.core.clock import today
from zhike.core.imports.fields import Choice, DateTime, Field, Identifier, Integer, Number, Scaled, Text
from zhike.core.imports.importer import Importer, Option
from zhike.core.permissions import Viewer
from zhike.core.settings_store import firm
from zhike.sales import actions, queries
from zhike.sales.queries import facts
from zhike.sales.rules.messages import MESSAGES
from zhike.ui import charts
from zhike.values import add_months, minor_digits

_ORDER_FIELDS = (
    Field(
        "number",
        _("Order number"),
        Identifier(100),
        required=True,
        aliases=(
            "order",
            "order_id",
            "InvoiceNo",
            "invoice",
            "订单号",
            "单号",
            "订单编号",
            "交易号",
            "小票号",
        ),
    ),
    Field("line_no", _("Line"), Integer(minimum=1, maximum=1_000_000), aliases=("line", "行号", "序号")),
    Field(
        "ordered_at",
        _("Order time"),
        DateTime(),
        required=True,
        aliases=("date", "order_date", "InvoiceDate", "下单时间", "订单时间", "日期", "交易时间", "销售日期"),
    ),
    Field(
        "type",
        _("Type"),
        Choice({"sale": ("sales", "销售", "销售单", "订单"), "return": ("refund", "退货", "退货单", "退款")}),
        aliases=("kind", "类型", "单据类型"),
    ),
    Field(
        "customer",
        _("Customer number"),
        Identifier(100),
        aliases=("CustomerID", "customer_id", "account", "会员号", "客户编号", "客户号", "买家ID", "会员ID"),
    ),
    Field(
        "customer_name", _("Customer name"), Text(200), aliases=("客户名称", "客户", "买家", "收货人", "姓名")
    ),
    Field("country", _("Region"), Text(80), aliases=("region", "city", "地区", "城市", "国家")),
    Field(
        "product",
        _("Product code"),
        Identifier(60),
        required=True,
        aliases=("sku", "StockCode", "article", "商品编码", "货号", "款号", "条码"),
    ),
    Field("product_name", _("Product name"), Text(200), aliases=("Description", "商品名称", "品名", "商品")),
    Field(
        "quantity", _("Quantity"), Scaled(3, maximum=10**9), required=True, aliases=("qty", "数量", "件数")
    ),
    Field(
        "unit_price",
        _("Unit price"),
        Scaled(4, maximum=10**9),
        required=True,
        aliases=("UnitPrice", "price", "单价", "售价", "成交价"),
    ),
    Field("currency", _("Currency"), Identifier(3), aliases=("币种",)),
    Field("exchange_rate", _("Exchange rate"), Number(minimum=0), aliases=("汇率",)),
    Field("channel", _("Channel"), Text(12), aliases=("渠道", "销售渠道")),
    Field("place", _("Store"), Text(80), aliases=("store", "门店", "店铺", "店名")),
    Field("seller", _("Seller"), Identifier(60), aliases=("sales_agent", "销售员", "导购", "业务员", "工号")),
    Field("note", _("Note"), Text(300), aliases=("remark", "备注")),
)

plugs.importers.add(
    Importer(
        kind="orders",
        label=_("Orders"),
        permission="import.run",
        identity=("number",),
        lines=True,
        fields=_ORDER_FIELDS,
        options=(
            Option(
                "create_missing", default=True, help="Create customers and products that are not known yet"
            ),
        ),
        messages=MESSAGES,
        parts=frozenset({"sales.orderline"}),
        apply=actions.import_orders,
        order=30,
    )
)

plugs.menu.add(plugs.MenuEntry("sales", _("Sales"), "sales:list", "briefcase", 300, permission="sales.read"))
plugs.timeline.add(plugs.TimelineSource("orders", _("Orders"), queries.order_timeline, order=20))


def _orders_tab(customer_id: int, viewer: Viewer, request: HttpRequest) -> dict[str, Any]:
    page = queries.orders_of_customer(customer_id, viewer=viewer, cursor=request.GET.get("cursor", ""))
    return {"page": page, "customer_id": customer_id}


plugs.customer_tabs.add(
    plugs.CustomerTab(
        "orders",
        _("Orders"),
        "sales/customer_orders.html",
        _orders_tab,
        order=20,
        count=queries.customer_order_count,
        permission="sales.read",
    )
)


def _purchases(customer_id: int, viewer: Viewer) -> dict[str, Any] | None:
    """Two years of purchases by month; nothing where there were none."""
    since = add_months(today().replace(day=1), -23)
    found = dict(queries.monthly_amounts(customer_id, viewer=viewer, since=since))
    if not found:
        return None
    months = [add_months(since, n) for n in range(24)]
    amounts = [found.get(month, 0) / 10 ** minor_digits(firm().currency) for month in months]
    count = sum(1 for amount in amounts if amount > 0)
    drawing = charts.bars(
        [f"{month:%Y-%m}" for month in months],
        [charts.Series(gettext("Amount"), amounts)],
        x=charts.Axis(gettext("Month")),
        y=charts.Axis(format="money"),
    )
    title = ngettext(
        "Bought in %(n)s month of the last two years", "Bought in %(n)s months of the last two years", count
    )
    return {"drawing": drawing, "title": title % {"n": count}}


plugs.customer_panels.add(
    plugs.CustomerPanel(
        "purchases", "sales/customer_purchases.html", _purchases, "main", order=50, permission="sales.read"
    )
)

plugs.invariants.add(plugs.Invariant("sales.sums", "orders add up to their lines", queries.wrong_sums))
plugs.invariants.add(plugs.Invariant("sales.lines", "every order has a line", queries.empty_orders))
plugs.invariants.add(plugs.Invariant("sales.signs", "returns take money back", queries.signs))

extract.facts("order", facts.ORDERS, unique="order_id", buckets=facts.order_buckets)
extract.facts("order_line", facts.LINES, unique="order_id, line_no")
extract.facts("place", facts.PLACES, unique="place_id")
