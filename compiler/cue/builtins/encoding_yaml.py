"""Package `encoding/yaml`."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.engine import EngineCalls, Value
from velac.compiler.cue.builtins.go import yamlvalue
from velac.compiler.cue.builtins.package import VALUE, BuiltinError, package
from velac.compiler.cue.kinds import BOOL, BYTES, LIST, STRING, TOP

PACKAGE: Final = package("encoding/yaml")
_function = PACKAGE.function
_TEXT: Final = BYTES | STRING


def _marshal(value: Any) -> str:
    from velac.compiler.cue import yamltext

    return yamltext.marshal(value)


@_function(TOP, result=STRING)
def Marshal(value: Any) -> str:
    """A value as YAML."""
    return _marshal(value)


@_function(TOP, result=STRING)
def MarshalStream(value: Any) -> str:
    """The elements of a list as YAML documents."""
    if not isinstance(value, list):
        kind = describe.kind_of(value)
        raise BuiltinError(f"cannot use value {describe.brief(value)} (type {kind}) as list")
    return "---\n".join(map(_marshal, value))


@_function(_TEXT, result=TOP)
def Unmarshal(data: str | bytes) -> Any:
    """The value of a YAML document."""
    return yamlvalue.load(data)


@_function(_TEXT, result=LIST)
def UnmarshalStream(data: str | bytes) -> list[Any]:
    """The values of YAML documents."""
    return yamlvalue.load_stream(data)


def _content(data: str | bytes) -> bool:
    """Whether there is more than blank lines and comments."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def _validate(engine: EngineCalls, data: str | bytes, schema: Value, final: bool) -> bool:
    name = "yaml.Validate" if final else "yaml.ValidatePartial"
    values = yamlvalue.load_stream(data, name)
    if values == [None] and not _content(data):
        values = [schema]  # no document may stand for any value
    for value in values:
        refusal = engine.refusal(schema, value, final=final)
        if refusal is not None:
            raise BuiltinError(refusal)
    return True


@_function(_TEXT, VALUE, result=BOOL)
def Validate(engine: EngineCalls, data: str | bytes, schema: Value) -> bool:
    """Whether each YAML document is an instance of a schema."""
    return _validate(engine, data, schema, final=True)


@_function(_TEXT, VALUE, result=BOOL)
def ValidatePartial(engine: EngineCalls, data: str | bytes, schema: Value) -> bool:
    """Whether each YAML document is consistent with a schema."""
    return _validate(engine, data, schema, final=False)
