"""The first half of a turn: rows out of the database, into the star schema.

Orders and contacts are loaded by bucket: one whose fingerprint has not changed keeps its part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from zhike.core import extract
from zhike.core.clock import firm_zone
from zhike.refresh.actions.stage import FACTS_OF_CONTACTS, FACTS_OF_ORDERS, Stage
from zhike.refresh.queries import facts
from zhike.refresh.rules.days import local_days
from zhike.warehouse import Warehouse, Writer, build

_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2100, 12, 31)
"""The calendar ends here, whatever nonsense a source's dates are."""
Beat = Callable[[str], None]


class SumsDiffer(Exception):
    """The warehouse does not add up to the operational tables."""


@dataclass
class Loaded:
    """What the second half needs: customers by id, sums, buckets seen and read."""

    customers: pa.Table
    sums: dict[str, int] = field(default_factory=dict)
    buckets: int = 0
    buckets_read: int = 0


def load(warehouse: Warehouse, *, full: bool, beat: Beat) -> Loaded:
    """Bring the warehouse up to the database as of this moment.

    Raises :class:`SumsDiffer` when it would not add up (parts that seemed unchanged had changed: load in
    full); the warehouse stays as it was then.
    """
    with warehouse.writer() as writer, ThreadPoolExecutor(1) as threads:
        stage = Stage(warehouse, writer, threads)
        with extract.snapshot():
            loaded = _read(warehouse, stage, full=full, beat=beat)
            loaded.sums = facts.operational_sums()
        beat("warehouse")
        stage.wait()
        found = warehouse_sums(warehouse, writer)
        if found != loaded.sums:
            raise SumsDiffer(f"warehouse {found}, database {loaded.sums}")
        _calendar(warehouse, writer)
        writer.note(sums=found)
        writer.commit()
    return loaded


def warehouse_sums(warehouse: Warehouse, tables: Warehouse | Writer) -> dict[str, int]:
    """Return the sums of the facts, comparable to :func:`~zhike.refresh.queries.facts.operational_sums`."""
    row = warehouse.run(build.sums(tables.table("fact_order"), tables.table("fact_order_line"))).to_pylist()[
        0
    ]
    return {name: int(value) for name, value in row.items()}


def _read(warehouse: Warehouse, stage: Stage, *, full: bool, beat: Beat) -> Loaded:
    people = facts.rows("customer")
    people = people.take(pc.sort_indices(people, [("customer_id", "ascending")]))
    loaded = Loaded(people)
    stage.customers(people)
    _dimensions(stage)
    for name, table in facts.more():
        stage.other(name, table)
    kinds = (
        (FACTS_OF_ORDERS, facts.buckets("order"), _read_orders),
        (FACTS_OF_CONTACTS, facts.buckets("interaction"), _read_contacts),
    )
    for names, buckets, read in kinds:
        for bucket, mark in buckets.items():
            beat("extract")
            loaded.buckets += 1
            if not full and _unchanged(warehouse, names, bucket, mark):
                stage.keep(names, bucket, mark)
            else:
                loaded.buckets_read += 1
                read(stage, bucket, mark)
        if not buckets:
            stage.nothing(names)
    return loaded


def _unchanged(warehouse: Warehouse, names: tuple[str, ...], bucket: int, mark: str) -> bool:
    parts = [warehouse.manifest.parts(name).get(bucket) for name in names]
    return all(part is not None and part.fingerprint == mark for part in parts)


def _read_orders(stage: Stage, bucket: int, mark: str) -> None:
    within = extract.bucket_range(bucket)
    stage.orders(bucket, mark, facts.rows("order", within), facts.rows("order_line", within))


def _read_contacts(stage: Stage, bucket: int, mark: str) -> None:
    rows = facts.rows("interaction", extract.bucket_range(bucket))
    seconds = rows["at"].cast(pa.int64()).to_numpy() // 1_000_000
    days = local_days(seconds, firm_zone()).astype(np.int32)
    stage.contacts(
        bucket, mark, rows.append_column("day", pa.array(days).cast(pa.date32())).drop_columns(["at"])
    )


def _dimensions(stage: Stage) -> None:
    teams = _names(facts.rows("team"), "team_id", "team")
    staff = facts.rows("staff")
    team = [teams.get(number, "") for number in staff["team_id"].to_pylist()]
    stage.dimension("dim_staff", staff.append_column("team", pa.array(team, pa.string())))
    stage.dimension("dim_product", _products(facts.rows("product"), facts.rows("category")))
    stage.dimension("dim_place", facts.rows("place"))


def _products(products: pa.Table, categories: pa.Table) -> pa.Table:
    name = _names(categories, "category_id", "name")
    parent = _names(categories, "category_id", "parent_id")
    of = products["category_id"].to_pylist()
    above = [name.get(parent.get(number), "") for number in of]
    with_category = products.append_column("category", pa.array([name.get(n, "") for n in of], pa.string()))
    return with_category.append_column("parent_category", pa.array(above, pa.string()))


def _names(rows: pa.Table, key: str, value: str) -> Mapping[Any, Any]:
    return dict(zip(rows[key].to_pylist(), rows[value].to_pylist(), strict=True))


def _calendar(warehouse: Warehouse, writer: Writer) -> None:
    """Write the dimensions that follow from the facts: channels, and all days from the first to the last."""
    orders, contacts = writer.table("fact_order"), writer.table("fact_interaction")
    writer.put("dim_channel", build.dim_channel(orders, contacts))
    days = orders.select("day").union(contacts.select("day"))
    ends = warehouse.run(days.agg(first=_.day.min(), last=_.day.max())).to_pylist()[0]
    first = max(ends["first"] or _FIRST_DAY, _FIRST_DAY)
    writer.put("dim_date", build.dim_date(first, max(first, min(ends["last"] or first, _LAST_DAY))))
