"""The decorator of syntax and IR nodes: slotted, compared by identity, immutable to type checkers.

A truly frozen dataclass costs three times as much to create, so instances are frozen at run time only when
VELAC_FREEZE=1, as the test-suite sets it. Otherwise `__init__` is compiled when a class is first used: there are
a hundred of them, and a run needs half.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final, TypeVar, dataclass_transform

T = TypeVar("T")


def field_names(cls: Any) -> tuple[str, ...]:
    """The fields of a node's class, in order; `dataclasses.fields` makes a new tuple each time."""
    found = _NAMES.get(cls)
    if found is None:
        found = _NAMES[cls] = tuple(item.name for item in fields(cls))
    return found


_NAMES: Final[dict[Any, tuple[str, ...]]] = {}
_FREEZE = os.environ.get("VELAC_FREEZE") == "1"


def changed(item: T, /, **changes: Any) -> T:
    """A node with other values in some fields; `dataclasses.replace` takes five times as long."""
    cls = type(item)
    names = field_names(cls)
    if changes.keys() - set(names):
        raise TypeError(f"{cls.__name__} has no field {min(changes.keys() - set(names))!r}")
    return cls(*[changes[name] if name in changes else getattr(item, name) for name in names])


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: type[T]) -> type[T]:
    """Make `cls` a slotted dataclass with identity equality."""
    if _FREEZE:
        return dataclass(slots=True, eq=False, frozen=True)(cls)
    own: Any = dataclass(slots=True, eq=False, init=False, repr=False)(cls)
    own.__init__ = compiled_on_use(own)
    own.__repr__ = _shown
    return own  # type: ignore[no-any-return]


def compiled_on_use(cls: Any) -> Callable[..., None]:
    """A constructor for a dataclass that replaces itself by a compiled one when it is called."""

    def first(self: Any, /, *args: Any, **kwargs: Any) -> None:
        cls.__init__ = init = _init(cls)
        init(self, *args, **kwargs)

    return first


def _init(cls: Any) -> Callable[..., None]:
    """What `dataclass` would generate."""
    params, lines = ["self"], ["pass"]
    defaults: dict[str, Any] = {}
    for item in fields(cls):
        name = item.name
        value = name
        if item.default_factory is not MISSING:
            defaults[f"_{name}"], defaults[f"_make_{name}"] = MISSING, item.default_factory
            value = f"_make_{name}() if {name} is _{name} else {name}"
        elif item.default is not MISSING:
            defaults[f"_{name}"] = item.default
        params.append(f"{name}=_{name}" if f"_{name}" in defaults else name)
        lines.append(f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    code = f"def __init__({', '.join(params)}): " + "; ".join(lines)
    made: dict[str, Any] = {}
    exec(code, defaults, made)
    return made["__init__"]  # type: ignore[no-any-return]


def _shown(self: Any) -> str:
    shown = ", ".join(f"{item.name}={getattr(self, item.name)!r}" for item in fields(self))
    return f"{type(self).__qualname__}({shown})"
