"""The variables of a Terraform module that stands in its definition, and what is wrong with the values given for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, final

from velac.compiler.cue.errors import Problem
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.load.definition import Definition
from velac.compiler.render.terraform import OWN_PROPERTIES

_SCALAR: Final[tuple[type, ...]] = (str, int, float)
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "string": _SCALAR, "number": _SCALAR, "bool": _SCALAR,
    "list": (list,), "set": (list,), "tuple": (list,), "map": (dict,), "object": (dict,),
}  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as declared; `type` is the text of its constraint, such as `list(string)`."""

    type: str
    required: bool
    default: Any = None
    description: str = ""


@final
@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of one module."""

    declared: Mapping[str, Variable]

    def problems(self, properties: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Unknown and missing variables, and values that Terraform cannot convert."""
        return tuple(self._problems(properties))

    def _problems(self, properties: Mapping[str, Any]) -> Iterator[Problem]:
        for name, value in properties.items():
            variable = self.declared.get(name)
            if variable is not None:
                yield from _misfits(f"parameter.{_label(name)}", value, variable.type)
            elif name not in OWN_PROPERTIES:
                hint = did_you_mean(name, self.declared, known="variables")
                yield Problem("field not allowed", f"parameter.{_label(name)}", help=hint)
        for name, variable in self.declared.items():
            if variable.required and name not in properties:
                text = f"the Terraform module has no default for this {variable.type or 'variable'}"
                yield Problem(text, f"parameter.{_label(name)}", incomplete=True)


def variables_of(definition: Definition) -> Variables | None:
    """The variables of a terraform definition; None where they are not known: the module is elsewhere, or no HCL."""
    if find_spec("hcl2") is None:
        return None
    try:
        found = read_variables(definition)
    except Rejected:
        return None  # the cluster says so; `velac def vet` does, too
    return None if found is None else Variables(found)


def read_variables(definition: Definition) -> dict[str, Variable] | None:
    """The variables by name, in order; None of a remote module. Raises Rejected when the configuration is not HCL."""
    terraform = definition.terraform or {}
    text = terraform.get("configuration")
    if terraform.get("type") not in (None, "", "hcl") or not isinstance(text, str):
        return None
    return {
        name: Variable(
            _bare(body.get("type", "")),
            "default" not in body,
            _value(body.get("default")),
            _bare(body["description"]) if isinstance(body.get("description"), str) else "",
        )
        for name, body in _parsed(text, definition)
    }


def _parsed(text: str, definition: Definition) -> list[tuple[str, dict[str, Any]]]:
    try:
        import hcl2
    except ImportError:
        raise Rejected(
            Diagnostic(
                "V312",
                f"the variables of `{definition.name}` cannot be read without python-hcl2",
                (Label(definition.span),),
                help="install `velac[terraform]`",
            )
        ) from None
    try:
        parsed = hcl2.loads(text if text.endswith("\n") else text + "\n")
    except Exception as error:  # the parser's own kinds of errors are not part of its interface
        first = str(error).partition("\n")[0]
        message = f"the configuration of `{definition.name}` is not HCL: {first}"
        raise Rejected(Diagnostic("V312", message, (Label(definition.span),))) from None
    found = []
    for block in parsed.get("variable", []):
        found += [(_bare(name), body) for name, body in block.items() if isinstance(body, dict)]
    return found


def _bare(text: Any) -> str:
    """A string as written: the parser keeps quotes and the braces of expressions."""
    found = str(text).strip()
    if found.startswith("${") and found.endswith("}"):
        found = found[2:-1].strip()
    return found[1:-1] if len(found) > 1 and found[0] == found[-1] == '"' else found


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _bare(value)
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {_bare(k): _value(v) for k, v in value.items() if not str(k).startswith("__")}
    return value


def _misfits(path: str, value: Any, type_: str) -> Iterator[Problem]:
    """Where a value is of another kind than the constraint says; scalars are converted into each other."""
    head, _, rest = type_.strip().partition("(")
    inner = rest.rpartition(")")[0]
    if value is None or head in ("", "any"):
        return
    kinds = _KINDS.get(head)
    if kinds is None:
        return
    fits = isinstance(value, kinds) and not (head == "number" and not _is_number(value))
    if not fits or (head == "bool" and value not in (True, False, "true", "false")):
        yield Problem(f"the Terraform module wants {type_}", path)
    elif head in ("list", "set"):
        for index, item in enumerate(value):
            yield from _misfits(f"{path}.{index}", item, inner)
    elif head == "map":
        for key, item in value.items():
            yield from _misfits(f"{path}.{_label(key)}", item, inner)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True


def _label(name: str) -> str:
    return name if name.replace("_", "a").isalnum() else '"' + name.replace('"', '\\"') + '"'
