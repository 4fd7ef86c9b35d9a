"""Calls of builtins: every function of every package, with arguments of the right kinds, mostly."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tests.oracle.programs.shapes import Draw, Shape

from velac.compiler.cue import kinds
from velac.compiler.cue.builtins import registry

# Arguments that make functions do something, by package and function or by kind.
SPECIAL: dict[str, tuple[str, ...]] = {
    "regexp": ('"a+"', '"(?P<x>a)(b)?"', '"[0-9]"', '"abc a1"', '"("', '"^$"', "-1", "2", '"${x}"'),
    "encoding/json": ('"{\\"a\\": int}"', '"{\\"a\\": 1}"', '"[1, 2]"', '"1 2"', '" "', '"x"', "{a: 1}", "int", '"\\t"'),
    "encoding/yaml": ('"a: 1"', '"- 1\\n- 2"', '"---\\n1\\n---\\n2"', "{a: int}", '"yes"', "[1]"),
    "encoding/hex": ('"6162"', '"zz"', "'ab'", "3"),
    "encoding/base64": ("null", '"YWI="', '"?"', "'ab'", "4"),
    "encoding/csv": ('"a,b\\n1,2"', '[["a", "b"], [1, 2]]', '"\\"x"'),
    "path": ('"/a/b.c"', '"a/../b"', '""', '["a", "b"]', "path.Unix", "path.Windows", '"C:\\\\x"', '"*.c"'),
    "strconv": ('"12"', '"-7"', '"1.5"', '"true"', '"\\"q\\""', "10", "16", "64", "103", "2", "65", "true"),
    "uuid": ('"6ba7b810-9dad-11d1-80b4-00c04fd430c8"', '"6BA7B8109DAD51D180B400C04FD430C8"', '"x"', "5", "'ab'"),
    "math/bits": ("5", "3", "0", "1", "255"),
    "text/tabwriter": ('"a\\tb\\n"', '["a\\tb", "c\\td"]'),
    "net": (
        '"1.2.3.4"', '"::1"', '"10.0.0.1"', '"ff02::1"', '"a.b:80"', '"[::1]:443"', '"http://x/y?z=1"', '"10.0.0.0/8"',
        '"a.example.com"', "[1, 2, 3, 4]", '"%41 b"', '"x"', "80",
    ),
    "time": (
        '"2020-01-02T03:04:05Z"', '"2020-01-02T03:04:05.5+02:00"', '"1h30m"', '"-2.5s"', '"2020-01-02"', "1577934245",
        "3600000000000", "0", '"2006-01-02"', '"Mon, 02 Jan 2006 15:04:05 MST"',
    ),
    "crypto/ed25519": (f"'{32 * 'k'}'", "'m'", f"'{64 * 's'}'"),
    "html": ('"<a & b>"', '"&lt;&amp;"'),
    "crypto/hmac": ("hmac.MD5", "hmac.SHA256", '"k"', "'d'"),
    "struct": ("{a: 1}", "{}", "1", "2"),
    "list": (
        "[3, 1, 2]", "[[1], [2, [3]]]", '["b", "a"]', "[{x: 2}, {x: 1}]", "[]", "1", "2", "0", "-1", "int", ">1",
        "list.Ascending", "list.Descending", "{x: _, y: _, less: x.x < y.x}",
    ),
    "math": ("0", "1", "2", "-1", "0.5", "2.5", "-1.5", "10"),
    "strings": ('"abc"', '""', '"a"', '" a b "', '"aXa"', '["a", "b"]', "1", "2", "0", "-1", '"é"', "'ab'"),
}  # fmt: skip
BY_KIND: dict[int, tuple[str, ...]] = {
    kinds.INT: ("1", "0", "2", "-1", "3"),
    kinds.FLOAT: ("1.5", "2", "0.5"),
    kinds.STRING: ('"ab"', '""', '"a b"', '"é"'),
    kinds.BYTES: ("'ab'", '"ab"'),
    kinds.BOOL: ("true", "false"),
    kinds.LIST: ("[1, 2]", '["a", "b"]', "[]"),
    kinds.STRUCT: ("{a: 1}", "{}"),
    kinds.NULL: ("null",),
}


@lru_cache(maxsize=1)
def functions() -> list[tuple[str, str, tuple[int, ...], int, bool]]:
    """Path, name, parameter kinds, result kind, and whether it is a validator, of every builtin function."""
    out = []
    for path in registry.names():
        package = registry.find(path)
        if package is None or path.startswith("vela/"):
            continue
        for name, function in package.functions.items():
            params = tuple((~p or kinds.TOP) if p < 0 else p for p in function.params)
            out.append((path, name, params, function.result, function.is_validator))
    return out


@lru_cache(maxsize=1)
def constants() -> list[tuple[str, str]]:
    """Path and name of every constant of a builtin package."""
    out = []
    for path in registry.names():
        package = registry.find(path)
        if package is not None and not path.startswith("vela/"):
            out += [(path, name) for name in package.constants]
    return out


class Calls(Draw):
    """Generates calls; notes the imports they need."""

    def __init__(self, random: Any) -> None:
        super().__init__(random)
        self.imports: set[str] = set()
        self.turn: int | None = None

    def call_in_turn(self, operand: Any) -> str | None:
        """A call of the function whose turn it is, so that rare ones are not left to luck."""
        if self.turn is None:
            return None
        known = functions()
        path, name, params, _, _ = known[self.turn % len(known)]
        return self._call(path, name, params, operand)

    def package_call(self, result: int, operand: Any) -> str:
        """A call of a package function whose result is of a kind; `operand` makes expressions of a kind."""
        fitting = [f for f in functions() if f[3] & result]
        path, name, params, _, _ = self.pick(fitting)
        return self._call(path, name, params, operand)

    def validator(self, operand: Any) -> str:
        """A function that answers bool, with its first argument left out."""
        path, name, params, _, _ = self.pick([f for f in functions() if f[4]])
        self.imports.add(path)
        short = path.rsplit("/", 1)[-1]
        if len(params) == 1:
            return f"{short}.{name}"
        return self._call(path, name, params[1:], operand)

    def any_call(self, operand: Any) -> str:
        """A call of any function, or a constant."""
        if self.chance(5):
            path, name = self.pick(constants())
            self.imports.add(path)
            return f"{path.rsplit('/', 1)[-1]}.{name}"
        paths = sorted({path for path, *_ in functions()})
        chosen = self.pick(paths) if self.chance(50) else None
        path, name, params, _, _ = self.pick([f for f in functions() if chosen in (None, f[0])])
        return self._call(path, name, params, operand)

    def _call(self, path: str, name: str, params: tuple[int, ...], operand: Any) -> str:
        self.imports.add(path)
        short = path.rsplit("/", 1)[-1]
        args = [self._argument(path, kind, operand) for kind in params]
        for text in args:
            for package in ("list", "path", "hmac"):
                if text.startswith(f"{package}."):
                    self.imports.add("crypto/hmac" if package == "hmac" else package)
        if self.chance(3) and args:
            args.pop()
        return f"{short}.{name}({', '.join(args)})"

    def _argument(self, path: str, kind: int, operand: Any) -> str:
        if self.chance(12):
            return str(operand(self._kind_name(kind)))
        special = SPECIAL.get(path, ())
        fitting = [text for text in special if _literal_kind(text) & kind]
        if fitting and self.chance(85):
            return str(self.pick(fitting))
        bits = [bit for bit in BY_KIND if bit & kind]
        return str(
            self.pick(BY_KIND[self.pick(bits)] if bits and self.chance(96) else ("null", "int"))
        )

    def _kind_name(self, kind: int) -> str:
        names = {
            kinds.INT: "int", kinds.FLOAT: "float", kinds.STRING: "string", kinds.BYTES: "bytes",
            kinds.BOOL: "bool", kinds.LIST: "list", kinds.STRUCT: "struct", kinds.NULL: "null",
        }  # fmt: skip
        bits = [bit for bit in names if bit & kind]
        return names[self.pick(bits)] if bits else "int"


def _literal_kind(text: str) -> int:
    """The kinds that a text of SPECIAL may pass for."""
    head = text[0]
    if head == '"':
        return kinds.STRING | kinds.BYTES
    if head == "'":
        return kinds.BYTES
    if head == "[":
        return kinds.LIST
    if head == "{":
        return kinds.STRUCT
    if head.isdigit() or head == "-":
        return kinds.NUMBER if "." in text else kinds.INT | kinds.FLOAT
    return {"true": kinds.BOOL, "false": kinds.BOOL, "null": kinds.NULL}.get(text, kinds.TOP)


RESULTS: dict[str, int] = {
    "int": kinds.INT, "float": kinds.FLOAT, "string": kinds.STRING, "bytes": kinds.BYTES,
    "bool": kinds.BOOL, "list": kinds.LIST, "struct": kinds.STRUCT,
}  # fmt: skip


def shape_of_result(kind: str) -> Shape:
    """What is known of a call's result."""
    return Shape(kind)
