"""Values that components and steps hand to each other: who makes them, where they go, and which are known early.

What a rendered object says is known to the compiler; what a controller finds in the cluster (`status`, defaults, the
results of steps) is a late value: it keeps its name in the plan, and is an error where an emitted object needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Diagnostic, Label
from velac.compiler.ir.app import AppIR, Component, Input, Output, Step
from velac.compiler.ir.plan import Slot
from velac.compiler.ir.policies import APPLIES
from velac.compiler.ir.values import Json, Path, Values
from velac.grammar.node import node

_STEP: Final = re.compile(r"""([\w$-]+)|\[(\d+)\]|\["([^"]*)"\]|\.""")
_STATUS: Final = re.compile(r"\bstatus\b")


@final
@node
class Maker:
    """Who puts a value out: a component (or the step that applies it), or a step that runs in the cluster."""

    output: Output
    component: str = ""
    step: str = ""

    @property
    def late(self) -> bool:
        """Whether only run time can know the value, as far as its source text says."""
        return not self.component or _STATUS.search(self.output.value_from) is not None


@final
@node
class Handed:
    """One value on its way; no `maker` for one out of the context, or one that nobody puts out."""

    input: Input
    maker: Maker | None
    component: str = ""
    step: str = ""

    @property
    def late(self) -> bool:
        """Whether only run time can know the value."""
        return self.maker is not None and self.maker.late


def makers_of(app: AppIR) -> dict[str, Maker]:
    """The makers of all values by the values' names."""
    found: dict[str, Maker] = {}
    for step in app.workflow.steps:
        for part in (step, *step.sub_steps):
            for output in part.outputs:
                found[output.name] = Maker(output, _applied(part), part.name)
    for component in app.components:
        for output in component.outputs:
            found[output.name] = Maker(output, component.name)
    return found


def _applied(step: Step) -> str:
    """The component whose objects an apply-component step sees as `output` and `outputs`."""
    data = step.properties.data if step.type in APPLIES and step.properties is not None else None
    name = data.get("component") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def maker_of(name: str, makers: Mapping[str, Maker]) -> Maker | None:
    """The maker of the value that an input asks for, whole or a part of it."""
    return makers.get(name) or makers.get(name.partition(".")[0])


def handed_values(app: AppIR) -> Iterator[Handed]:
    """Every input of the Application's components and steps."""
    makers = makers_of(app)
    for component in app.components:
        for taken in component.inputs:
            yield Handed(taken, maker_of(taken.name, makers), component=component.name)
    for step in app.workflow.steps:
        for part in (step, *step.sub_steps):
            for taken in part.inputs:
                yield Handed(taken, maker_of(taken.name, makers), step=part.name)


def read_output(output: Output, objects: Iterable[tuple[str, Json]]) -> tuple[bool, Json]:
    """What an output comes to over rendered objects, "" for the workload, else by name; not found: run time has it."""
    from velac.compiler.cue.api import CueError, Program, parse

    main: Json = {}
    others: dict[str, Json] = {}
    for name, obj in objects:
        if name:
            others[name] = obj
        else:
            main = obj
    try:
        file = parse(f"value: ({output.value_from.strip()})")
        program = Program.compile([file], declare=("output", "outputs"))
        found = program.evaluate({"output": main, "outputs": others}).lookup("value")
        return (True, found.plain()) if found is not None else (False, None)
    except CueError:
        return False, None


def with_inputs(component: Component, values: Mapping[str, Any]) -> Component:
    """The component with values at parameter keys: `a.b`, `properties.a.b`, `traits[0].properties.a`."""
    properties = component.properties
    traits = list(component.traits)
    for key, value in values.items():
        path = _path(key)
        if path[0] == "traits" and len(path) > 2 and isinstance(path[1], int):
            if path[1] < len(traits):
                trait = traits[path[1]]
                filled = _filled(trait.properties, path[3:], value)
                traits[path[1]] = replace(trait, properties=filled)
            continue
        properties = _filled(properties, path[1:] if path[0] == "properties" else path, value)
    return replace(component, properties=properties, traits=tuple(traits))


def _filled(values: Values | None, path: Path, value: Json) -> Values:
    data = values.data if values is not None else {}
    return Values(_set(data, path, value), values.sources if values is not None else ())


def _set(data: Json, path: Path, value: Json) -> Json:
    """A copy of `data` with `value` at `path`; what is missing on the way is made."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        items = list(data) if isinstance(data, list) else []
        items += [None] * (head + 1 - len(items))
        items[head] = _set(items[head], rest, value)
        return items
    fields = dict(data) if isinstance(data, dict) else {}
    fields[head] = _set(fields.get(head), rest, value)
    return fields


def _path(key: str) -> Path:
    """`a.b[0]["c-d"]` as labels."""
    path: list[str | int] = []
    for name, index, quoted in _STEP.findall(key):
        if name or quoted:
            path.append(name or quoted)
        elif index:
            path.append(int(index))
    return tuple(path) or (key,)


Objects = Callable[[Component], "Sequence[tuple[str, Json]] | None"]
"""The objects of another component in the same place, "" for the workload; None where they cannot be had."""


@final
class Supply:
    """Fills the inputs of an Application's components, each where it is placed."""

    __slots__ = ("_app", "_diagnostics", "_filling", "_makers")

    def __init__(self, app: AppIR, diagnostics: list[Diagnostic]) -> None:
        self._app = app
        self._diagnostics = diagnostics
        self._makers = makers_of(app)
        self._filling: set[str] = set()

    def supplied(self, component: Component, slot: Slot, objects: Objects) -> Component | None:
        """The component with its inputs; None, after reporting why, when one of them is not known."""
        if component.name in self._filling:
            return None  # a cycle, which has been reported
        self._filling.add(component.name)
        values: dict[str, Any] = {}
        wanted = [taken for taken in component.inputs if taken.parameter_key]
        for taken in wanted:
            known, value = self._value(component, taken, slot, objects)
            if known:
                values[taken.parameter_key] = value
        self._filling.discard(component.name)
        return with_inputs(component, values) if len(values) == len(wanted) else None

    def _value(
        self, component: Component, taken: Input, slot: Slot, objects: Objects
    ) -> tuple[bool, Any]:
        if taken.name.startswith("context."):
            known, value = self._in_context(taken.name, slot)
            if not known:
                self._late(component, taken, None, "it is not known before the workflow runs")
            return known, value
        maker = maker_of(taken.name, self._makers)
        if maker is None:
            return False, None  # reported: nobody outputs it
        if not maker.component:
            self._late(component, taken, maker, f"step `{maker.step}` finds it in the cluster")
            return False, None
        other = self._other(component, maker.component, slot)
        made = None if other is None else objects(other)
        if made is None:
            return False, None  # what is wrong with the other component has been reported
        known, value = read_output(maker.output, made)
        for label in taken.name.split(".")[1:] if taken.name not in self._makers else ():
            known = known and isinstance(value, dict) and label in value
            value = value[label] if known else None
        if not known:
            text = f"the objects of `{maker.component}` do not say `{maker.output.value_from}`"
            self._late(component, taken, maker, text)
        return known, value

    def _other(self, component: Component, name: str, slot: Slot) -> Component | None:
        """The maker as it is placed together with the taker: of the same replica if there is one."""
        found = [c for c in slot.deployment.components if c.name == name]
        found = found or [c for d in self._app.deployments for c in d.components if c.name == name]
        same = [c for c in found if c.replica_key == component.replica_key]
        return next(iter(same or found), None)

    def _in_context(self, name: str, slot: Slot) -> tuple[bool, Any]:
        namespace = slot.namespace or self._app.namespace or "default"
        value: Any = {
            "name": self._app.name,
            "appName": self._app.name,
            "namespace": namespace,
            "appLabels": self._app.labels.data or {},
            "appAnnotations": self._app.annotations.data or {},
        }
        for label in name.split(".")[1:]:
            if not isinstance(value, dict) or label not in value:
                return False, None
            value = value[label]
        return True, value

    def _late(self, component: Component, taken: Input, maker: Maker | None, why: str) -> None:
        labels = [Label(taken.origin.span(("from",)), "wanted here")]
        if maker is not None:
            labels.append(Label(maker.output.origin.span(("valueFrom",)), "made here"))
        text = (
            f"component `{component.name}` needs `{taken.name}`, which only run time knows: {why}"
        )
        hint = (
            "write the value into the properties, or hand on something that a rendered object says"
        )
        self._diagnostics.append(Diagnostic("V710", text, tuple(labels), help=hint))
