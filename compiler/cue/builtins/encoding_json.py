"""Package `encoding/json`."""

from __future__ import annotations

import re
from typing import Any, Final

from velac.compiler.cue.builtins.engine import EngineCalls, Value
from velac.compiler.cue.builtins.go import jsonvalue
from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.package import VALUE, BuiltinError, package
from velac.compiler.cue.kinds import BOOL, BYTES, LIST, STRING, TOP

PACKAGE: Final = package("encoding/json")
_function = PACKAGE.function
_TEXT: Final = BYTES | STRING
_HTML: Final = re.compile("[<>&\u2028\u2029]")


def _text(data: str | bytes) -> str:
    return data if isinstance(data, str) else from_bytes(data)


@_function(_TEXT, result=BOOL)
def Valid(data: str | bytes) -> bool:
    """Whether a text is JSON."""
    return jsonvalue.is_valid(data)


@_function(_TEXT, result=STRING)
def Compact(data: str | bytes) -> str:
    """JSON without white space."""
    from velac.compiler.cue.builtins.go import jsontext

    return jsontext.compact(_text(data))


@_function(_TEXT, STRING, STRING, result=STRING)
def Indent(data: str | bytes, prefix: str, indent: str) -> str:
    """JSON with a line for each element, each with a prefix and its depth in indents."""
    from velac.compiler.cue.builtins.go import jsontext

    return jsontext.indent(_text(data), prefix, indent)


@_function(_TEXT, result=STRING)
def HTMLEscape(data: str | bytes) -> str:
    """JSON that may stand in an HTML script."""
    return _HTML.sub(lambda found: f"\\u{ord(found[0]):04x}", _text(data))


@_function(TOP, result=STRING)
def Marshal(value: Any) -> str:
    """A value as JSON."""
    return jsonvalue.dump(value)


@_function(TOP, result=STRING)
def MarshalStream(value: Any) -> str:
    """The elements of a list as JSON, a line each."""
    if not isinstance(value, list):
        from velac.compiler.cue.builtins import describe

        kind = describe.kind_of(value)
        raise BuiltinError(f"cannot use value {describe.brief(value)} (type {kind}) as list")
    return "".join(jsonvalue.dump(item) + "\n" for item in value)


@_function(_TEXT, result=TOP)
def Unmarshal(data: str | bytes) -> Any:
    """The value of a JSON text."""
    return jsonvalue.load(data)


@_function(_TEXT, result=LIST)
def UnmarshalStream(data: str | bytes) -> list[Any]:
    """The values of JSON texts one after another."""
    return jsonvalue.load_stream(data)


@_function(_TEXT, VALUE, result=BOOL)
def Validate(engine: EngineCalls, data: str | bytes, schema: Value) -> bool:
    """Whether a JSON text is a value of a schema."""
    refusal = engine.refusal(schema, jsonvalue.load(data), required=True)
    if refusal is not None:
        raise BuiltinError(refusal)
    return True
