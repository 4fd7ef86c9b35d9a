"""The variables of a Terraform module, and what is wrong with the values given for them.

They are known of a module that stands in its definition, and of one whose address the project file maps to a directory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any, Final, final

from velac.compiler.cue.errors import Problem
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.load.definition import Definition
from velac.compiler.render.terraform import OWN_PROPERTIES
from velac.compiler.render.terraform_files import variable_blocks
from velac.compiler.render.terraform_types import label, misfits, parsed_type
from velac.grammar.record import record

MAX_HCL: Final = 256 * 1024
"""How much HCL is parsed: python-hcl2 reads some 40 KB a second."""
_INSTALL: Final = "install `velac[terraform]`"
CHOOSING: Final = frozenset({"path", "gitRef"})
"""Properties that choose another module, or another version of it."""


@final
@record
class Variable:
    """A variable as declared; `type` is the text of its constraint, such as `list(string)`."""

    type: str
    required: bool
    default: Any = None
    description: str = ""


@final
@record
class Variables:
    """The variables of one module; `remote` says that a property can mean another module than this one."""

    declared: Mapping[str, Variable]
    remote: bool = False

    def problems(self, properties: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Unknown and missing variables, and values that Terraform cannot convert."""
        if self.remote and not CHOOSING.isdisjoint(properties):
            return ()
        return tuple(self._problems(properties))

    def _problems(self, properties: Mapping[str, Any]) -> Iterator[Problem]:
        for name, value in properties.items():
            variable = self.declared.get(name)
            if variable is not None:
                yield from misfits(f"parameter.{label(name)}", value, parsed_type(variable.type))
            elif name not in OWN_PROPERTIES:
                hint = did_you_mean(name, self.declared, known="variables")
                yield Problem("field not allowed", f"parameter.{label(name)}", help=hint)
        for name, variable in self.declared.items():
            if variable.required and name not in properties:
                text = f"the Terraform module has no default for this {variable.type or 'variable'}"
                yield Problem(text, f"parameter.{label(name)}", incomplete=True)


def variables_of(definition: Definition) -> Variables | None:
    """The variables of a terraform definition; None where they are not known: the module is elsewhere, or no HCL.

    Raises Rejected where a module of the repository cannot be read.
    """
    if definition.module:
        return Variables(read_variables(definition) or {}, remote=True)
    if find_spec("hcl2") is None:
        return None
    try:
        found = read_variables(definition)
    except Rejected:
        return None  # the cluster says so; `velac def vet` does, too
    return None if found is None else Variables(found)


def read_variables(definition: Definition) -> dict[str, Variable] | None:
    """The variables by name, in order; None of a module elsewhere. Raises Rejected when the configuration is not HCL."""
    terraform = definition.terraform or {}
    text = terraform.get("configuration")
    data: dict[str, dict[str, Any]] = {}
    if definition.module:
        text, data = variable_blocks(definition)
    elif terraform.get("type") not in (None, "", "hcl") or not isinstance(text, str):
        return None
    found: dict[str, Variable] = {}
    for name, body in _parsed(text, definition) if text.strip() else ():
        value = _value(body.get("default"))
        _enter(found, name, {**body, **({"default": value} if "default" in body else {})})
    for name, body in data.items():
        _enter(found, name, body)
    return found


def _enter(found: dict[str, Variable], name: str, body: Mapping[str, Any]) -> None:
    """Add a variable, or what an override file says about one."""
    known = found.get(name, Variable("", True))
    described = body.get("description")
    found[name] = Variable(
        _bare(body["type"]) if "type" in body else known.type,
        known.required and "default" not in body,
        body.get("default", known.default),
        _bare(described) if isinstance(described, str) else known.description,
    )


def _parsed(text: str, definition: Definition) -> list[tuple[str, dict[str, Any]]]:
    try:
        import hcl2
    except ImportError:
        raise _refusal(
            definition, "the variables of {} cannot be read without python-hcl2", _INSTALL
        ) from None
    if len(text) > MAX_HCL:
        raise _refusal(
            definition, f"the variables of {{}} are more than {MAX_HCL >> 10} KiB of text"
        )
    try:
        parsed = hcl2.loads(text if text.endswith("\n") else text + "\n")
    except Exception as error:  # the parser's own kinds of errors are not part of its interface
        first = str(error).partition("\n")[0]
        raise _refusal(definition, f"the configuration of {{}} is not HCL: {first}") from None
    found = []
    for block in parsed.get("variable", []):
        found += [(_bare(name), body) for name, body in block.items() if isinstance(body, dict)]
    return found


def _refusal(definition: Definition, message: str, help: str = "") -> Rejected:
    text = message.replace("{}", f"`{definition.name}`", 1)
    return Rejected(Diagnostic("V312", text, (Label(definition.span),), help=help))


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
