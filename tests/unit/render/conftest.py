"""Small Applications and definitions as text, rendered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from velac.compiler.cue.api import parse
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.values import Values
from velac.compiler.load.definition import Definition
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.load.documents import read_documents
from velac.compiler.lower.app import lower_application
from velac.compiler.render.component import RenderedComponent, render_component
from velac.compiler.render.context import surroundings_of
from velac.compiler.render.engine import Templates
from velac.grammar.source import SourceFile


class Found:
    """Definitions by kind and name."""

    def __init__(self, definitions: Mapping[tuple[str, str], Definition]) -> None:
        self._all = definitions

    def find(self, type_: str, name: str) -> Definition | None:
        return self._all.get((type_, name))

    def names(self, type_: str) -> list[str]:
        return [name for kind, name in self._all if kind == type_]


class Kit:
    """What the tests of rendering share."""

    def definition(
        self, name: str, type_: str, template: str, attributes: str = "{}"
    ) -> Definition:
        lines = template.splitlines()
        imports = [line.strip() for line in lines if line.strip().startswith("import ")]
        body = "\n".join(line for line in lines if not line.strip().startswith("import "))
        head = f'"{name}": {{type: "{type_}", attributes: {attributes}}}'
        text = "\n".join([*imports, head, "template: {", body, "}"])
        return definition_of_file(parse(text, f"{name}.cue"))

    def values(self, text: str, name: str = "app.yaml") -> Values:
        diagnostics: list[Diagnostic] = []
        found = next(iter(read_documents(SourceFile(name, text), diagnostics)))
        assert not diagnostics
        return found

    def application(self, text: str) -> AppIR:
        return lower_application(self.values(text), lenient=True)

    def found(self, *definitions: Definition) -> Found:
        return Found({(d.type, d.name): d for d in definitions})

    def render(
        self, text: str, *definitions: Definition, **surroundings: Any
    ) -> list[RenderedComponent]:
        app = self.application(text)
        known = {(d.type, d.name): d for d in definitions}
        templates = Templates()
        return [
            render_component(
                surroundings_of(app, **surroundings),
                component,
                known["component", component.type.partition("@")[0]],
                tuple((t, known["trait", t.type.partition("@")[0]]) for t in component.traits),
                templates,
            )
            for component in app.components
        ]

    def one(self, text: str, *definitions: Definition, **surroundings: Any) -> dict[str, Any]:
        """The workload of the only component."""
        (rendered,) = self.render(text, *definitions, **surroundings)
        return rendered.workload.object

    def refused(self, text: str, *definitions: Definition) -> list[Diagnostic]:
        """The diagnostics with which a rendering stops."""
        with pytest.raises(Rejected) as caught:
            self.render(text, *definitions)
        return list(caught.value.diagnostics)


@pytest.fixture(scope="session")
def kit() -> Kit:
    """Small Applications and definitions as text, rendered."""
    return Kit()
