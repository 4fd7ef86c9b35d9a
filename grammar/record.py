"""`record` and `slotted`: what `@dataclass(frozen=True, slots=True)` and `@dataclass(slots=True)` make, imported faster.

The methods that `dataclass` writes and compiles for each class take 0.7 ms, and a command imports dozens of classes of
which it makes few. Here the constructor is compiled when the first instance is made, and the other methods are the
same for all classes. As with nodes, instances of a `record` are frozen at run time only when VELAC_FREEZE=1 (the tests); otherwise
the type checker sees to it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Final, TypeVar, dataclass_transform

from velac.grammar.node import compiled_on_use

T = TypeVar("T")

_FREEZE: Final = os.environ.get("VELAC_FREEZE") == "1"
_KEYS: Final[dict[type, Callable[[Any], tuple[Any, ...]]]] = {}


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make `cls` a slotted dataclass whose instances are compared and hashed by their fields."""
    if _FREEZE:
        return dataclass(frozen=True, slots=True)(cls)
    return _with_methods(cls, _METHODS)


@dataclass_transform(field_specifiers=(field,))
def slotted(cls: type[T]) -> type[T]:
    """Make `cls` a slotted dataclass whose instances are compared by their fields, and may change."""
    return _with_methods(cls, {**_METHODS, "__hash__": None})


def _with_methods(cls: type[T], methods: dict[str, Any]) -> type[T]:
    own: Any = dataclass(slots=True, init=False, repr=False, eq=False)(cls)
    own.__init__ = compiled_on_use(own)
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(own, name, method)
    return own  # type: ignore[no-any-return]


def _key(cls: type) -> Callable[[Any], tuple[Any, ...]]:
    """The fields that count, of any instance of a class."""
    found = _KEYS.get(cls)
    if found is None:
        names = [item.name for item in fields(cls) if item.compare]
        if len(names) > 1:
            found = attrgetter(*names)
        else:
            found = lambda one: tuple(getattr(one, name) for name in names)  # noqa: E731
        _KEYS[cls] = found
    return found


def _equal(self: Any, other: object) -> Any:
    cls = type(self)
    if type(other) is not cls:
        return NotImplemented
    key = _key(cls)
    return key(self) == key(other)


def _hash(self: Any) -> int:
    return hash(_key(type(self))(self))


def _shown(self: Any) -> str:
    shown = ", ".join(
        f"{item.name}={getattr(self, item.name)!r}" for item in fields(self) if item.repr
    )
    return f"{type(self).__qualname__}({shown})"


def _state(self: Any) -> list[Any]:
    return [getattr(self, item.name) for item in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for item, value in zip(fields(self), state, strict=True):
        setattr(self, item.name, value)


_METHODS: Final[dict[str, Any]] = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _shown,
    "__getstate__": _state,
    "__setstate__": _restore,
}
