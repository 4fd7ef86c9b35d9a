"""Closedness: which struct literals may add fields where.

Every conjunct carries a `Scope`, a link in a chain that leads from the literal that declares a field outwards through
embeddings, definitions and calls of `close`. A *closed* scope demands that each field of a node be declared by
a conjunct inside it. Scopes go down with the conjuncts of fields, so a definition closes recursively; `close` does
not, and drops out of the chain one level down.

An embedded definition is special: the literal that embeds it may add fields of its own (but not through another
operand of the same embedding), and becomes closed itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, final


@final
class Scope:
    """One link; `literal` and `unit` say for an embedded closed scope who embeds it and through which declaration."""

    __slots__ = ("_child", "_closed", "literal", "parent", "shallow", "unit")

    def __init__(self, parent: Scope | None, closed: bool = False, shallow: bool = False) -> None:
        self.parent = parent
        # A cell, since clones one level down must see a literal become closed later.
        self._closed = [closed]
        self.shallow = shallow
        self.literal: Scope | None = None
        self.unit: Scope | None = None
        self._child: Scope | None = None

    @property
    def is_closed(self) -> bool:
        """Whether fields must be declared inside this scope."""
        return self._closed[0]

    @property
    def child(self) -> Scope:
        """The scope of conjuncts one level down: the same, without the calls of `close` in the chain."""
        found = self._child
        if found is None:
            parent = self.parent
            if parent is None:
                found = self
            else:
                above = parent.child
                if self.shallow:
                    found = above
                elif above is parent:
                    found = self
                else:
                    found = Scope(above)
                    found._closed = self._closed
                    found.literal = self.literal.child if self.literal else None
                    found.unit = self.unit.child if self.unit else None
            self._child = found
        return found

    def within(self, outer: Scope) -> bool:
        """Whether `outer` is on the chain from here, this scope included."""
        walk: Scope | None = self
        while walk is not None:
            if walk is outer:
                return True
            walk = walk.parent
        return False

    def allows(self, source: Scope) -> bool:
        """Whether a field declared in `source` is allowed by this closed scope."""
        if source.within(self):
            return True
        literal = self.literal
        if literal is None or self.unit is None or source.within(self.unit):
            return False
        return literal.allows(source)

    @staticmethod
    def definition(parent: Scope, embedded: bool) -> Scope:
        """The scope of a reference to a definition."""
        return _closing(parent, embedded, shallow=False)

    @staticmethod
    def closing_call(parent: Scope, embedded: bool) -> Scope:
        """The scope of the argument of `close`."""
        return _closing(parent, embedded, shallow=True)

    @staticmethod
    def embedding(literal: Scope) -> Scope:
        """The scope of one embedded expression of a literal."""
        unit = Scope(literal)
        unit.literal = literal
        return unit


def _closing(parent: Scope, embedded: bool, shallow: bool) -> Scope:
    scope = Scope(parent, closed=True, shallow=shallow)
    if not embedded:
        _open_as_around(scope, parent)
    unit: Scope | None = parent if embedded else None
    while unit is not None:
        # `unit` is the embedding at whose position the definition stands; its literal becomes closed, and the
        # literal around that when it is embedded itself.
        walk: Scope | None = unit
        while walk is not None and walk.literal is None:
            walk = walk.parent
        if walk is None:
            break
        literal = walk.literal
        assert literal is not None
        if scope.literal is None:
            scope.literal, scope.unit = literal, walk
        if literal._closed[0]:
            break
        literal._closed[0] = True
        outer = literal.parent
        if outer is not None and outer.literal is not None:
            literal.literal, literal.unit = outer.literal, outer
            unit = outer
        else:
            unit = None
    return scope


_FEW: Final = 4
"""So many embeddings of one literal are asked one after another."""


def _open_as_around(scope: Scope, parent: Scope) -> None:
    """Let the literal that embeds what is around a reference add fields to what is referred to, too."""
    walk: Scope | None = parent
    while walk is not None and walk.literal is None:
        walk = walk.parent
    if walk is not None:
        scope.literal, scope.unit = walk.literal, walk.unit or walk


@final
class Closers:
    """Many closed scopes of one struct, asked together: the time does not grow with fields times scopes.

    Those that are embedded in one literal differ only in the embedding they came through, so a field that is declared
    elsewhere in the literal, or through two embeddings, is fine with all of them.
    """

    __slots__ = ("_embedded", "_opens", "_plain", "_single")

    def __init__(self, closers: list[Scope], opens: Sequence[Scope]) -> None:
        self._opens = list(opens)
        self._plain = {c: None for c in closers if c.literal is None or c.unit is None}
        embedded: dict[Scope, dict[Scope, list[Scope]]] = {}
        for closer in closers:
            if closer.literal is not None and closer.unit is not None:
                units = embedded.setdefault(closer.literal, {})
                units.setdefault(closer.unit, []).append(closer)
        self._embedded = {lit: units for lit, units in embedded.items() if len(units) > _FEW}
        self._single = [
            closer
            for units in embedded.values()
            if len(units) <= _FEW
            for found in units.values()
            for closer in found
        ]

    @property
    def pairs(self) -> int:
        """How many scopes each field is held against."""
        return len(self._plain) + len(self._single) + len(self._embedded)

    def refusing(self, sources: list[Scope]) -> Scope | None:
        """A scope that does not allow a field declared in `sources`, or None."""
        chains = [_Chain(source) for source in dict.fromkeys([*sources, *self._opens])]
        within = chains[0].scopes if len(chains) == 1 else {s for c in chains for s in c.scopes}
        for closer in self._plain:  # ends after as many as the field is within
            if closer not in within:
                return closer
        for closer in self._single:
            if closer not in within:
                for chain in chains:
                    if chain.allowed_by(closer):
                        break
                else:
                    return closer
        for literal, units in self._embedded.items():
            for unit in _doubtful(literal, units, chains):
                for closer in units[unit]:
                    if closer not in within:
                        return closer
        return None


@final
class _Chain:
    """The scopes around a declaration, and which closed ones allow it: each is asked once."""

    __slots__ = ("_known", "scopes")

    def __init__(self, source: Scope) -> None:
        self.scopes: set[Scope] = set()
        walk: Scope | None = source
        while walk is not None:
            self.scopes.add(walk)
            walk = walk.parent
        self._known: dict[Scope, bool] = {}

    def allowed_by(self, scope: Scope) -> bool:
        """As `scope.allows(source)`."""
        passed = []
        while True:
            outcome = self._known.get(scope)
            if outcome is not None:
                break
            if scope in self.scopes:
                outcome = True
                break
            if scope.literal is None or scope.unit is None or scope.unit in self.scopes:
                outcome = False
                break
            passed.append(scope)
            scope = scope.literal
        for each in passed:
            self._known[each] = outcome
        return outcome

    def among(self, units: dict[Scope, list[Scope]]) -> set[Scope]:
        """Which embeddings it is inside."""
        if len(units) < len(self.scopes):
            return {unit for unit in units if unit in self.scopes}
        return {scope for scope in self.scopes if scope in units}


def _doubtful(
    literal: Scope, units: dict[Scope, list[Scope]], chains: list[_Chain]
) -> Iterable[Scope]:
    """The embeddings of a literal through which alone a field comes, or all if the literal does not allow it."""
    common: set[Scope] | None = None
    for chain in chains:
        if not chain.allowed_by(literal):
            continue
        passed = chain.among(units)
        common = passed if common is None else common & passed
        if not common:
            return ()
    return units if common is None else [unit for unit in units if unit in common]


ROOT: Final = Scope(None)
