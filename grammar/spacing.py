"""How strongly expressions bind, and where that shows as blanks around operators."""

from __future__ import annotations

from typing import Final

from velac.grammar import ast
from velac.grammar.build_expr import PRECEDENCE

UNARY: Final = 8
PRIMARY: Final = 9


def strength_of(node: ast.Element) -> int:
    if isinstance(node, ast.Binary):
        return PRECEDENCE[node.op]
    return UNARY if isinstance(node, ast.Unary) else PRIMARY


def cutoffs(chain: list[tuple[ast.Binary, int]]) -> list[int]:
    """For each operation of a chain, the strength from which operators stand without blanks.

    Blanks show precedence where sums and products mix, as gofmt has it: all operators that bind at least as
    strongly as the cutoff are tight. The order is that of the chain.
    """
    found: list[int] = []
    sums = products = False
    clash = 0
    for operation, depth in reversed(chain):
        level = PRECEDENCE[operation.op]
        right = operation.right
        if isinstance(right, ast.Binary) and PRECEDENCE[right.op] > level:
            more = _mix(right)
            sums, products, clash = sums or more[0], products or more[1], max(clash, more[2])
        elif isinstance(right, ast.Unary) and operation.op + right.op in ("++", "--"):
            clash = max(clash, 6)
        sums = sums or level == 6
        products = products or level == 7
        if clash:
            found.append(clash + 1)
        elif sums and products:
            found.append(7 if depth == 1 else 6)
        else:
            found.append(8 if depth == 1 else 6)
    return found[::-1]


def _mix(node: ast.Binary) -> tuple[bool, bool, int]:
    """Whether sums and products occur in an expression outside parentheses, and clashing signs."""
    sums = products = False
    clash = 0
    pending: list[ast.Expr] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.Binary):
            sums = sums or PRECEDENCE[item.op] == 6
            products = products or PRECEDENCE[item.op] == 7
            if isinstance(item.right, ast.Unary) and item.op + item.right.op in ("++", "--"):
                clash = 6
            pending += item.left, item.right
    return sums, products, clash
