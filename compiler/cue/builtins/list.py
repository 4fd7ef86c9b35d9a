"""Package `list`. Functions that only move elements take and return the engine's own values."""

from __future__ import annotations

import builtins
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise
from typing import Any, Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.engine import ArgumentError, EngineCalls, Invalid, Value
from velac.compiler.cue.builtins.go.bounds import check_items, int64
from velac.compiler.cue.builtins.package import VALUE, BuiltinError, Incomplete, package
from velac.compiler.cue.builtins.strings import string_items
from velac.compiler.cue.kinds import BOOL, INT, LIST, NUMBER, TOP

PACKAGE: Final = package("list")
_function = PACKAGE.function

PACKAGE.source = """
Comparer: {T: _, x: T, y: T, less: bool}
Ascending: {Comparer, T: number | string | bytes, x: T, y: T, less: x < y}
Descending: {Comparer, T: number | string | bytes, x: T, y: T, less: x > y}
"""

Values = builtins.list[Value]
Numbers = builtins.list[number.Number]


@_function(~LIST, INT, result=LIST)
def Drop(engine: EngineCalls, items: Value, n: int) -> Values:
    """The list without its first n elements."""
    if int64(n, 1, "list.Drop") < 0:
        raise BuiltinError("negative index")
    return engine.items(items)[n:]


@_function(~LIST, INT, result=LIST)
def Take(engine: EngineCalls, items: Value, n: int) -> Values:
    """The first n elements."""
    if int64(n, 1, "list.Take") < 0:
        raise BuiltinError("negative index")
    return engine.items(items)[:n]


@_function(~LIST, INT, INT, result=LIST)
def Slice(engine: EngineCalls, items: Value, i: int, j: int) -> Values:
    """The elements from i up to j."""
    elements = engine.items(items)
    if int64(i, 1, "list.Slice") < 0:
        raise BuiltinError("negative index")
    if i > int64(j, 2, "list.Slice"):
        raise BuiltinError(f"invalid index: {i} > {j}")
    if j > len(elements):
        raise BuiltinError("slice bounds out of range")
    return elements[i:j]


@_function(~LIST, result=LIST)
def Reverse(engine: EngineCalls, items: Value) -> Values:
    """The elements from last to first."""
    return engine.items(items)[::-1]


@_function(~LIST, INT, result=LIST)
def Repeat(engine: EngineCalls, items: Value, count: int) -> Values:
    """The list count times."""
    if int64(count, 1, "list.Repeat") < 0:
        raise BuiltinError("negative count")
    elements = engine.items(items)
    check_items(len(elements) * count)
    return elements * count


@_function(~LIST, result=LIST)
def Concat(engine: EngineCalls, lists: Value) -> Values:
    """The elements of all lists of a list."""
    out: Values = []
    for each in engine.items(lists):
        if not engine.is_list(each):
            data = engine.data(each)
            kind = describe.kind_of(data)
            raise BuiltinError(f"cannot use value {describe.brief(data)} (type {kind}) as list")
        out += engine.items(each)
        check_items(len(out))
    return out


@_function(VALUE, INT, result=LIST)
def FlattenN(engine: EngineCalls, items: Value, depth: int) -> Values:
    """Nested lists opened up, `depth` levels deep, all if it is negative."""
    if not engine.is_list(items):
        data = engine.data(items)
        kind = describe.kind_of(data)
        raise BuiltinError(f"cannot use value {describe.brief(data)} (type {kind}) as list")
    out: Values = []
    stack = [(iter(engine.items(items)), int64(depth, 1, "list.FlattenN"))]
    while stack:
        elements, left = stack[-1]
        for element in elements:
            if left != 0 and engine.is_list(element):
                stack.append((iter(engine.items(element)), left - 1))
                break
            out.append(element)
        else:
            stack.pop()
        check_items(len(out))
    return out


@_function(~LIST, INT, result=BOOL)
def MinItems(engine: EngineCalls, items: Value, n: int) -> bool:
    """Whether there are at least n elements."""
    count, limit = engine.size(items)
    if count >= int64(n, 1, "list.MinItems"):
        return True
    raise Invalid(f"len(list) < MinItems({n}) ({count} < {n})", limit is None or limit >= n)


@_function(~LIST, INT, result=BOOL)
def MaxItems(engine: EngineCalls, items: Value, n: int) -> bool:
    """Whether there are at most n elements."""
    count, _ = engine.size(items)
    if count <= int64(n, 1, "list.MaxItems"):
        return True
    raise Invalid(f"len(list) > MaxItems({n}) ({count} > {n})")


def _key(data: Any) -> Any:
    """What two values have in common if and only if CUE's `==` calls them equal."""
    if isinstance(data, bool):
        return "t" if data else "f"
    if isinstance(data, builtins.list):
        return ("l", *map(_key, data))
    if isinstance(data, dict):
        return ("d", frozenset((name, _key(value)) for name, value in data.items()))
    return (describe.kind_bit(data), data)


@_function(~LIST, result=BOOL)
def UniqueItems(engine: EngineCalls, value: Value) -> bool:
    """Whether no two elements are equal. Those that are not concrete are if they are constrained by the same words."""
    try:
        items = engine.data(value)
        keys = map(_key, items)
    except Incomplete:
        items = engine.items(value)
        keys = map(engine.key, items)
    first: dict[Any, int] = {}
    pairs: dict[int, int] = {}
    for i, key in enumerate(keys):
        start = first.setdefault(key, i)
        if start != i:
            pairs.setdefault(start, i)
    if not pairs:
        return True
    i = min(pairs)
    shown = "" if isinstance(items[i], (builtins.list, dict)) else f" ({describe.brief(items[i])})"
    values = "value" if shown else "values"
    raise Invalid(f"equal {values}{shown} at position {i} and {pairs[i]}")


@_function(~LIST, ~TOP, result=BOOL)
def Contains(engine: EngineCalls, items: Value, value: Value) -> bool:
    """Whether an element equals a value. What is not concrete equals what is constrained by the same words."""
    elements = engine.items(items)
    try:
        wanted = _key(engine.data(value))
        return any(_key(engine.data(item)) == wanted for item in elements)
    except Incomplete:
        return engine.among(elements, value)


@_function(~LIST, VALUE, VALUE, result=BOOL)
def MatchN(engine: EngineCalls, items: Value, n: Value, schema: Value) -> bool:
    """Whether the number of elements that unify with a schema satisfies a constraint."""
    count = sum(engine.matches(schema, item) for item in engine.items(items))
    if engine.refusal(n, count) is None:
        return True
    shown = engine.show(n)
    raise Invalid(f"number of matched elements is {count}: does not satisfy {shown}")


def _numbers(items: builtins.list[Any]) -> Numbers:
    for i, item in enumerate(items):
        if isinstance(item, bool) or not isinstance(item, (int, Decimal)):
            raise ArgumentError(
                f"invalid list element {i} in argument 0 to call: "
                f"cannot use value {describe.brief(item)} ({describe.kind_of(item)}) as number"
            )
    return items


def _sum(items: Numbers) -> Decimal:
    total: number.Number = Decimal(0)
    for item in items:
        total = number.add(total, item)
    return number.to_decimal(total)


@_function(LIST, result=NUMBER)
def Avg(items: builtins.list[Any]) -> number.Number:
    """The average of numbers."""
    if not _numbers(items):
        raise BuiltinError("empty list")
    return number.simplify(number.div(_sum(items), len(items)))


@_function(LIST, result=NUMBER)
def Max(items: builtins.list[Any]) -> number.Number:
    """The largest number."""
    if not _numbers(items):
        raise BuiltinError("empty list")
    return number.simplify(number.to_decimal(max(items)))


@_function(LIST, result=NUMBER)
def Min(items: builtins.list[Any]) -> number.Number:
    """The smallest number."""
    if not _numbers(items):
        raise BuiltinError("empty list")
    return number.simplify(number.to_decimal(min(items)))


@_function(LIST, result=NUMBER)
def Product(items: builtins.list[Any]) -> number.Number:
    """The product of numbers, 1 of none."""
    product: number.Number = Decimal(1)
    for item in _numbers(items):
        product = number.mul(product, item)
    return number.simplify(number.to_decimal(product))


@_function(LIST, result=NUMBER)
def Sum(items: builtins.list[Any]) -> number.Number:
    """The sum of numbers, 0 of none."""
    return number.simplify(_sum(_numbers(items)))


def _count(distance: Decimal, step: Decimal) -> int:
    """How many steps there are in a distance; of very many, some that are too many."""
    if distance.adjusted() - step.adjusted() > 12:
        return 10 ** min(distance.adjusted() - step.adjusted(), 30) if distance else 0
    return int(number.to_decimal(number.div(distance, step)))


@_function(NUMBER, NUMBER, NUMBER, result=LIST)
def Range(start: number.Number, limit: number.Number, step: number.Number) -> Numbers:
    """Numbers from start up to (or down to) a limit, without it."""
    if not step:
        raise BuiltinError("step must be non zero")
    if step > 0 and start > limit:
        raise BuiltinError("end must be greater than start when step is positive")
    if step < 0 and start < limit:
        raise BuiltinError("end must be less than start when step is negative")
    if number.NonFinite not in (type(start), type(limit), type(step)):
        check_items(_count(number.to_decimal(number.sub(limit, start)), number.to_decimal(step)))
    if type(start) is int and type(step) is int and type(limit) is int:
        return builtins.list(range(start, limit, step))
    out: Numbers = []
    while (start < limit) if step > 0 else (start > limit):
        out.append(number.simplify(number.to_decimal(start)))
        check_items(len(out))
        start = number.add(start, step)
    return out


@_function(~LIST, ~TOP, result=LIST)
def Sort(engine: EngineCalls, items: Value, comparator: Value) -> Values:
    """The elements in the order of a comparator `{x: _, y: _, less: bool}`; equal ones keep their order."""

    engine.check_comparator(comparator)
    elements = engine.items(items)
    order = engine.native_order(comparator, elements)
    if order:
        key = (
            (lambda text: text.encode("utf-8", "surrogatepass"))
            if type(elements[0]) is str
            else None
        )
        return sorted(elements, key=key, reverse=order < 0)

    def compare(a: Value, b: Value) -> int:
        return -1 if engine.less(comparator, a, b) else 0  # all that sorting asks for

    return sorted(elements, key=cmp_to_key(compare))


@_function(~LIST, ~TOP, result=LIST)
def SortStable(engine: EngineCalls, items: Value, comparator: Value) -> Values:
    """The same as Sort."""
    return Sort(engine, items, comparator)


@_function(~LIST, ~TOP, result=BOOL)
def IsSorted(engine: EngineCalls, items: Value, comparator: Value) -> bool:
    """Whether no element is less than the one before.

    As cue: elements whose comparison fails are not sorted, those that nothing compares are.
    """
    elements = engine.items(items)
    try:
        engine.check_comparator(comparator)
    except BuiltinError:
        return True
    try:
        return not any(engine.less(comparator, b, a) for a, b in pairwise(elements))
    except (BuiltinError, Incomplete):
        return False


@_function(LIST, result=LIST)
def SortStrings(items: builtins.list[Any]) -> builtins.list[str]:
    """Strings in the order of their bytes."""
    return sorted(string_items(items))


@_function(LIST, result=BOOL)
def IsSortedStrings(items: builtins.list[Any]) -> bool:
    """Whether strings are in the order of their bytes."""
    return all(a <= b for a, b in pairwise(string_items(items)))
