"""A catalogue of definitions to browse: Markdown pages, or one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT, WORKLOAD
from velac.compiler.workbench.collect import Found
from velac.compiler.workbench.schema import parameter_schema
from velac.compiler.workbench.show import show_markdown
from velac.compiler.workbench.table import COLUMNS, Row, rows
from velac.compiler.workbench.template import Packages

_TITLES: Final = {
    COMPONENT: "Components",
    TRAIT: "Traits",
    POLICY: "Policies",
    STEP: "Workflow steps",
    WORKLOAD: "Workloads",
}


def sorted_groups(found: Iterable[Found]) -> list[tuple[str, str, list[Found]]]:
    """Type, title and definitions by name, in the order of a catalogue; empty groups left out."""
    listed = sorted(found, key=lambda f: (f.deprecated, f.definition.name))
    groups = [
        (t, title, [f for f in listed if f.definition.type == t]) for t, title in _TITLES.items()
    ]
    return [group for group in groups if group[2]]


def markdown_pages(
    found: Iterable[Found], packages: Packages | None = None
) -> Iterator[tuple[str, str]]:
    """Relative paths and texts: an index, and a page per definition. Raises Rejected for broken templates."""
    groups = sorted_groups(found)
    lines = ["# Definitions"]
    for type_, title, items in groups:
        lines.append(f"\n## {title}\n")
        for item in items:
            mark = " (deprecated)" if item.deprecated else ""
            name = item.definition.name
            lines.append(f"- [{name}]({type_}/{name}.md){mark}: {item.description}".rstrip(": "))
            yield f"{type_}/{name}.md", show_markdown(item, packages=packages)
    yield "README.md", "\n".join(lines) + "\n"


def html_page(found: Iterable[Found], packages: Packages | None = None) -> str:
    """One page with a filter; every text in it is escaped."""
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    groups = [
        (title, [(item, _rows(item, packages)) for item in items])
        for _, title, items in sorted_groups(found)
    ]
    return environment.from_string(_PAGE).render(groups=groups, columns=COLUMNS)


def _rows(item: Found, packages: Packages | None) -> list[Row]:
    try:
        return rows(parameter_schema(item.definition, packages))
    except Rejected:
        return []


_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Definitions</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; display: block; font-size: .9rem; overflow-x: auto; }
td, th { border-bottom: 1px solid #8884; padding: .25rem .6rem; text-align: left; vertical-align: top; }
td:first-child, td:nth-child(2) { font-family: ui-monospace, monospace; }
summary { cursor: pointer; padding: .3rem 0; }
summary b { font-family: ui-monospace, monospace; }
input { font: inherit; padding: .4rem; width: 100%; box-sizing: border-box; }
.old b { text-decoration: line-through; }
@media (prefers-color-scheme: dark) { body { background: #15171a; color: #e6e6e6; } a { color: #8ab4f8; } }
</style>
</head>
<body>
<h1>Definitions</h1>
<label>Find <input id="find" type="search" autocomplete="off"></label>
{% for title, items in groups %}
<section>
<h2>{{ title }}</h2>
{% for item, table in items %}
<details id="{{ item.definition.type }}-{{ item.definition.name }}"{% if item.deprecated %} class="old"{% endif %}>
<summary><b>{{ item.definition.name }}</b> {{ item.description }}{% if item.deprecated %} (deprecated){% endif %}</summary>
{% if table %}
<table>
<thead><tr>{% for column in columns %}<th>{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in table %}
<tr><td>{{ row.name }}</td><td>{{ row.type }}</td><td>{{ "yes" if row.required else "no" }}</td><td>{{ row.default }}</td><td>{{ row.constraint }}</td><td>{{ row.usage }}</td></tr>
{% endfor %}
</tbody>
</table>
{% else %}
<p>It takes no named parameters.</p>
{% endif %}
</details>
{% endfor %}
</section>
{% endfor %}
<script>
document.getElementById("find").addEventListener("input", function () {
  var word = this.value.toLowerCase();
  document.querySelectorAll("details").forEach(function (item) {
    item.hidden = word !== "" && !item.querySelector("summary").textContent.toLowerCase().includes(word);
  });
});
</script>
</body>
</html>
"""
