"""What one evaluated trait does: new objects, a patch of the workload, patches of other objects (semantics 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, final

from velac.compiler.cue.api import Value
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.values import Decisions, plain
from velac.compiler.ir.app import Trait
from velac.compiler.load.definition import Definition
from velac.compiler.render.actions import late_actions
from velac.compiler.render.draft import Draft
from velac.compiler.render.jsonpatch import PatchFailed
from velac.compiler.render.labels import output_names
from velac.compiler.render.patch import apply_patch, unify_patch
from velac.compiler.render.report import Subject, reject_problems
from velac.grammar.record import record


@final
@record
class Trial:
    """One trait of a component, evaluated."""

    trait: Trait
    definition: Definition
    subject: Subject
    value: Value
    patch_marks: Mapping[str, str]
    trace: Decisions


@final
class Resource:
    """An object beside the workload; `trial` is None for one of the component's own outputs."""

    __slots__ = ("draft", "name", "trial")

    def __init__(self, name: str | Leaf, draft: Draft, trial: Trial | None) -> None:
        self.name = name
        self.draft = draft
        self.trial = trial


def apply_trait(trial: Trial, workload: Draft | None, resources: list[Resource]) -> Draft | None:
    """Append the trait's objects to `resources`, patch those it names, and return the patched workload, if it is.

    Raises Rejected.
    """
    value = trial.value
    outputs = value.lookup("outputs")
    if outputs is not None:
        fields = list(outputs.fields())
        names = output_names(trial.trace, [name for name, _ in fields])
        resources += [
            Resource(name, Draft(item), trial)
            for name, (_, item) in zip(names, fields, strict=True)
        ]
    changed = None
    patch = value.lookup("patch")
    if patch is not None:
        if workload is None:
            trial.subject.reject("V717", "there is no workload that its patch could change")
        changed = _patched(trial, workload, patch)
    patches = value.lookup("patchOutputs")
    if patches is not None:
        named = dict(patches.fields())
        for resource in resources:
            found = named.get(plain(resource.name, trial.trace))
            if found is not None:
                _patch_resource(trial, resource, found)
    return changed


def _patched(trial: Trial, workload: Draft, patch: Value) -> Draft:
    try:
        tree = apply_patch(workload.tree(), patch.tree(), trial.patch_marks, trial.trace)
    except CueError as error:
        _reject(trial, error, "cannot patch the workload: ")
    except PatchFailed as failure:
        at = f"operation {failure.index}: " if failure.index >= 0 else ""
        trial.subject.reject("V717", f"cannot patch the workload: {at}{failure.message}")
    return Draft(tree=tree)


def _patch_resource(trial: Trial, resource: Resource, patch: Value) -> None:
    try:
        tree = unify_patch(resource.draft.tree(), patch.tree(), trial.trace)
    except CueError as error:
        _reject(trial, error, f"cannot patch the output `{resource.name}`: ")
    resource.draft = Draft(tree=tree)


def _reject(trial: Trial, error: CueError, prefix: str) -> NoReturn:
    reject_problems(
        trial.subject, error.problems, prefix=prefix, help=late_help(trial.value), code="V717"
    )


def late_help(value: Value) -> str:
    """Advice for a template that waits for what only a controller can find out; empty for any other."""
    late = late_actions(value)
    processing = value.lookup("processing")
    if processing is not None and processing.lookup("http") is not None:
        late.append("http")
    if not late:
        return ""
    listed = ", ".join(f"`{name}`" for name in dict.fromkeys(late))
    if "helm/render" in late:
        return "`charts` of velac.yaml names the directory of charts that `helm pull` has saved"
    return f"the template asks for something at run time ({listed}), which is not known here"
