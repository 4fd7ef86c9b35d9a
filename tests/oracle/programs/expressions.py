"""Expressions by kind: literals, references to what is in scope, operators, constraints, disjunctions."""

from __future__ import annotations

from typing import Any

from tests.oracle.programs.calls import RESULTS, Calls
from tests.oracle.programs.shapes import LABELS, NAMES, SCALARS, Shape

LITERALS: dict[str, tuple[str, ...]] = {
    "int": ("1", "2", "3", "0", "5", "-1", "10", "7", "0x1F", "0b11", "0o7", "1_000", "1K", "2Mi", "1.5Ki"),
    "float": ("1.5", "0.5", "2.0", "1.50", "1e3", "-0.5", ".5", "1.", "1e-7", "1.5E+2"),
    "string": (
        '"x"', '"y"', '"a"', '""', '"a b"', '"é"', r'"\t\"\\"', r'"\u00e9"', '#"r\\n"#', '"10"', '##"a"#b"##',
        r'"\U0001F600"', '"""\n\tm\n\t"""', '"""\n\tm\n\t  n\n\n\t"""', '#"""\n\tr\\n\n\t"""#',
    ),
    "bool": ("true", "false"),
    "null": ("null",),
    "bytes": ("'b'", "''", r"'\x41'", r"'\101'", "'''\n\tm\n\t'''", "#'r\\n'#"),
}  # fmt: skip
TYPES: dict[str, tuple[str, ...]] = {
    "int": (
        "int",
        "number",
        ">0",
        ">=0 & <10",
        "int & >1",
        "uint8",
        "!=3",
        "<=5",
        "int64",
        "<5",
        "rune",
        "uint",
    ),
    "float": ("float", "number", ">0.5", "<=2.5", "float64", "float32"),
    "string": ("string", '=~"^[a-z]"', '!~"x"', '!=""', 'string & !="a"', '>"a"'),
    "bool": ("bool",),
    "null": ("null",),
    "bytes": ("bytes", "=~'b'"),
}


class Expressions(Calls):
    """Generates expressions over the names in scope."""

    def __init__(self, random: Any) -> None:
        super().__init__(random)
        self.scopes: list[dict[str, Shape]] = []
        self.fuel = 40

    # ---------------------------------------------------------------------------------------- references

    def reference(self, kind: str) -> str | None:
        """A path to something of a kind that is in scope, or None."""
        found = []
        for scope in self.scopes:
            for name, shape in scope.items():
                found += [path for path, at in shape.paths(name) if at.kind == kind]
        return str(self.pick(found)) if found else None

    def wild_reference(self) -> str:
        """A path that need not exist."""
        names = [name for scope in self.scopes for name in scope] or list(LABELS)
        text = str(self.pick(names))
        for _ in range(self.weighted({0: 3, 1: 5, 2: 2})):
            step = {".": 8, "[q]": 2, "[0]": 2, "[i]": 1, "[:]": 1}
            kind = self.weighted(step)
            label = self.pick(NAMES if self.chance(20) else LABELS)
            if kind == ".":
                text += f".{label}" if self.chance(90) else f'."{label}"'
            elif kind == "[q]":
                text += f'["{label}"]'
            elif kind == "[0]":
                text += f"[{self.pick('0123')}]"
            elif kind == "[i]":
                text += f"[{self.expression(self.pick(('string', 'int')), 0)}]"
            else:
                text += self.pick(("[1:]", "[:1]", "[0:1]", "[:]"))
        return text

    # --------------------------------------------------------------------------------------- expressions

    def expression(self, kind: str, depth: int) -> str:
        """A value of a kind, concrete if nothing goes wrong."""
        self.fuel -= 1
        if depth <= 0 or self.fuel <= 0:
            return self.atom(kind)
        roll = self.count(0, 99)
        if roll < 35:
            return self.atom(kind)
        if roll < 41:
            return f"({self.expression(kind, depth - 1)})"
        if roll < 45 and self.on("ternary"):
            return f"[if {self.condition(depth - 1)} {{{self.expression(kind, depth - 1)}}}, {self.atom(kind)}][0]"
        if roll < 50 and self.on("defaults", 60):
            return f"*{self.atom(kind)} | {self.atom(kind)}"
        if roll < 55 and depth > 1 and self.on("conjunctions"):
            return f"{self.expression(kind, depth - 1)} & {self.constraint(kind, depth - 1)}"
        if roll < 59 and self.on("calls", 30) and kind in RESULTS:
            return self.package_call(RESULTS[kind], lambda k: self.expression(k, 0))
        return self._by_kind(kind, depth - 1)

    def atom(self, kind: str) -> str:
        """A literal or a reference."""
        if self.chance(45):
            found = self.reference(kind)
            if found is not None:
                return found
        if self.chance(4) and self.on("wild"):
            return self.wild_reference()
        if kind == "list":
            return f"[{self.atom('int')}, {self.atom('int')}]" if self.chance(80) else "[]"
        if kind == "struct":
            return f"{{{self.pick(LABELS)}: {self.atom('int')}}}" if self.chance(80) else "{}"
        options = LITERALS[kind]
        return str(self.pick(options[: 4 if self.chance(85) else len(options)]))

    def _by_kind(self, kind: str, depth: int) -> str:
        make = {
            "int": self._int, "float": self._float, "string": self._string, "bool": self.condition,
            "list": self._list, "struct": self._struct, "bytes": self._bytes,
        }.get(kind)  # fmt: skip
        return make(depth) if make is not None else self.atom(kind)

    def _int(self, depth: int) -> str:
        kind = self.weighted({"+": 5, "-": 2, "*": 2, "len": 3, "div": 1, "neg": 1, "at": 2})
        if kind == "len":
            return (
                f"len({self.expression(self.pick(('string', 'list', 'struct', 'bytes')), depth)})"
            )
        if kind == "div":
            name = self.pick(("div", "mod", "quo", "rem"))
            left, right = self.expression("int", depth), self.atom("int")
            return f"{name}({left}, {right})" if self.chance(60) else f"({left} {name} {right})"
        if kind == "neg":
            return self.pick("-+") + self.atom("int").lstrip("-")
        if kind == "at":
            return f"[{self.expression('int', depth)}, 4][{self.pick('01')}]"
        return f"{self.expression('int', depth)} {kind} {self.expression('int', depth)}"

    def _float(self, depth: int) -> str:
        left, right = (
            self.expression("float", depth),
            self.expression(self.pick(("int", "float")), depth),
        )
        return f"{left} {self.pick('/+-*')} {right}"

    def _string(self, depth: int) -> str:
        kind = self.weighted({"in": 6, "+": 3, "*": 1, "raw": 1, "multi": 1})
        inner = self.expression(
            self.weighted({"string": 4, "int": 3, "bool": 1, "float": 1, "bytes": 1}), depth
        )
        if kind == "in":
            return f'"p\\({inner})s"'
        if kind == "raw":
            return f'#"p\\#({inner})\\n"#'
        if kind == "multi":
            return f'"""\n\tp\\({inner})\n\t"""' if "\n" not in inner else '"p"'
        if kind == "*":
            return f"{self.pick('123')} * {self.atom('string')}"
        return f"{self.expression('string', depth)} + {self.expression('string', depth)}"

    def _bytes(self, depth: int) -> str:
        return (
            f"{self.atom('bytes')} + {self.atom('bytes')}"
            if depth % 2
            else f"'p\\({self.atom('string')})'"
        )

    def condition(self, depth: int = 1) -> str:
        """A bool: most often the kind of test that definitions make."""
        self.fuel -= 1
        kind = self.weighted(
            {"bottom": 6, "cmp": 4, "eq": 4, "lit": 2, "logic": 1, "not": 1, "re": 1}
        )
        if kind == "bottom":
            subject = (
                self.wild_reference() if self.chance(75) else self.expression(self.pick(SCALARS), 0)
            )
            return f"{subject} {self.pick(('!=', '!=', '=='))} _|_"
        if kind == "cmp":
            side = self.pick(("int", "int", "float", "string"))
            operator = self.pick(("<", "<=", ">", ">="))
            return (
                f"{self.expression(side, depth - 1)} {operator} {self.expression(side, depth - 1)}"
            )
        if kind == "eq":
            side = self.pick((*SCALARS, "list"))
            other = side if self.chance(90) else "null"
            return (
                f"{self.expression(side, depth - 1)} {self.pick(('==', '!='))} {self.atom(other)}"
            )
        if kind == "logic" and depth > 0:
            return f"({self.condition(depth - 1)}) {self.pick(('&&', '||'))} ({self.condition(depth - 1)})"
        if kind == "not":
            return f"!({self.condition(depth - 1)})" if depth > 0 else "!true"
        if kind == "re":
            return f'{self.atom("string")} {self.pick(("=~", "!~"))} "{self.pick(("^a", "x", "[a-z]$"))}"'
        return self.atom("bool")

    def _list(self, depth: int) -> str:
        kind = self.pick(("lit", "lit", "for", "slice", "if", "open", "mixed"))
        if kind == "for":
            return self.list_comprehension(depth)
        if kind == "slice":
            return f"[1, 2, 3]{self.pick(('[1:]', '[:2]', '[1:2]', '[:]'))}"
        if kind == "if":
            return f"[if {self.condition(depth)} {{{self.atom('int')}}}]"
        if kind == "open":
            return f"[{self.atom('int')}, ...]"
        side = self.pick(("int", "string", "struct", "list"))
        items = [self.expression(side, depth - 1) for _ in range(self.count(0, 3))]
        if kind == "mixed":
            items.append(self.expression(self.pick(SCALARS), 0))
        return "[" + ", ".join(items) + "]"

    def list_comprehension(self, depth: int) -> str:
        """`[for … {…}]`."""
        source = self.reference("list") or self.reference("struct") or "[1, 2]"
        if self.chance(20):
            source = self.wild_reference()
        key = self.chance(40)
        clauses = f"for k, v in {source}" if key else f"for v in {source}"
        frame = {"v": Shape(self.pick(("int", "struct", "string")))}
        if key:
            frame["k"] = Shape("string")
        self.scopes.append(frame)
        if self.chance(30):
            clauses += f" if {self.condition(0)}"
        if self.chance(15) and self.on("lets"):
            clauses += f" let w = {self.atom('int')}"
            frame["w"] = Shape("int")
            body = f'{{w: w, "v": {self.pick(("v", "1"))}}}'
        elif self.chance(50):
            body = "{v}" if self.chance(60) else f"{{{self.pick(LABELS)}: v}}"
        else:
            body = f"{{{self.expression(self.pick(('int', 'string', 'struct')), depth - 1)}}}"
        self.scopes.pop()
        return f"[{clauses} {body}]"

    def _struct(self, depth: int) -> str:
        return self.struct(depth)[0]

    def struct(self, depth: int) -> tuple[str, Shape]:
        """A struct literal; overridden where declarations are known."""
        label = self.pick(LABELS)
        return f"{{{label}: {self.expression('int', depth)}}}", Shape(
            "struct", {label: (Shape("int"), "")}
        )

    # --------------------------------------------------------------------------------------- constraints

    def constraint(self, kind: str, depth: int) -> str:
        """Something that a value of a kind may be unified with."""
        self.fuel -= 1
        if kind == "list":
            return self.pick(
                (
                    "[...]",
                    "[...int]",
                    "[_, ...]",
                    "[...string]",
                    "[...{...}]",
                    "[1, ...int]",
                    "[...>0]",
                )
            )
        if kind == "struct":
            return self.pick(("{...}", "{[string]: _}", "{a?: int}", "_", "{b?: _, c?: string}"))
        roll = self.count(0, 99)
        if roll < 40 or depth <= 0:
            return str(self.pick(TYPES[kind]))
        if roll < 60 and self.on("defaults", 60):
            return f"*{self.atom(kind)} | {self.pick(TYPES[kind])}"
        if roll < 70:
            return " | ".join(self.atom(kind) for _ in range(self.count(2, 3)))
        if roll < 76 and self.on("bounds"):
            operator = self.pick((">", ">=", "<", "<=", "!=")) if kind != "bool" else "!="
            return f"{operator}{self.atom(kind)}"
        if roll < 80 and self.on("validators", 30):
            return self.validator(lambda k: self.atom(k))
        if roll < 84:
            return f"{self.pick(TYPES[kind])} | {self.pick(TYPES[self.pick(SCALARS)])}"
        if roll < 87:
            return f"or([{self.atom(kind)}, {self.atom(kind)}])"
        if roll < 89:
            return f"and([{self.pick(TYPES[kind])}, {self.pick(TYPES[kind])}])"
        if roll < 91 and self.on("match", 20):
            return f"matchN({self.pick(('1', '0', '>0', '<2'))}, [{self.pick(TYPES[kind])}, {self.atom(kind)}])"
        if roll < 92 and self.on("match", 20):
            return f"matchIf({self.atom(kind)}, {self.pick(TYPES[kind])}, {self.atom(kind)})"
        if roll < 94:
            return self.pick(("_", "_|_ | " + self.atom(kind), 'error("e") | ' + self.atom(kind)))
        return self.reference(kind) or str(self.pick(TYPES[kind]))
