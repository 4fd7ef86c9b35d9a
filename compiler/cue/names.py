"""What names mean while syntax is resolved: the labels of identifiers, frames of literals and clauses, imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from velac.compiler.cue.builtins.package import Package
from velac.compiler.cue.labels import HIDDEN
from velac.grammar import ast

if TYPE_CHECKING:
    from velac.compiler.cue.expr import Expr
    from velac.compiler.cue.node import Node
    from velac.compiler.cue.parts import Run


def label_of(name: str, package: str = "") -> str:
    """The label of an identifier: hidden fields and definitions are marked, hidden ones belong to a package."""
    if name[:1] == "_":
        return f"{HIDDEN}{name}\x02{package}" if package else HIDDEN + name
    return HIDDEN + name if name[:1] == "#" else name


class Frame:
    """Names declared by one literal, clause or alias."""

    __slots__ = ("has_env", "lets", "names", "used")

    def __init__(self, has_env: bool = True) -> None:
        self.has_env = has_env
        self.names: dict[str, tuple[str, Any]] = {}
        self.lets: dict[str, list[Expr]] = {}
        self.used: set[str] = set()


class Import:
    """One import of a file: a builtin package, or the evaluated value of a package in CUE."""

    __slots__ = ("load", "package", "path", "spec", "used")

    def __init__(
        self,
        spec: ast.ImportSpec,
        path: str,
        package: Package | None,
        load: Callable[[Run], Node] | None,
    ) -> None:
        self.spec = spec
        self.path = path
        self.package = package
        self.load = load
        self.used = False
