"""The slow road: run over tokens that are no CUE, to say precisely what is wrong, for several errors at once.

Only the states of the automaton are kept here. After an error the declaration it is in is taken as read and the
run goes on behind it.
"""

from __future__ import annotations

from typing import Final

from velac.grammar.errors import SyntaxProblem
from velac.grammar.lexing import Token
from velac.grammar.mistakes import Bracket, Mistake, explain
from velac.grammar.source import SourceFile, Span
from velac.grammar.tables import END, Table

_MAX_PROBLEMS: Final = 10
_OPENERS: Final = {"LBRACE": "RBRACE", "LSQB": "RSQB", "LPAR": "RPAR", "ISTART": "IEND"}
_CLOSERS: Final = frozenset(_OPENERS.values())


def diagnose(
    source: SourceFile, tokens: list[Token], table: Table, start: str
) -> list[SyntaxProblem]:
    """The problems of tokens that the automaton rejects, in source order."""
    return _Diagnosis(source, tokens, table, start).run()


class _Diagnosis:
    __slots__ = ("at", "brackets", "problems", "source", "states", "table", "tokens")

    def __init__(self, source: SourceFile, tokens: list[Token], table: Table, start: str) -> None:
        self.source = source
        self.tokens = tokens
        self.table = table
        self.states = [table.starts[start]]
        self.problems: list[SyntaxProblem] = []
        self.at = 0
        # The brackets that are open now, the outermost first.
        self.brackets: list[Bracket] = []

    def run(self) -> list[SyntaxProblem]:
        while self.at < len(self.tokens) and len(self.problems) < _MAX_PROBLEMS:
            kind = self.tokens[self.at][0]
            if self.advance(kind):
                self.note_bracket()
                self.at += 1
            elif kind == "ILLEGAL":
                # Already reported; a broken string stands for a string.
                self.advance("STRING")
                self.at += 1
            else:
                self.report()
                if kind == END or not (self.supply_separator(kind) or self.recover()):
                    break
        return self.problems

    def note_bracket(self) -> None:
        kind, value = self.tokens[self.at]
        if kind in _OPENERS and isinstance(value, Span):
            self.brackets.append(Bracket(kind, value))
        elif kind in _CLOSERS:
            self.brackets.pop()

    def advance(self, kind: str) -> bool:
        """Shift a token of this kind, or leave the states as they are."""
        states = self.reach(kind)
        if states is None:
            return False
        self.states = states
        return True

    def reach(self, kind: str) -> list[int] | None:
        """The states after shifting a token of this kind, or nothing if it cannot stand here."""
        table = self.table
        states = self.states
        copied = False
        while (action := table.rows[states[-1]].get(kind, 0)) < 0:
            rule = table.rules[-1 - action]
            if not copied:
                states = states.copy()
                copied = True
            del states[len(states) - rule.size :]
            states.append(table.gotos[states[-1]][rule.origin])
        return [*states, action] if action else None

    # -------------------------------------------------------------------------------------------- reporting

    def report(self) -> None:
        accepted = frozenset(kind for kind in terminals(self.table) if self.reach(kind) is not None)
        symbols = [self.table.symbols[state] for state in self.states[1:]]
        mistake = Mistake(self.source, self.tokens, self.at, accepted, symbols, self.brackets)
        problem = explain(mistake)
        if not self.problems or self.problems[-1].span.line != problem.span.line:
            self.problems.append(problem)

    # --------------------------------------------------------------------------------------------- recovery

    def supply_separator(self, kind: str) -> bool:
        """Where only a `,` or a newline is missing, go on as if it were there."""
        for separator in ("NL", "COMMA"):
            before = self.states
            if self.advance(separator):
                if self.reach(kind) is not None:
                    return True
                self.states = before
        return False

    def recover(self) -> bool:
        """Take the declaration with the error as read; go on at what follows it."""
        table = self.table
        symbols = [table.symbols[state] for state in self.states]
        inside: list[str] = []
        closed: list[str] = []
        level = len(symbols) - 1
        while closed or "declaration" not in table.gotos[self.states[level]]:
            symbol = symbols[level]
            if symbol in _CLOSERS:
                closed.append(symbol)
            elif symbol in _OPENERS or symbol == "interpolation_parts":
                if closed:
                    closed.pop()
                else:
                    inside.append(symbol)
            level -= 1
            if level < 0:
                return False
        self.at = self.next_stop(inside[::-1], "LBRACE" in symbols[: level + 1])
        del self.states[level + 1 :]
        del self.brackets[len(self.brackets) - len(inside) :]
        self.states.append(table.gotos[self.states[-1]]["declaration"])
        return True

    def next_stop(self, inside: list[str], in_struct: bool) -> int:
        """The token that ends the present declaration: a comma, a newline, or the brace around it."""
        at = self.at
        while True:
            kind = self.tokens[at][0]
            if kind == END:
                return at
            if kind in _OPENERS:
                inside.append(kind)
            elif kind in _CLOSERS:
                if inside:
                    inside.pop()
                elif kind == "RBRACE" and in_struct:
                    return at
            elif (kind == "COMMA" and not inside) or (
                kind == "NL" and (not inside or self.is_field_after(at, inside))
            ):
                return at
            at += 1

    def is_field_after(self, at: int, inside: list[str]) -> bool:
        """Whether a field begins on the next line although only round or square brackets are open."""
        following = [kind for kind, _ in self.tokens[at + 1 : at + 3]]
        return "LBRACE" not in inside and following in (["IDENT", "COLON"], ["STRING", "COLON"])


def terminals(table: Table) -> set[str]:
    """The names of all terminals."""
    return {kind for row in table.rows for kind in row}
