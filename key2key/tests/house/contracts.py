"""Contracts that import-linter lacks: rooms that may not exist yet, and leaves, whose names are free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grimp
from importlinter import Contract, ContractCheck, fields, output
from importlinter.contracts.protected import ProtectedContract

from key2key.tests.house.rooms import ROOMS


class DoorsContract(ProtectedContract):
    """`protected`, with the modules that do not exist left out."""

    type_name = "doors"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """As its parent, over what there is."""
        self.protected_modules = _present(graph, self.protected_modules)
        self.allowed_importers = _present(graph, self.allowed_importers)
        return super().check(graph, verbose)


class LeavesContract(Contract):
    """A leaf, any module of an app that is no room, stands below the rules.

    Of its own app it imports models, querysets, events, the outside world's rooms and other leaves; of
    other apps never the models.
    """

    type_name = "leaves"

    apps = fields.ListField(subfield=fields.StringField())
    may_import = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """All imports of leaves that climb."""
        climbs = sorted(climb for app in self.apps for climb in self._climbs(graph, str(app)))  # type: ignore[attr-defined]
        return ContractCheck(kept=not climbs, metadata={"climbs": climbs})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each."""
        for importer, imported in check.metadata["climbs"]:
            output.print_error(f"- {importer} -> {imported}: a leaf stands below the rules")
        output.new_line()

    def _climbs(self, graph: grimp.ImportGraph, app: str) -> Iterator[tuple[str, str]]:
        for room in graph.find_children(app) if app in graph.modules else ():
            if room.rpartition(".")[2] in ROOMS:
                continue
            for module in {room} | graph.find_descendants(room):
                for imported in graph.find_modules_directly_imported_by(module):
                    if not self._may(app, imported):
                        yield module, imported

    def _may(self, app: str, imported: str) -> bool:
        """Whether a leaf of `app` may import that module."""
        top, _, rest = imported.partition(".")
        room = rest.partition(".")[0]
        if top == app:
            return room not in ROOMS or room in self.may_import  # type: ignore[attr-defined]
        return top not in self.apps or room != "models"  # type: ignore[attr-defined]


def _present(graph: grimp.ImportGraph, expressions: Any) -> Any:
    return type(expressions)(
        expression
        for expression in expressions
        if expression.has_wildcard_expression() or expression.expression in graph.modules
    )
