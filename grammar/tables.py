"""The LALR table of cue.lark: computed by lark, kept as JSON inside the package.

lark computes the table (the only `Lark(...)` of the project is here) and `python -m velac.grammar.tables` writes
it down. At run time the JSON is read, so that neither importing lark nor computing the table is paid for; when
the grammar has changed since, the table is computed anew.
"""

from __future__ import annotations

import os
from binascii import crc32
from typing import Any, Final, NamedTuple

import orjson

_HERE: Final = os.path.dirname(__file__)
GRAMMAR: Final = os.path.join(_HERE, "cue.lark")
TABLES: Final = os.path.join(_HERE, "cue_tables.json")
STARTS: Final = ("file", "only_expression")
END: Final = "$END"


class Rule(NamedTuple):
    """One alternative: the symbol it makes, how many it takes, and the builder's method ("": pass on)."""

    origin: str
    size: int
    action: str


class Table(NamedTuple):
    """The automaton.

    `rows[state]` maps a terminal to a state to shift to (> 0) or to `-1 - rule` to reduce by; `gotos[state]` maps
    the symbol that a rule made to the next state; `symbols[state]` is the symbol that leads into a state. After
    the end of the text is shifted, the tree is the value below it.
    """

    rules: list[Rule]
    rows: list[dict[str, int]]
    gotos: list[dict[str, int]]
    symbols: list[str]
    starts: dict[str, int]


def load_table() -> Table:
    """The table of the grammar as it is now: from the JSON when that is fresh, otherwise computed."""
    data = read_data()
    if data is None or data["grammar"] != grammar_digest():
        data = compute_data()
    return Table(
        [Rule(*rule) for rule in data["rules"]],
        data["rows"],
        data["gotos"],
        data["symbols"],
        data["starts"],
    )


def read_data() -> dict[str, Any] | None:
    """What the JSON holds; nothing if it is missing or damaged."""
    try:
        data: dict[str, Any] = orjson.loads(_bytes_of(TABLES))
    except (OSError, orjson.JSONDecodeError):
        return None
    return data


def compute_data() -> dict[str, Any]:
    """Let lark compute the table, and put it into JSON's terms with states numbered breadth first."""
    from lark import Lark
    from lark.lexer import Lexer
    from lark.parsers.lalr_analysis import Shift

    class NoLexer(Lexer):
        """Tokens come from lexing.py; lark only needs their names."""

        def __init__(self, conf: object) -> None: ...

        def lex(self, *_: object) -> Any:
            raise NotImplementedError

    text = _bytes_of(GRAMMAR).decode()
    lark: Any = Lark(text, parser="lalr", lexer=NoLexer, start=list(STARTS))
    table = lark.parser.parser._parse_table
    rules = {rule: number for number, rule in enumerate(lark.rules)}
    rows: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    numbers: dict[Any, int] = {}
    symbols: list[str] = []

    def number(state: Any, symbol: str) -> int:
        if state not in numbers:
            numbers[state] = len(symbols)
            symbols.append(symbol)
        return numbers[state]

    starts = {start: number(table.start_states[start], "") for start in STARTS}
    pending = list(numbers)
    for state in pending:
        rows.append({})
        gotos.append({})
        for symbol, (action, target) in sorted(table.states[state].items()):
            if action is not Shift:
                rows[-1][symbol] = -1 - rules[target]
                continue
            if target not in numbers:
                pending.append(target)
            (rows if symbol.isupper() else gotos)[-1][symbol] = number(target, symbol)
    for start in STARTS:
        rows[numbers[table.end_states[start]]][END] = len(pending)
    rows.append({})
    gotos.append({})
    symbols.append(END)
    plain = Table([_rule(rule) for rule in lark.rules], rows, gotos, symbols, starts)
    final = _without_units(plain)
    return {
        "grammar": grammar_digest(),
        **final._asdict(),
        "rules": [list(r) for r in final.rules],
    }


def _rule(rule: Any) -> Rule:
    size = len(rule.expansion)
    origin = str(rule.origin.name)
    return Rule(origin, size, str(rule.alias or ("" if size == 1 else origin)))


def _without_units(table: Table) -> Table:
    """The same automaton without the reductions that pass a single value on.

    Half of all reductions only rename (a name is a primary is an expression is a value). Where a symbol is
    shifted, the state reached is replaced by one that does at once, for each look-ahead, what would be done after
    the renaming; that depends on the state before, so states multiply.
    """
    rules = table.rules
    rows, gotos, symbols = list(table.rows), list(table.gotos), list(table.symbols)
    known: dict[str, int] = {}

    def reach(before: int, state: int) -> int:
        row: dict[str, int] = {}
        gathered = dict(gotos[state])
        for kind, first in rows[state].items():
            action, at = first, state
            while action < 0 and not rules[-1 - action].action:
                at = gotos[before][rules[-1 - action].origin]
                gathered.update(gotos[at])
                action = rows[at].get(kind, 0)
            if action:
                row[kind] = action
        if row == rows[state]:
            return state
        key = repr((symbols[state], sorted(row.items()), sorted(gathered.items())))
        if key not in known:
            known[key] = len(rows)
            rows.append(row)
            gotos.append(gathered)
            symbols.append(symbols[state])
        return known[key]

    numbers = {start: number for number, start in enumerate(table.starts.values())}
    final = Table(rules, [], [], [], {name: numbers[start] for name, start in table.starts.items()})
    pending = list(numbers)

    def renumber(before: int, target: int) -> int:
        state = reach(before, target)
        if state not in numbers:
            numbers[state] = len(numbers)
            pending.append(state)
        return numbers[state]

    for state in pending:
        row = {kind: act if act < 0 else renumber(state, act) for kind, act in rows[state].items()}
        final.rows.append(row)
        final.gotos.append({name: renumber(state, to) for name, to in gotos[state].items()})
        final.symbols.append(symbols[state])
    return final


def grammar_digest() -> str:
    """Tells whether the text of cue.lark has changed; nobody has a reason to forge it, and hashlib takes 4 ms."""
    text = _bytes_of(GRAMMAR)
    return f"{len(text)}-{crc32(text):08x}"


def _bytes_of(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def write_tables() -> None:
    """Bring the JSON up to date with the grammar."""
    with open(TABLES, "wb") as file:
        file.write(orjson.dumps(compute_data(), option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    write_tables()
