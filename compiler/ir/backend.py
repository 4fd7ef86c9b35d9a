"""What a backend is: a pure function from one compiled fleet to files, and what its target cannot say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.manifest import ManifestSet
from velac.compiler.ir.plan import Plan
from velac.compiler.ir.shape import Object, Scalar, Shape, check_shape, one_of, schema_of
from velac.compiler.ir.values import EMPTY, Json, Values
from velac.grammar.record import record
from velac.grammar.source import NO_SPAN, Span

Files: TypeAlias = Iterator[tuple[str, bytes]]
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_PATH: Final = re.compile(r"[A-Za-z0-9._/-]+")
Weight: TypeAlias = Literal["error", "warning", "accepted"]


@record
class Setting:
    """One field of `backends.NAME` in the project file; a required one has no default."""

    name: str
    shape: Shape
    default: Json
    text: str
    required: bool = False


def _no_schema(app: AppIR, kind: str, type_: str) -> None:
    return None


@record
class BackendInput:
    """All that a backend may look at. `settings` hold every setting, checked, defaults filled in."""

    plan: Plan
    manifests: ManifestSet
    settings: Mapping[str, Json]
    layout: str
    parameter_schema: Callable[[AppIR, str, str], dict[str, Json] | None] = _no_schema
    """The JSON Schema of the parameters of a definition, by the Application that uses it, kind and type."""


@record
class Loss:
    """Something of the plan that the target cannot express.

    An `error` would deliver something else than the plan, a `warning` less than it; `accepted` is told as a note.
    """

    what: str
    severity: Weight = "warning"
    place: Span = NO_SPAN
    help: str = ""


def _lossless(given: BackendInput) -> Iterable[Loss]:
    return ()


@record
class BackendSpec:
    """A backend: `emit` yields (relative path with `/`, content), the same for the same input.

    It reads no disk, clock or environment. `layouts` are the arrangements it knows, the default one first; with
    `path_fields` a layout may also be a path with some of these fields, `{cluster}` among them.
    """

    name: str
    title: str
    layouts: tuple[str, ...]
    emit: Callable[[BackendInput], Files]
    settings: tuple[Setting, ...] = ()
    lossiness: Callable[[BackendInput], Iterable[Loss]] = _lossless
    path_fields: tuple[str, ...] = ()

    @property
    def all_settings(self) -> tuple[Setting, ...]:
        """Its own settings and those that every backend has."""
        shape = one_of(*self.layouts)
        if self.path_fields:
            shape = Scalar("string", self.layout_problem)
        layout = Setting("layout", shape, "", "how files are arranged")
        return (*self.settings, layout, UNSUPPORTED)

    def layout_problem(self, layout: str) -> str:
        """What is wrong with a layout, or ""."""
        if layout in self.layouts:
            return ""
        if "{" not in layout or not self.path_fields:
            return f"the backend `{self.name}` has no layout `{layout}`"
        unknown = set(_FIELD.findall(layout)) - set(self.path_fields)
        if unknown:
            listed = ", ".join(f"`{{{name}}}`" for name in sorted(unknown))
            known = ", ".join(f"{{{name}}}" for name in self.path_fields)
            return f"the layout has no field {listed}; there are {known}"
        if "{cluster}" not in layout:
            return "a layout needs `{cluster}`, or clusters would share files"
        rest = _FIELD.sub("x", layout)
        if not _PATH.fullmatch(rest) or not {"", ".", ".."}.isdisjoint(rest.split("/")):
            return f"`{layout}` is not a relative path of plain names"
        return ""

    @property
    def shape(self) -> Object:
        """The shape of `backends.NAME`."""
        return Object(
            {setting.name: setting.shape for setting in self.all_settings},
            frozenset(setting.name for setting in self.settings if setting.required),
            what=f"`backends.{self.name}`",
        )

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of `backends.NAME`."""
        schema = schema_of(self.shape)
        for setting in self.all_settings:
            entry = schema["properties"][setting.name]
            entry["description"] = setting.text
            if setting.default not in (None, "", [], {}):
                entry["default"] = setting.default
        return schema


UNSUPPORTED: Final = Setting(
    "unsupported",
    one_of("error", "warning", "ignore"),
    None,
    "how to take what the target cannot express; by default as severe as each loss is",
)


def checked_settings(spec: BackendSpec, given: Values | None) -> dict[str, Json]:
    """All settings of a backend from what the project file says; raises Rejected for what does not fit."""
    values = given if given is not None and given.data is not None else EMPTY
    problems = check_shape(values, spec.shape)
    if problems:
        raise Rejected(*problems)
    data = values.data
    return {
        s.name: s.default if data.get(s.name) is None else data[s.name] for s in spec.all_settings
    }


def chosen_layout(spec: BackendSpec, wanted: str, given: BackendSettings) -> str:
    """The layout asked for, else the setting's, else the first; raises Rejected (V804) for an unknown one."""
    layout = wanted or given["layout"] or spec.layouts[0]
    problem = spec.layout_problem(layout)
    if problem:
        hint = "" if "{" in layout else did_you_mean(layout, spec.layouts, known="layouts")
        raise Rejected(Diagnostic("V804", problem, help=hint))
    return layout


BackendSettings: TypeAlias = Mapping[str, Json]
_SEVERITIES: Final = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "accepted": Severity.NOTE,
}
_FORCED: Final = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "ignore": Severity.NOTE,
}


def loss_diagnostics(spec: BackendSpec, given: BackendInput) -> list[Diagnostic]:
    """The losses of a backend as diagnostics (V810), their severity as the setting `unsupported` wants it."""
    forced = _FORCED.get(given.settings["unsupported"] or "")
    found = []
    for loss in spec.lossiness(given):
        severity = _SEVERITIES[loss.severity]
        if forced is not None and loss.severity != "accepted":
            severity = forced
        labels = (Label(loss.place),) if loss.place is not NO_SPAN else ()
        text = f"{spec.name}: {loss.what}"
        found.append(Diagnostic("V810", text, labels, severity, help=loss.help))
    return found
