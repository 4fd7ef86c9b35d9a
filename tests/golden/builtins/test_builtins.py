"""Every builtin against the recorded answers of the real cue: called directly with plain data, and through the engine."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.cue import kinds, number
from velac.compiler.cue.api import export
from velac.compiler.cue.builtins import describe, registry
from velac.compiler.cue.builtins.engine import ArgumentError, Invalid
from velac.compiler.cue.builtins.package import BuiltinError, Function, Incomplete, Package
from velac.compiler.cue.errors import CueError

HERE = Path(__file__).parent


def load_encoding() -> Any:
    """The helper module beside this file (tests are not a package)."""
    spec = importlib.util.spec_from_file_location("builtin_cases", HERE / "encoding.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["builtin_cases"] = module
    spec.loader.exec_module(module)
    return module


encoding = load_encoding()

APPROXIMATE = frozenset("Erf Erfc Erfinv Erfcinv J0 J1 Jn Y0 Y1 Yn".split())
"""Functions of binary floats for which Go has approximations of its own: the last digits may differ."""

APPROXIMATE_FAR = frozenset(("Cos", "Cosh", "Gamma", "Sin", "Sinh", "Tan"))
"""The same, but only for large arguments."""

OWN_WORDS = {("encoding/toml", "Unmarshal"), ("text/template", "Execute")}
"""Functions whose errors we word ourselves: that there is one is what counts."""

COMPARATORS: dict[str, Callable[[Any, Any], bool]] = {
    "list.Ascending": lambda a, b: a < b,
    "list.Descending": lambda a, b: a > b,
    "{x: {}, y: {}, less: x.a < y.a}": lambda a, b: a["a"] < b["a"],
    "{x: string, y: string, less: len(x) < len(y)}": lambda a, b: len(a) < len(b),
}
SCHEMAS: dict[str, Callable[[Any], bool]] = {
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "string": lambda v: isinstance(v, str),
    ">2": lambda v: isinstance(v, (int, Decimal)) and v > 2,
    ">=2": lambda v: isinstance(v, (int, Decimal)) and v >= 2,
    "{a: int}": lambda v: isinstance(v, dict) and isinstance(v.get("a", 1), int),
}


class PlainEngine:
    """The engine's part of a call, for values that are plain data."""

    def items(self, value: Any) -> list[Any]:
        assert isinstance(value, list)
        return value

    def is_list(self, value: Any) -> bool:
        return isinstance(value, list)

    def size(self, value: Any) -> tuple[int, int | None]:
        return len(value), (len(value) if isinstance(value, list) else None)

    def check_comparator(self, comparator: Any) -> None:
        assert comparator.text in COMPARATORS

    def native_order(self, comparator: Any, items: list[Any]) -> int:
        return 0

    def less(self, comparator: Any, a: Any, b: Any) -> bool:
        return COMPARATORS[comparator.text](a, b)

    def refusal(
        self, schema: Any, value: Any, final: bool = False, required: bool = False
    ) -> str | None:
        if isinstance(schema, encoding.Cue):
            return None if SCHEMAS[schema.text](value) else "conflicting values"
        return None if schema == value else "conflicting values"

    def matches(self, schema: Any, value: Any) -> bool:
        return self.refusal(schema, value) is None

    def among(self, items: list[Any], value: Any) -> bool:
        return value in items

    def show(self, value: Any) -> str:
        return value.text if isinstance(value, encoding.Cue) else describe.brief(value)

    def data(self, value: Any) -> Any:
        return value


def answer(package: Package, case: dict[str, Any]) -> dict[str, str]:
    """What our function answers, in the form that is recorded."""
    function = package.functions[case["name"]]
    args = [encoding.decode(arg) for arg in case["args"]]
    short = package.path
    try:
        value = call(function, short, args)
    except Invalid as refusal:
        if case.get("validator"):
            return {"err": f"{refused(case, short, args)}: {refusal}"}
        value = False
    except Incomplete as error:
        return {"err": str(error)}
    except ArgumentError as error:
        prefix = f"{refused(case, short, args)}: " if case.get("validator") else ""
        return {"err": f"{prefix}{error}"}
    except BuiltinError as error:
        prefix = f"{refused(case, short, args)}: " if case.get("validator") else ""
        return {"err": f"{prefix}error in call to {short}.{case['name']}: {error}"}
    if case.get("validator"):
        if value is False:
            return {"err": refused(case, short, args)}
        value = args[0]
    return {"out": dump(value), "shape": encoding.shape(value)}


def refused(case: dict[str, Any], short: str, args: list[Any]) -> str:
    """cue's message about a value that a validator refuses."""
    function = registry.find(short).functions[case["name"]]  # type: ignore[union-attr]
    shown = len(args) > 1 and -1 not in function.params  # those of schemas are not shown
    rest = f"({', '.join(encoding.literal(arg) for arg in args[1:])})" if shown else ""
    return (
        f"invalid value {describe.brief(args[0])} (does not satisfy {short}.{case['name']}{rest})"
    )


def call(function: Function, short: str, args: list[Any]) -> Any:
    """Check what the engine checks, then call."""
    params = function.params
    if not len(params) - function.optional <= len(args) <= len(params):
        few = "not enough" if len(args) < len(params) else "too many"
        raise ArgumentError(
            f"{few} arguments in call to {short}.{function.name} (have {len(args)}, want {len(params)})"
        )
    for i, (kind, arg) in enumerate(zip(params, args, strict=False)):
        wanted = ~kind if kind < 0 else kind
        if isinstance(arg, encoding.Cue) or not wanted or wanted == kinds.TOP:
            continue
        if not describe.kind_bit(arg) & wanted:
            shown = f'"{short}"' if "/" in short else short
            raise ArgumentError(
                f"cannot use {describe.brief(arg)} (type {describe.kind_of(arg)}) as "
                f"{kinds.kind_name(wanted)} in argument {i + 1} to {shown}.{function.name}"
            )
    return function.call(PlainEngine(), *args) if function.wants_engine else function.call(*args)


def dump(value: Any) -> str:
    """Our result as the compact JSON that record.py writes."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, (int, Decimal)):
        return number.text(value)
    if isinstance(value, bytes):
        return json.dumps(b64encode(value).decode())
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    return "{" + ",".join(f"{json.dumps(k)}:{dump(v)}" for k, v in value.items()) + "}"


def recorded() -> list[Any]:
    """One test per function of each package."""
    params = []
    for file in sorted(HERE.glob("*.jsonl")):
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in file.read_text().splitlines():
            case = json.loads(line)
            groups[case["name"]].append(case)
        params += [pytest.param(cases, id=f"{file.stem}.{name}") for name, cases in groups.items()]
    return params


def approximate(case: dict[str, Any]) -> bool:
    """Whether Go's own approximation may differ in the last digits."""
    if case["name"] in APPROXIMATE_FAR:
        return abs(encoding.decode(case["args"][0])) > 20
    return case["name"] in APPROXIMATE


def same(case: dict[str, Any], got: dict[str, str]) -> bool:
    """Whether an answer is the recorded one; where cue itself breaks down, any error is."""
    if case.get("err", "").startswith("invalid character"):
        # A value that is no number of JSON: cue breaks down when it writes it.
        return "err" in got or got["out"].lstrip("-") in ("NaN", "Infinity")
    if case.get("err", "").startswith(("panic", "runtime error")):
        return "err" in got
    if (case["path"], case["name"]) in OWN_WORDS and "err" in case:
        return "err" in got
    if "err" in case:
        ours = got.get("err", "")
        if ours.endswith("conflicting values"):  # the reason is the engine's
            return case["err"].startswith(ours.removesuffix("conflicting values"))
        return ours.strip() == case["err"]
    if case["path"] == "math" and approximate(case):
        return "out" in got and math.isclose(float(got["out"]), float(case["out"]), rel_tol=1e-14)
    return got.get("out") == case["out"] and case["shape"] in ("?", got["shape"])


@pytest.mark.parametrize("cases", recorded())
def test_answers_as_cue_does(cases: list[dict[str, Any]]) -> None:
    package = registry.find(cases[0]["path"])
    assert package is not None
    wrong = []
    for case in cases:
        got = answer(package, case)
        if not same(case, got):
            wrong.append((case["expr"], case.get("err") or (case["out"], case["shape"]), got))
    assert not wrong, f"{len(wrong)} of {len(cases)}: " + "\n".join(map(repr, wrong[:20]))


@pytest.mark.parametrize("cases", recorded())
def test_engine_answers_as_cue_does(cases: list[dict[str, Any]]) -> None:
    check_engine(cases[:: max(1, len(cases) // 10)])


@pytest.mark.slow
@pytest.mark.parametrize("cases", recorded())
def test_engine_answers_all_as_cue_does(cases: list[dict[str, Any]]) -> None:
    check_engine(cases)


def check_engine(cases: list[dict[str, Any]]) -> None:
    """Each expression evaluated by the engine: the same value, or an error where cue has one."""
    wrong = []
    for case in cases:
        text = f'import "{case["path"]}"\nx: {case["expr"]}\n'
        try:
            value = export({"in.cue": text}, "x")
            got = {"out": dump(value), "shape": encoding.shape(value)}
        except CueError as error:
            got = {"err": error.problems[0].message}
        if ("err" not in got) if "err" in case else not same(case, got):
            wrong.append((case["expr"], case.get("err") or (case["out"], case["shape"]), got))
    assert not wrong, f"{len(wrong)} of {len(cases)}: " + "\n".join(map(repr, wrong[:20]))


def test_every_function_has_cases() -> None:
    known = {(case["path"], case["name"]) for p in recorded() for case in p.values[0]}
    missing = [
        f"{path}.{name}"
        for path in registry.names()
        if not path.startswith("vela/")
        for name in getattr(registry.find(path), "functions", {})
        if (path, name) not in known
    ]
    assert missing == []
