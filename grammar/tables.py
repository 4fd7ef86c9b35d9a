"""The LALR table of cue.lark: computed by lark, kept as JSON inside the package.

lark computes the table (the only `Lark(...)` of the project is here) and `python -m velac.grammar.tables` writes
it down. At run time the JSON is read, so that neither importing lark nor computing the table is paid for; when
the grammar has changed since, the table is computed anew.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

GRAMMAR: Final = Path(__file__).with_name("cue.lark")
TABLES: Final = Path(__file__).with_name("cue_tables.json")
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
    the symbol that a rule made to the next state; `symbols[state]` is the symbol that leads into a state. Shifting
    the end of the text leads to the last row, and the tree is then the value below it.
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
        data: dict[str, Any] = orjson.loads(TABLES.read_bytes())
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

    text = GRAMMAR.read_text("utf-8")
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
    return {
        "grammar": grammar_digest(),
        "rules": [tuple(_rule(rule)) for rule in lark.rules],
        "rows": rows,
        "gotos": gotos,
        "symbols": symbols,
        "starts": starts,
    }


def _rule(rule: Any) -> Rule:
    size = len(rule.expansion)
    origin = str(rule.origin.name)
    return Rule(origin, size, str(rule.alias or ("" if size == 1 else origin)))


def grammar_digest() -> str:
    """Identifies the text of cue.lark."""
    return hashlib.sha256(GRAMMAR.read_bytes()).hexdigest()


def write_tables() -> None:
    """Bring the JSON up to date with the grammar."""
    TABLES.write_bytes(orjson.dumps(compute_data(), option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    write_tables()
