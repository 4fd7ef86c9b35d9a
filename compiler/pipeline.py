"""Passes of one Application: what a pass is, in which order passes run, and running them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.context import Context
from velac.compiler.ir.verify import verify_app
from velac.grammar.record import record


@record
class PassSpec:
    """A pass: its name, the level it works on, the passes it comes after, one line about it, and its function.

    `run` takes and returns the IR of its level and reports through the context; it never raises for input errors.
    """

    name: str
    level: str
    after: frozenset[str]
    run: Callable[[AppIR, Context], AppIR]
    title: str = ""


def pass_order(specs: Iterable[PassSpec]) -> tuple[PassSpec, ...]:
    """The passes such that each comes after those it names, ties broken by name; unknown names are ignored.

    Raises Rejected when the declarations form a circle.
    """
    by_name = {spec.name: spec for spec in specs}
    sorter = TopologicalSorter(
        {spec.name: sorted(spec.after & by_name.keys()) for spec in by_name.values()}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise Rejected(Diagnostic("V902", f"passes come after each other: {circle}")) from None
    order: list[PassSpec] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += [by_name[name] for name in ready]
        sorter.done(*ready)
    return tuple(order)


def run_passes(
    app: AppIR, specs: Sequence[PassSpec], context: Context, *, verify: bool = False
) -> AppIR:
    """The Application after all passes; with `verify` the invariants are checked after each one."""
    for spec in specs:
        app = spec.run(app, context)
        if verify:
            verify_app(app, after=spec.name)
    return app
