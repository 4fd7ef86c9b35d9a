"""YAML text as a stream of events, for readers with rules of their own (CUE's `yaml.Unmarshal`).

Manifests and Applications are read by `yaml.py`; this is the bare parser, with libyaml's own messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class Event(NamedTuple):
    """One event: `kind` is document, end, scalar, sequence, mapping or alias; `line` counts from 1."""

    kind: str
    line: int = 0
    anchor: str = ""
    tag: str = ""
    value: str = ""
    plain: bool = False


class EventError(Exception):
    """The text is not YAML. `line` counts from 1 and is 0 when the parser does not say."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


def events(text: str) -> Iterator[Event]:
    """The events of all documents: `document`, one node, `end` for each. Raises EventError."""
    import yaml
    from yaml._yaml import CParser
    from yaml.scanner import ScannerError

    try:
        parser = CParser(text)
        while True:
            event: Any = parser.get_event()
            if event is None or isinstance(event, yaml.StreamEndEvent):
                return
            line = event.start_mark.line + 1
            if isinstance(event, yaml.ScalarEvent):
                plain = not event.style
                yield Event("scalar", line, event.anchor or "", event.tag or "", event.value, plain)
            elif isinstance(event, yaml.SequenceStartEvent):
                yield Event("sequence", line, event.anchor or "", event.tag or "")
            elif isinstance(event, yaml.MappingStartEvent):
                yield Event("mapping", line, event.anchor or "", event.tag or "")
            elif isinstance(event, yaml.AliasEvent):
                yield Event("alias", line, event.anchor or "")
            elif isinstance(event, yaml.DocumentStartEvent):
                yield Event("document", line)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                yield Event("end", line)
    except yaml.MarkedYAMLError as error:
        after = 1 if isinstance(error, ScannerError) else 0
        marks = [mark.line for mark in (error.context_mark, error.problem_mark) if mark]
        line = next((at + after for at in marks if at), 0)
        raise EventError(str(error.problem), line) from None
    except (yaml.YAMLError, UnicodeEncodeError):
        raise EventError("control characters are not allowed") from None
