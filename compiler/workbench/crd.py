"""Single-file definitions as Kubernetes objects and back: `velac def render` and `from-yaml` (semantics 2.4)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.definition import TYPES, Definition
from velac.compiler.load.literal import label_name
from velac.compiler.workbench.go_yaml3 import emit
from velac.compiler.workbench.simplify import KEYWORDS, simplified
from velac.grammar import ast
from velac.grammar.errors import CueSyntaxError
from velac.grammar.format import format as format_file
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

API_VERSION: Final = "core.oam.dev/v1beta1"
_PREFIX: Final = "custom.definition.oam.dev/"
_ALIAS: Final = "definition.oam.dev/alias"
_DESCRIPTION: Final = "definition.oam.dev/description"
_WORD: Final = re.compile(r"[A-Za-z$][A-Za-z0-9_$]*")
_INDENTED: Final = ("healthPolicy", "details")


def definition_object(definition: Definition, file: ast.File) -> dict[str, Any]:
    """The object of a single-file definition that was read from `file`."""
    metadata: dict[str, Any] = {
        "annotations": dict(definition.annotations),
        "name": definition.name,
    }
    if definition.labels:
        metadata["labels"] = dict(definition.labels)
    spec = {**definition.spec}
    if isinstance(spec.get("status"), dict):
        spec["status"] = {**spec["status"], **_written_status(file)}
    spec["schematic"] = {"cue": {"template": template_text(file)}}
    return {
        "apiVersion": API_VERSION,
        "kind": definition.kind,
        "metadata": metadata,
        "spec": spec,
    }


def rendered(definition: Definition, file: ast.File, name: str) -> str:
    """What `vela def render` prints for a file."""
    return f"--- {name} ---\n{emit(definition_object(definition, file))}\n"


def template_text(file: ast.File) -> str:
    """Imports and body of the template as they go into the object: formatted, not indented."""
    body = _template_struct(file)
    text = file.span.file.text
    imports = _imports_text(file, text)
    inner = _inside(body)
    source = f"{imports}\n{inner}\n" if imports else f"{inner}\n"
    made = simplified(source, file.span.file.name).strip("\n")
    if imports:
        again = parse(SourceFile("template.cue", made))
        head = made[: again.imports[-1].span.end]
        rest = made[len(head) :]
        if rest.lstrip().startswith(")"):
            closing = rest.index(")") + 1
            head, rest = head + rest[:closing], rest[closing:]
        made = f"{head}\n{rest.strip(chr(10))}"
    return made + "\n"


def _template_struct(file: ast.File) -> ast.StructLit:
    for decl in file.decls:
        if (
            isinstance(decl, ast.Field)
            and label_name(decl.label) == "template"
            and isinstance(decl.value, ast.StructLit)
        ):
            return decl.value
    raise Rejected(Diagnostic("V312", "a definition needs one `template` that is a struct"))


def _inside(struct: ast.StructLit) -> str:
    text = struct.span.file.text[struct.span.start : struct.span.end]
    return text[1:-1] if struct.braces else text


def _imports_text(file: ast.File, text: str) -> str:
    if not file.imports:
        return ""
    first = text.find("import")
    last = file.imports[-1].span.end
    closing = text[last:].lstrip()
    end = last + (len(text[last:]) - len(closing)) + 1 if closing.startswith(")") else last
    return text[first:end].strip()


def _written_status(file: ast.File) -> dict[str, str]:
    """Status blocks that are written as structs, as text; health and details are indented by two blanks."""
    found: dict[str, str] = {}
    for block in _status_fields(file):
        name, value = label_name(block.label), block.value
        if name is None or not isinstance(value, ast.StructLit):
            continue
        text = _inside(value).strip("\n") + "\n"
        body = format_file(parse(SourceFile("status.cue", text))).strip("\n")
        pad = "  " if name in _INDENTED else ""
        found[name] = "\n".join(pad + line if line else "" for line in body.split("\n"))
    return found


def _status_fields(file: ast.File) -> list[ast.Field]:
    path = ("attributes", "status")
    here = [d for d in file.decls if isinstance(d, ast.Field) and label_name(d.label) != "template"]
    for label in ("", *path):
        inner: list[ast.Field] = []
        for field in here:
            if label and label_name(field.label) != label:
                continue
            if isinstance(field.value, ast.StructLit):
                inner += [d for d in field.value.decls if isinstance(d, ast.Field)]
        here = inner
    return here


# ------------------------------------------------------------------------------------------------------ back


def cue_text(obj: dict[str, Any]) -> str:
    """The single-file definition of an object, formatted. Raises Rejected where there is no CUE template."""
    kind = str(obj.get("kind"))
    name = named(obj)
    metadata, spec = _mapping(obj, "metadata"), _mapping(obj, "spec")
    schematic = _mapping(spec, "schematic")
    template = _mapping(schematic, "cue").get("template")
    if not schematic:
        template = _mapping(spec, "extension").get("template")
    if kind not in TYPES or not isinstance(template, str):
        raise Rejected(Diagnostic("V312", f"a `{kind}` without a CUE template has no CUE form"))
    annotations = _mapping(metadata, "annotations")
    head = {
        "type": TYPES[kind],
        "alias": annotations.get(_ALIAS, ""),
        "description": annotations.get(_DESCRIPTION, ""),
        "annotations": _own(annotations),
        "labels": _own(_mapping(metadata, "labels")),
        "attributes": {key: value for key, value in spec.items() if key != "schematic"},
    }
    imports, body = _split(template, f"{name}.cue")
    blocks = [
        f'import "{path}"' if not alias else f'import {alias} "{path}"' for alias, path in imports
    ]
    text = "\n".join(blocks) + "\n\n" if blocks else ""
    text += f"{json.dumps(name)}: {cue_value(head)}\ntemplate: {{\n{body}\n}}\n"
    return format_file(parse(SourceFile("definition.cue", text)))


def named(obj: dict[str, Any]) -> str:
    """The name of an object. Raises Rejected where it has none."""
    name = _mapping(obj, "metadata").get("name")
    if not isinstance(name, str) or not name:
        raise Rejected(Diagnostic("V312", f"a `{obj.get('kind')}` needs `metadata.name`"))
    return name


def _mapping(data: dict[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _own(texts: dict[str, Any]) -> dict[str, Any]:
    """Only what has the prefix of the author's own keys comes back."""
    return {k.removeprefix(_PREFIX): v for k, v in texts.items() if k.startswith(_PREFIX)}


def _split(template: str, name: str) -> tuple[list[tuple[str, str]], str]:
    source = SourceFile(name, template)
    try:
        file = parse(source)
    except CueSyntaxError as error:
        raise Rejected(
            *(Diagnostic("V102", p.message, (Label(p.span),), help=p.help) for p in error.problems)
        ) from None
    imports = [(s.name.name if s.name is not None else "", s.path) for s in file.imports]
    body = template
    if file.imports:
        raw = _imports_text(file, template)
        body = template.replace(raw, "", 1)
    return imports, body.strip("\n")


def cue_value(value: Any, indent: str = "") -> str:
    """Plain data as CUE; texts of several lines become `#\"\"\"` blocks."""
    inner = indent + "\t"
    if isinstance(value, dict):
        if not value:
            return "{}"
        fields = (f"{inner}{_label(k)}: {cue_value(item, inner)}\n" for k, item in value.items())
        return "{\n" + "".join(fields) + indent + "}"
    if isinstance(value, list):
        return "[" + ", ".join(cue_value(item, inner) for item in value) + "]"
    if isinstance(value, str) and "\n" in value:
        lines = "\n".join(inner + line if line else "" for line in value.split("\n"))
        return f'#"""\n{lines}\n{inner}"""#'
    return json.dumps(value, ensure_ascii=False, default=float)


def _label(key: str) -> str:
    return key if _WORD.fullmatch(key) and key not in KEYWORDS else json.dumps(key)
