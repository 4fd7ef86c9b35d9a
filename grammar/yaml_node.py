"""YAML documents as our own nodes, each with its place.

A node answers `find(path)` and `find_key(path)` itself, so it can serve as the source of the values read from it.
An alias is the anchored node, shared: its places are those of the anchor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias, final

from velac.grammar.source import SourceFile, Span
from velac.grammar.yaml_resolve import Resolved

Path: TypeAlias = tuple[str | int, ...]


@final
class YScalar:
    """A scalar: its value, and the text and style it was written in.

    `value` is str, int, Decimal, bool or None; `text` is what stands in the file after unquoting (`1.50`, `yes`);
    `style` is "" (plain), `'`, `"`, `|` or `>`.
    """

    __slots__ = ("end", "file", "start", "style", "text", "value")
    size: Final = 1

    def __init__(
        self, file: SourceFile, start: int, end: int, value: Resolved, text: str, style: str
    ) -> None:
        self.file: Final = file
        self.start: Final = start
        self.end: Final = end
        self.value: Final = value
        self.text: Final = text
        self.style: Final = style

    @property
    def span(self) -> Span:
        """The scalar with its quotes."""
        return Span(self.file, self.start, self.end)

    def find(self, path: Path) -> Span | None:
        """The place of the value at `path` below this node."""
        return None if path else self.span

    def find_key(self, path: Path) -> Span | None:
        """A scalar has no fields."""
        return None

    def __repr__(self) -> str:
        return f"YScalar({self.value!r})"


@final
class YSeq:
    """A list. `size` counts the nodes below it with aliases expanded, where there may be aliases: by events."""

    __slots__ = ("end", "file", "flow", "items", "size", "start")

    def __init__(self, file: SourceFile, start: int, flow: bool) -> None:
        self.file: Final = file
        self.start: Final = start
        self.end = start
        self.flow: Final = flow
        self.items: list[YNode] = []
        self.size = 1

    @property
    def span(self) -> Span:
        """From the first item (or bracket) to the end of the last one."""
        return Span(self.file, self.start, self.end)

    def find(self, path: Path) -> Span | None:
        """The place of the value at `path` below this node."""
        node = descend(self, path)
        return node.span if node is not None else None

    def find_key(self, path: Path) -> Span | None:
        """The place of the key of the field at `path`."""
        return _find_key(self, path)

    def __iter__(self) -> Iterator[YNode]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"YSeq({self.items!r})"


@final
class YMap:
    """A mapping in the order of the file: `entries` holds the key's own node and the value by key.

    `size` is that of `YSeq`. What was read for its data only gets its nodes when
    somebody asks for one: few places of a large file are ever told.
    """

    __slots__ = ("data", "end", "entries", "file", "flow", "make", "part", "size", "start")

    def __init__(self, file: SourceFile, start: int, flow: bool) -> None:
        self.file: Final = file
        self.start: Final = start
        self.end = start
        self.flow: Final = flow
        self.entries: dict[str, tuple[YScalar, YNode]] = {}
        self.size = 1
        self.data: dict[str, Any] | None = None
        """The plain data, where it was read at once."""
        self.make: Callable[[], YMap]
        self.part: Callable[[str], YMap | None] | None = None
        """While nothing is made, a mapping with just the entry of a key; None where all has to be made."""

    @classmethod
    def later(
        cls,
        file: SourceFile,
        start: int,
        make: Callable[[], YMap],
        part: Callable[[str], YMap | None] | None = None,
    ) -> YMap:
        """A mapping in block style, of which everything but its place is made when it is asked for."""
        node = cls.__new__(cls)
        node.file = file  # type: ignore[misc]
        node.start = start  # type: ignore[misc]
        node.flow = False  # type: ignore[misc]
        node.size = 1
        node.data = None
        node.make = make
        node.part = part
        return node

    def __getattr__(self, name: str) -> Any:
        # Only what was put off is missing.
        if name not in ("end", "entries"):
            raise AttributeError(name)
        made = self.make()
        self.end, self.entries = made.end, made.entries
        self.part = None
        del self.make
        return getattr(self, name)

    @property
    def span(self) -> Span:
        """From the first key (or brace) to the end of the last value."""
        return Span(self.file, self.start, self.end)

    def get(self, key: str) -> YNode | None:
        """The value of a key."""
        entry = self.entries.get(key)
        return entry[1] if entry is not None else None

    def key_span(self, key: str) -> Span | None:
        """The place of a key."""
        entry = self.entries.get(key)
        return entry[0].span if entry is not None else None

    def items(self) -> Iterator[tuple[str, Span, YNode]]:
        """Keys, their places, and their values, in the order of the file."""
        return ((key, name.span, value) for key, (name, value) in self.entries.items())

    def find(self, path: Path) -> Span | None:
        """The place of the value at `path` below this node."""
        node = descend(self._towards(path), path)
        return node.span if node is not None else None

    def find_key(self, path: Path) -> Span | None:
        """The place of the key of the field at `path`."""
        return _find_key(self._towards(path), path)

    def _towards(self, path: Path) -> YMap:
        """As much of this mapping as a path leads through, where no more has been made."""
        part = self.part
        if part is None or not path or not isinstance(path[0], str):
            return self
        return part(path[0]) or self

    def __contains__(self, key: object) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return f"YMap({ {key: value for key, (_, value) in self.entries.items()}!r})"


YNode: TypeAlias = YScalar | YSeq | YMap


def descend(node: YNode, path: Path) -> YNode | None:
    """The node at `path` below `node`, or None."""
    for step in path:
        below: YNode | None = None
        if isinstance(node, YMap):
            below = node.get(step) if isinstance(step, str) else None
        elif isinstance(node, YSeq) and isinstance(step, int) and 0 <= step < len(node.items):
            below = node.items[step]
        if below is None:
            return None
        node = below
    return node


def _find_key(node: YNode, path: Path) -> Span | None:
    parent = descend(node, path[:-1]) if path else None
    key = path[-1] if path else None
    return parent.key_span(key) if isinstance(parent, YMap) and isinstance(key, str) else None


def to_data(node: YNode) -> Any:
    """A node as plain data, made anew: dict, list, str, int, Decimal, bool, None. Aliases become separate copies."""
    if type(node) is YScalar:
        return node.value
    if type(node) is YMap:
        if node.data is not None:
            data, node.data = node.data, None
            return data
        return {key: to_data(value) for key, (_, value) in node.entries.items()}
    assert type(node) is YSeq
    return [to_data(item) for item in node.items]
