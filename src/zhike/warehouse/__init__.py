"""The warehouse: a Parquet star schema and the metrics over it, behind a thin port. No Django here."""

from zhike.warehouse.errors import WarehouseError
from zhike.warehouse.manifest import Manifest, Part
from zhike.warehouse.port import ENGINES, Warehouse, Writer, open_warehouse

__all__ = ["ENGINES", "Manifest", "Part", "Warehouse", "WarehouseError", "Writer", "open_warehouse"]
