"""What has to be true of scores and warehouse."""

from __future__ import annotations

from django.conf import settings

from zhike.customers.models import Customer, Score
from zhike.refresh.queries.runs import last_published


def warehouse_sums() -> list[str]:
    """Compare the warehouse's sums with those of the database at the moment it was loaded."""
    from zhike.warehouse import WarehouseError, build, open_warehouse

    if last_published() is None:
        return []
    try:
        with open_warehouse(settings.WAREHOUSE_DIR, settings.WAREHOUSE_ENGINE) as warehouse:
            sums = build.sums(warehouse.table("fact_order"), warehouse.table("fact_order_line"))
            found = warehouse.run(sums).to_pylist()[0]
            expected = warehouse.manifest.notes.get("sums") or {}
    except (WarehouseError, OSError) as error:
        return [str(error)]
    return [
        f"{name}: warehouse {found.get(name)}, database {value}"
        for name, value in expected.items()
        if int(found.get(name) or 0) != value
    ]


def score_rows() -> list[str]:
    """Compare the score rows with the customers."""
    lacking = Customer.objects.filter(score__isnull=True).count()
    left = Score.objects.exclude(customer_id__in=Customer.objects.values("id")).count()
    problems = [f"{lacking} customers without a score row"] if lacking else []
    return problems + ([f"{left} score rows without a customer"] if left else [])
