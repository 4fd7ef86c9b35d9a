"""What a definition is and what it takes: `velac def show`."""

from __future__ import annotations

from typing import Any

from velac.compiler.workbench.collect import Found
from velac.compiler.workbench.schema import clean, parameter_schema
from velac.compiler.workbench.table import markdown_table, rows, text_table
from velac.compiler.workbench.template import Packages


def show_text(found: Found, packages: Packages | None = None) -> str:
    """For a terminal."""
    head = f"{found.definition.type} {found.definition.name}"
    lines = [head + (" (deprecated)" if found.deprecated else "")]
    if found.description:
        lines.append(found.description)
    lines += _facts(found)
    table = rows(parameter_schema(found.definition, packages))
    body = text_table(table) if table else "It takes no named parameters.\n"
    return "\n".join(lines) + "\n\n" + body


def show_markdown(found: Found, level: int = 1, packages: Packages | None = None) -> str:
    """A Markdown section."""
    mark = "#" * level
    parts = [f"{mark} {found.definition.name}"]
    if found.deprecated:
        parts.append("**Deprecated.**")
    if found.description:
        parts.append(found.description)
    parts += [f"- {fact}" for fact in _facts(found)]
    table = markdown_table(rows(parameter_schema(found.definition, packages)))
    parts.append(f"{mark}# Parameters")
    parts.append(table.rstrip("\n") if table else "It takes no named parameters.")
    return "\n\n".join(parts) + "\n"


def show_data(found: Found, packages: Packages | None = None) -> dict[str, Any]:
    """For JSON: the definition with its parameters and their schema."""
    definition = found.definition
    schema = parameter_schema(definition, packages)
    return {
        "name": definition.name,
        "type": definition.type,
        "description": found.description,
        "deprecated": found.deprecated,
        "source": found.place,
        "builtin": found.builtin,
        "parameters": [row.data() for row in rows(schema)],
        "schema": clean(schema),
    }


def listed(found: Found) -> dict[str, Any]:
    """A line of `velac def list`."""
    return {
        "name": found.definition.name,
        "type": found.definition.type,
        "description": found.description,
        "deprecated": found.deprecated,
        "source": found.place,
        "builtin": found.builtin,
    }


def _facts(found: Found) -> list[str]:
    """What a user of the definition should know besides its parameters."""
    spec = found.definition.spec
    facts = []
    applies = spec.get("appliesToWorkloads")
    if applies:
        facts.append("applies to: " + ", ".join(map(str, applies)))
    conflicts = spec.get("conflictsWith")
    if conflicts:
        facts.append("conflicts with: " + ", ".join(map(str, conflicts)))
    workload = spec.get("workload")
    gvk = workload.get("definition") if isinstance(workload, dict) else None
    if isinstance(gvk, dict) and gvk.get("kind"):
        facts.append(f"workload: {gvk.get('apiVersion', '')} {gvk['kind']}")
    return facts
