"""The import contract of our own catches what goes past another slice's surface, and nothing else."""

from __future__ import annotations

import pytest
from grimp import ImportGraph

from tools.contracts import SurfaceContract

OPTIONS = {
    "slices": ["sales", "customers"],
    "public": ["actions", "queries", "rules"],
    "models_from": ["models", "queries"],
}


def breaches(importer: str, imported: str) -> list[str]:
    graph = ImportGraph()
    for module in (importer, imported):
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported, line_number=3, line_contents="import")
    contract = SurfaceContract("across", {"root_packages": ["zhike"]}, {**OPTIONS, "name": "across"})
    return [str(breach) for breach in contract.check(graph, verbose=False).metadata["breaches"]]


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("zhike.sales.views", "zhike.customers.forms"),
        ("zhike.sales.views", "zhike.customers.models"),
        ("zhike.sales.actions.orders", "zhike.customers.models.customer"),
        ("zhike.sales.handlers", "zhike.customers.handlers"),
        ("zhike.sales.models", "zhike.customers"),
    ],
)
def test_past_the_surface(importer, imported):
    assert breaches(importer, imported) == [f"{importer} -> {imported} (l.3)"]


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("zhike.sales.views", "zhike.customers.queries"),
        ("zhike.sales.actions.orders", "zhike.customers.actions.people"),
        ("zhike.sales.queries", "zhike.customers.models"),
        ("zhike.sales.models", "zhike.customers.models.customer"),
        ("zhike.sales.tests.factories", "zhike.customers.tests.factories"),
        ("zhike.sales.views", "zhike.sales.forms"),
        ("zhike.sales.views", "zhike.core.errors"),
    ],
)
def test_through_the_surface(importer, imported):
    assert breaches(importer, imported) == []
