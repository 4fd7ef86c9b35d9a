"""The file of a definition: single-file CUE where that says all of the object, else the object itself."""

from __future__ import annotations

from typing import Any

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.workbench.crd import cue_text, definition_object
from velac.compiler.workbench.simplify import simplified
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile
from velac.grammar.yaml_writer import emit

Object = dict[str, Any]


def definition_file(obj: Object) -> tuple[str, str]:
    """The suffix and the text of the file of a definition object."""
    if _template(obj) is None:
        return ".yaml", emit(obj)
    try:
        text = cue_text(obj)
        file = parse(SourceFile("definition.cue", text))
        back = definition_object(definition_of_file(file), file)
        if _comparable(obj) == _comparable(back):
            return ".cue", text
    except (Rejected, CueSyntaxError):
        pass
    return ".yaml", emit(obj)


def _template(obj: Object) -> str | None:
    """The CUE template of an object; None where something else makes its objects."""
    found: Any = obj.get("spec")
    for key in ("schematic", "cue", "template"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) and obj["metadata"].get("name") else None


def _comparable(obj: Object) -> Object:
    """What has to survive: all but the namespace and the layout of the template. Raises CueSyntaxError."""
    metadata = obj["metadata"]
    spec = dict(obj["spec"])
    schematic = spec.pop("schematic")
    template = _template(obj) or ""
    return {
        "kind": obj["kind"],
        "name": metadata["name"],
        "labels": metadata.get("labels") or {},
        # A description that nobody wrote comes back empty.
        "annotations": {k: v for k, v in (metadata.get("annotations") or {}).items() if v},
        "spec": repr(_sorted(spec)),
        "template": _meaning(template),
        "schematic": [list(schematic), list(schematic["cue"])],
    }


def _meaning(template: str) -> tuple[list[str], str]:
    """Imports, however they are grouped, and the formatted rest. Raises CueSyntaxError."""
    text = simplified(template)
    file = parse(SourceFile("template.cue", text))
    if not file.imports:
        return [], text.strip()
    imports = [text[spec.span.start : spec.span.end] for spec in file.imports]
    return imports, text[file.imports[-1].span.end :].strip().removeprefix(")").strip()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
