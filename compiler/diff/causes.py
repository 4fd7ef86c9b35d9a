"""The lines of the source that made a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, final

from velac.compiler.diff.fields import ABSENT, FieldChange
from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.plan import AppPlan, Plan
from velac.compiler.ir.values import Json, Path
from velac.compiler.lint.places import Places
from velac.grammar.source import Span

_MOST: Final = 5
_LOOKED_AT: Final = 50


@final
class Causes:
    """Finds causes; `root` is taken off the names of files. What is looked up in a plan is looked up once."""

    __slots__ = ("_places", "_plans", "_roots")

    def __init__(self, roots: tuple[str, str], head: Plan | None) -> None:
        self._roots = roots
        self._plans: dict[str, AppPlan] = (
            {plan.app.label: plan for plan in head.apps} if head is not None else {}
        )
        self._places: dict[str, Places] = {}

    def of(
        self,
        app: str,
        before: Manifest | None,
        after: Manifest | None,
        fields: Sequence[FieldChange],
    ) -> tuple[str, ...]:
        """Where changed values are written; properties written differently; else where the object's maker is."""
        if before is None or after is None:
            manifest = after if after is not None else before
            assert manifest is not None
            return (f"{_relative(manifest.origin.span, self._roots)} ({manifest.origin.owner})",)
        spans, missing = self._written(app, after, fields)
        if missing or not spans:
            place = after.origin.place
            spans += [place.span(p) for p in _differing((), before.origin.place.data, place.data)]
        if not spans:
            spans = [after.origin.span]
        owner = after.origin.owner
        found = sorted({(span.file.name, span.start): span for span in spans}.items())
        return tuple(f"{_relative(span, self._roots)} ({owner})" for _, span in found[:_MOST])

    def _written(
        self, app: str, manifest: Manifest, fields: Iterable[FieldChange]
    ) -> tuple[list[Span], bool]:
        """The places of new values, and whether some have none."""
        plan = self._plans.get(app)
        if plan is None:
            return [], True
        if app not in self._places:
            self._places[app] = Places(plan.app)
        spans: list[Span] = []
        missing = False
        for at, field in enumerate(fields):
            if at >= _LOOKED_AT or field.after is ABSENT or isinstance(field.after, dict | list):
                missing = True
                continue
            span = self._places[app].find(manifest, field.at)
            if span == manifest.origin.span:
                missing = True
            else:
                spans.append(span)
        return spans, missing


def _relative(span: Span, roots: Sequence[str]) -> str:
    """A place as it is called below either root: what both sides say is read once, below one of them."""
    text = str(span)
    for root in roots:
        prefix = root.rstrip("/") + "/"
        if root and text.startswith(prefix):
            return text[len(prefix) :]
    return text


def _differing(path: Path, before: Json, after: Json) -> Iterator[Path]:
    """Paths of what is written differently, down to scalars; what is gone counts for its parent."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in after:
            yield from _differing((*path, key), before.get(key), after[key])
        if before.keys() - after.keys():
            yield path
    elif isinstance(before, list) and isinstance(after, list):
        for index, item in enumerate(after):
            old = before[index] if index < len(before) else None
            yield from _differing((*path, index), old, item)
        if len(before) > len(after):
            yield path
    elif before != after:
        yield path
