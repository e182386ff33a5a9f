"""An import-linter contract of our own: what one slice may use of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph

ROOT = "zhike"
BELOW_SURFACE = "models"


@dataclass(frozen=True, slots=True)
class Breach:
    """One import that goes past another slice's surface."""

    importer: str
    imported: str
    line_number: int | None

    def __str__(self) -> str:
        """`zhike.sales.views -> zhike.customers.forms (l.12)`."""
        return f"{self.importer} -> {self.imported} (l.{self.line_number or '?'})"


def parts_of(module: str) -> tuple[str, str]:
    """Slice and part of a module: `zhike.sales.actions.orders` → `("sales", "actions")`."""
    names = module.split(".")
    return names[1] if len(names) > 1 else "", names[2] if len(names) > 2 else ""


class SurfaceContract(Contract):
    """A slice is used through its public parts; its models only from the parts that may read them.

    Tests are free to use factories of another slice's tests, and nothing else is excepted.
    """

    type_name = "surface"

    slices = fields.SetField(subfield=fields.StringField())
    public = fields.SetField(subfield=fields.StringField())
    models_from = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001  the base class's signature
        """Look at every import between two slices."""
        output.verbose_print(verbose, "Looking at imports between slices...")
        breaches = sorted(
            {
                Breach(importer, imported, _line(graph, importer, imported))
                for importer in graph.modules
                for imported in graph.find_modules_directly_imported_by(importer)
                if self._crosses(importer, imported) and not self._allowed(importer, imported)
            },
            key=str,
        )
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that has to go."""
        for breach in check.metadata["breaches"]:
            output.print_error(f"- {breach}")

    def _crosses(self, importer: str, imported: str) -> bool:
        here, there = parts_of(importer)[0], parts_of(imported)[0]
        return here != there and {here, there} <= self.slices  # type: ignore[operator]

    def _allowed(self, importer: str, imported: str) -> bool:
        source, target = parts_of(importer)[1], parts_of(imported)[1]
        if source == "tests":
            return True
        if target == BELOW_SURFACE:
            return source in self.models_from  # type: ignore[operator]
        return target in self.public  # type: ignore[operator]


def _line(graph: ImportGraph, importer: str, imported: str) -> int | None:
    details = graph.get_import_details(importer=importer, imported=imported)
    return details[0]["line_number"] if details else None
