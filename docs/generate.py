"""Writes the generated pages: `diagnostics.md`, `rules.md`, and the index of built-in definitions in `definitions.md`.

python docs/generate.py
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.codes import CODES
from velac.compiler.lint.registry import load_rules
from velac.compiler.load.builtin import builtin_entries
from velac.compiler.load.definition import COMPONENT, KINDS, POLICY, STEP, TRAIT

DOCS: Final = Path(__file__).resolve().parent
_START: Final = "<!-- index: written by docs/generate.py -->\n"
_END: Final = "<!-- end of index -->\n"
_STAGES: Final = {
    "1": "Syntax",
    "2": "CUE",
    "3": "Shapes and names",
    "4": "Dependencies and workflows",
    "5": "Placement",
    "6": "Overrides",
    "7": "Rendering",
    "8": "Backends and output",
    "9": "velac itself",
}
_ANNOTATION: Final = "definition.oam.dev/description"
_KINDS: Final = (COMPONENT, TRAIT, POLICY, STEP)


def diagnostics_page() -> str:
    """The page of all diagnostic codes."""
    lines = [
        "# Diagnostics",
        "",
        "Written by `docs/generate.py` from the table that `velac explain CODE` shows. Errors stop a build, warnings and notes do not.",
    ]
    for digit, title in _STAGES.items():
        codes = [code for code in CODES.values() if code.code[1] == digit]
        if codes:
            lines += ["", f"## V{digit}xx: {title}"]
            lines += [line for code in codes for line in _entry(code)]
    return "\n".join(lines) + "\n"


def _entry(code: Code) -> list[str]:
    example = [f"    {line}".rstrip() for line in code.example.splitlines()]
    head = f"### {code.code} {code.slug}"
    return [
        "",
        head,
        "",
        f"**{code.title}** ({code.severity}). {code.what} {code.why}",
        "",
        *example,
        "",
        code.fix,
    ]


def rules_page() -> str:
    """The page of all lint rules."""
    rules, _ = load_rules()
    lines = [
        "# Lint rules",
        "",
        "Written by `docs/generate.py` from the rules themselves; `velac explain CODE` shows one. How to run, choose and waive them: [lint.md](lint.md).",
        "",
        "| code | name | severity | level | presets |",
        "|---|---|---|---|---|",
    ]
    for rule in rules.values():
        presets = ", ".join(rule.presets)
        lines.append(f"| {rule.code} | {rule.slug} | {rule.severity} | {rule.level} | {presets} |")
    lines += [line for rule in rules.values() for line in _entry(rule.page())]
    return "\n".join(lines) + "\n"


def definitions_index() -> str:
    """The tables of built-in definitions, by kind."""
    lines: list[str] = []
    found = [entry.read() for entry in builtin_entries(addons=True)]
    for type_ in _KINDS:
        lines += ["", f"### {KINDS[type_]}", "", "| name | does |", "|---|---|"]
        for definition in sorted((d for d in found if d.type == type_), key=lambda d: d.name):
            place = definition.span.file.name.removeprefix("<velac>/")
            link = f"[{definition.name}](../compiler/definitions/{place})"
            addon = place.split("/")[1] if place.startswith("addon/") else ""
            text = definition.annotations.get(_ANNOTATION, "").replace("|", "\\|")
            old = any(key.endswith("/deprecated") for key in definition.labels)
            mark = "" if not old or text.startswith("Deprecated") else " Deprecated."
            mark += f" Addon {addon}." if addon else ""
            lines.append(f"| {link} | {text}{mark} |")
    return "\n".join(lines) + "\n\n"


def with_index(page: str) -> str:
    """`definitions.md` with the index as it is now."""
    pattern = re.escape(_START) + ".*" + re.escape(_END)
    assert re.search(pattern, page, re.DOTALL), "definitions.md has lost the marks of the index"
    return re.sub(pattern, lambda _: _START + definitions_index() + _END, page, flags=re.DOTALL)


def generated() -> dict[str, str]:
    """The generated pages by name."""
    definitions = (DOCS / "definitions.md").read_text(encoding="utf-8")
    return {
        "diagnostics.md": diagnostics_page(),
        "definitions.md": with_index(definitions),
        "rules.md": rules_page(),
    }


if __name__ == "__main__":
    for name, text in generated().items():
        (DOCS / name).write_text(text, encoding="utf-8")
