"""Files to import: orders with lines, and customers, as CSV and as Parquet; the same rows in both."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.cli.demo import vocabulary as words
from zhike.cli.demo.people import SOURCE
from zhike.cli.demo.purchases import DAYS, behaviour, draw_lines, purchase_days

if TYPE_CHECKING:
    import pyarrow as pa

MEAN_LINES = 2.6
_CITIES = ("上海", "杭州", "南京", "苏州", "宁波", "无锡", "合肥", "南通")


def order_files(folder: str, customers: int, lines: int, seed: int, as_of: str) -> dict[str, Any]:
    """Write ``orders.csv`` and ``orders.parquet``: orders of new customers, by their days."""
    rng = np.random.default_rng(seed)
    how = behaviour(rng, customers, rng.random(customers) < 0.06, lines / customers / MEAN_LINES)
    customer, day = purchase_days(rng, how)
    return _orders(rng, Path(folder) / "orders", customer, day, how, date.fromisoformat(as_of), "S")


def night_file(folder: str, customers: int, orders: int, seed: int, as_of: str) -> dict[str, Any]:
    """Write ``night.parquet``: one day's new orders of customers that the company has."""
    rng = np.random.default_rng(seed + 1)
    how = behaviour(rng, customers, np.zeros(customers, dtype=bool), 4.0)
    customer = rng.choice(customers, orders)
    day = np.full(orders, DAYS - 1)
    return _orders(rng, Path(folder) / "night", customer, day, how, date.fromisoformat(as_of), "N")


def customer_files(folder: str, customers: int, seed: int) -> dict[str, Any]:
    """Write ``customers.csv`` and ``customers.parquet``: people with phone, city, birthday and tags."""
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    given = words.GIVEN_F + words.GIVEN_M
    family = [str(s) for s in words.SURNAMES]
    names = [family[a] + given[b] for a, b in _pairs(rng, customers, len(family), len(given))]
    phones = 13_000_000_000 + rng.permutation(customers * 7)[:customers]
    born = np.datetime64("1950-01-01") + rng.integers(0, 18_000, customers).astype("timedelta64[D]")
    table = pa.table(
        {
            "客户编号": [f"K{n:07d}" for n in range(customers)],
            "姓名": names,
            "手机": [str(p) for p in phones.tolist()],
            "地区": rng.choice(_CITIES, customers).tolist(),
            "生日": np.datetime_as_string(born).tolist(),
            "标签": rng.choice(
                ["", "老客户", "团购", "企业采购"], customers, p=(0.7, 0.1, 0.1, 0.1)
            ).tolist(),
        }
    )
    return _write(table, Path(folder) / "customers")


def _pairs(rng: Any, size: int, first: int, second: int) -> list[tuple[int, int]]:
    return list(
        zip(rng.integers(0, first, size).tolist(), rng.integers(0, second, size).tolist(), strict=True)
    )


def _orders(
    rng: Any, path: Path, customer: Any, day: Any, how: Any, as_of: date, letter: str
) -> dict[str, Any]:
    import pyarrow as pa

    items = words.catalog()
    groups = list(dict.fromkeys(i.category for i in items))
    prices = np.array([i.price for i in items])
    categories = np.array([groups.index(i.category) for i in items])
    lines = draw_lines(rng, customer, how, prices, categories, mean_lines=MEAN_LINES)
    first = np.datetime64(datetime.combine(as_of - timedelta(days=DAYS), datetime.min.time()), "s")
    at = first + (day * 86_400 + rng.integers(9 * 3600, 21 * 3600, len(day))).astype("timedelta64[s]")
    table = pa.table(
        {
            "订单号": _text(letter, lines.order),
            "下单时间": pa.array(at[lines.order]),
            "客户编号": _text("M", customer[lines.order] + 1, 6),
            "商品编码": _taken([i.code for i in items], lines.product),
            "商品名称": _taken([i.name for i in items], lines.product),
            "数量": lines.quantity,
            "单价": lines.price_e4 / 10_000,
        }
    )
    return _write(table, path) | {"orders": len(customer), "source": SOURCE}


def _text(letter: str, numbers: Any, width: int = 8) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(letter, pc.utf8_lpad(pc.cast(numbers, "string"), width, "0"), "")


def _taken(texts: list[str], places: Any) -> pa.Array:
    import pyarrow as pa

    return pa.array(texts).take(pa.array(places))


def _write(table: pa.Table, path: Path) -> dict[str, Any]:
    from pyarrow import csv, parquet

    csv.write_csv(table, path.with_suffix(".csv"))
    parquet.write_table(table, path.with_suffix(".parquet"))
    return {"rows": table.num_rows}
