"""What a config template writes besides its objects: an entry of a Nacos server, in one of four formats.

The server is that of another entry, whose name the template fixes; who writes there is the controller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from velac.compiler.cue.api import Value
from velac.compiler.cue.builtins import encoding_json, encoding_toml
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.shape import path_text
from velac.compiler.workbench.schema import as_json
from velac.grammar.yaml_writer import emit

NACOS: Final = "nacos"
_TEXTS: Final = ("dataId", "group", "appName", "namespaceId", "tenant", "tag")


@final
@dataclass(frozen=True, slots=True)
class NacosEntry:
    """A text for a Nacos server; `endpoint` is the name of the entry that says where the server is."""

    endpoint: str
    format: str
    metadata: Mapping[str, str]
    content: str

    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "endpoint": {"name": self.endpoint},
            "format": self.format,
            "metadata": dict(self.metadata),
            "content": self.content,
        }


def nacos_entry(value: Value) -> NacosEntry | None:
    """What a template writes to Nacos; None for a template that does not. Raises CueError with every problem."""
    found = value.lookup(NACOS)
    if found is None:
        return None
    data = as_json(found.plain())
    problems = list(_problems(data))
    if problems:
        raise CueError(problems)
    metadata = {key: data["metadata"][key] for key in _TEXTS if key in data["metadata"]}
    text = _FORMATS[data["format"]](data.get("content", {}))
    return NacosEntry(data["endpoint"]["name"], data["format"], metadata, text)


def _problems(data: Any) -> Iterator[Problem]:
    if not isinstance(data, dict):
        yield Problem("this has to be a struct", NACOS)
        return
    endpoint, metadata = data.get("endpoint"), data.get("metadata")
    if not isinstance(endpoint, dict) or not isinstance(endpoint.get("name"), str):
        yield Problem("the name of the entry that says where Nacos is", f"{NACOS}.endpoint.name")
    if data.get("format") not in _FORMATS:
        known = ", ".join(f"`{name}`" for name in _FORMATS)
        hint = did_you_mean(str(data.get("format")), _FORMATS)
        yield Problem(f"this has to be one of {known}", f"{NACOS}.format", help=hint)
    if not isinstance(metadata, dict) or not metadata.get("dataId"):
        yield Problem("Nacos needs the name of what is written", f"{NACOS}.metadata.dataId")
        return
    for key, item in metadata.items():
        if key not in _TEXTS:
            hint = did_you_mean(key, _TEXTS)
            yield Problem("Nacos does not know this", f"{NACOS}.metadata.{key}", help=hint)
        elif not isinstance(item, str):
            yield Problem("this has to be a string", f"{NACOS}.metadata.{key}")
    if not isinstance(data.get("content", {}), dict):
        yield Problem("this has to be a struct", f"{NACOS}.content")


# -------------------------------------------------------------------------------------------------- the formats


def _json(content: Any) -> str:
    return encoding_json.Marshal(_sorted(content))


def _sorted(value: Any) -> Any:
    """The same with the keys in order, as Go writes maps."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _toml(content: Any) -> str:
    return encoding_toml.Marshal(content)


def _properties(content: Any) -> str:
    """`a.b=c`, one line for each leaf, in the order of the keys; as Java reads them."""
    return "".join(f"{_escaped(key, ' :=')}={_escaped(text)}\n" for key, text in _leaves(content))


def _leaves(content: Any) -> Iterator[tuple[str, str]]:
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), content)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [((*path, key), value[key]) for key in sorted(value, reverse=True)]
        elif isinstance(value, list):
            pending += [((*path, index), item) for index, item in enumerate(value)][::-1]
        else:
            text = value if isinstance(value, str) else encoding_json.Marshal(value)
            yield path_text(path), text


def _escaped(text: str, also: str = "") -> str:
    named = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}
    lead = len(text) - len(text.lstrip(" ")) if not also else 0
    found = "".join(named.get(c) or (f"\\{c}" if c in also else c) for c in text)
    found = "\\ " * lead + found[lead:]
    return f"\\{found}" if also and found[:1] in ("#", "!") else found


_FORMATS: Final[dict[str, Callable[[Any], str]]] = {
    "json": _json,
    "yaml": emit,
    "properties": _properties,
    "toml": _toml,
}
