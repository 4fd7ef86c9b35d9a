"""Parameters drawn from the schema: does a definition hold what its schema promises? (`velac test --fuzz`).

Reported are crashes of the engine, parameters that fit the schema but end in an error or in an object that is not
complete, and objects that the Kubernetes schema rejects, where its schemas are installed (the extra `schemas`). A
finding is shrunk.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, final

from velac.compiler.cue.api import Value
from velac.compiler.cue.errors import CueError
from velac.compiler.load.definition import COMPONENT, STEP, TRAIT
from velac.compiler.render.jsonpatch import PatchFailed
from velac.compiler.render.numbers import input_data
from velac.compiler.render.patch import apply_patch
from velac.compiler.render.trees import data_of, tree_of
from velac.compiler.workbench.schema import as_json, parameter_schema
from velac.compiler.workbench.testing import Bench

Schema = dict[str, Any]

_WORDS: Final = ("a", "b", "web", "data", "x-1", "9", "1.5", "512Mi", "ü", "")
_SHAPED: Final = (
    *_WORDS,
    "10m",
    "1Gi",
    "1.2.3",
    "10.0.0.1",
    "2024-01-01T00:00:00Z",
    "a.example.com",
)
"""What is tried where a pattern asks for something."""
_NUMBERS: Final = (0, 1, 2, 7, 80, 443, 8080, 65535)
_INDEX: Final = re.compile(r"\.\d+\b")
_VALUE: Final = re.compile(r"`: (?:\".*?\"|[\d.]+|\{.*\}|\[.*\]|true|false) is not ")
_MAX_DEPTH: Final = 7
_SHRINKS: Final = 400
_RESULTS: Final = ("output", "outputs", "patch", "patchOutputs")
WORKLOAD: Final[dict[str, Any]] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "x"},
    "spec": {
        "selector": {"matchLabels": {"app.oam.dev/component": "x"}},
        "template": {
            "metadata": {"labels": {"app.oam.dev/component": "x"}},
            "spec": {"containers": [{"name": "x", "image": "nginx:1.25"}]},
        },
    },
}
"""The workload that drawn traits see."""


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """A parameter, as small as it could be made, and what is wrong with it. `kind`: `crash`, `refused`, `incomplete`, `invalid`."""

    kind: str
    message: str
    parameter: Any


def fuzz(bench: Bench, count: int, seed: int = 0) -> list[Finding]:
    """The findings of `count` draws, one per kind and message."""
    schema = parameter_schema(bench.definition, bench.packages)
    rng = random.Random(f"{seed}:{bench.definition.type}:{bench.definition.name}")
    found: dict[tuple[str, str], Finding] = {}
    for _ in range(count):
        parameter = draw(schema, rng)
        wrong = judge(bench, parameter)
        if wrong is None or wrong in found:
            continue
        small = shrink(parameter, lambda p, wrong=wrong: judge(bench, p) == wrong)  # type: ignore[misc]
        found[wrong] = Finding(*wrong, small)
    return list(found.values())


def judge(bench: Bench, parameter: Any) -> tuple[str, str] | None:
    """What is wrong with a template for this parameter, or None."""
    definition = bench.definition
    own = {"output": WORKLOAD} if definition.type == TRAIT else {}
    try:
        value = bench.value(parameter, bench.context(own), {})
        errs = value.lookup("errs")
        if errs is not None and errs.plain():
            return None  # the author refuses it: that is an answer
        problems = value.problems()
        if problems:
            return "refused", _general(problems[0].message)
        if definition.type == STEP:
            return None  # what a step makes depends on what its operations return
        objects = []
        for name in _RESULTS if definition.type != COMPONENT else _RESULTS[:2]:
            found = value.lookup(name)
            if found is not None and (missing := found.problems(final=True)):
                return "incomplete", f"{missing[0].path}: {_general(missing[0].message)}"
            if found is not None:
                data = as_json(found.plain())
                objects += _objects_of(name, data)
                if name == "patch" and _is_for_deployments(bench):
                    objects.append(_patched(bench, found))
        return _invalid(objects, own_version(bench))
    except CueError as error:
        return "refused", _general(error.problems[0].message)
    except Exception as error:  # a crash is what is looked for
        return "crash", f"{type(error).__name__}: {_general(str(error))}"
    return None


def _objects_of(name: str, data: Any) -> list[Any]:
    if name == "output":
        return [data]
    return list(data.values()) if name == "outputs" and isinstance(data, dict) else []


def _is_for_deployments(bench: Bench) -> bool:
    """Whether a trait says that it changes workloads such as ours."""
    listed = bench.definition.spec.get("appliesToWorkloads")
    return (
        not isinstance(listed, list)
        or not listed
        or bool({"*", "deployments.apps"} & {*map(str, listed)})
    )


def _patched(bench: Bench, patch: Value) -> Any:
    """The workload after a trait's patch; None where they do not go together, which may be right for this workload."""
    try:
        workload = tree_of(input_data(WORKLOAD))
        return as_json(data_of(apply_patch(workload, patch.tree(), bench.marks)))
    except (CueError, PatchFailed):
        return None


def own_version(bench: Bench) -> int:
    """The minor version of Kubernetes that templates see."""
    return int(bench.context({})["clusterVersion"]["minor"])


def _invalid(objects: list[Any], version: int) -> tuple[str, str] | None:
    """What the schemas of Kubernetes say against the first object that does not fit."""
    from velac.compiler.lint.schemas import are_installed, complaints

    if not are_installed():
        return None
    for obj in objects:
        if not isinstance(obj, dict):
            continue
        validator = _schemas().validator(str(obj.get("apiVersion")), str(obj.get("kind")), version)
        if isinstance(validator, str):
            continue  # nobody knows this kind
        for message, _ in complaints(validator, obj):
            return "invalid", _general(f"{obj.get('kind')}: {message}", whole=True)
    return None


@cache
def _schemas() -> Any:
    from velac.compiler.lint.schemas import SchemaBundle

    return SchemaBundle({})


def _general(message: str, *, whole: bool = False) -> str:
    """A message without the values in it, so that one fault is one finding."""
    if whole:
        return _VALUE.sub("`: value is not ", _INDEX.sub(".N", message))[:160]
    return message.partition(":")[0].partition(" (")[0][:120] if '"' in message else message[:160]


# --------------------------------------------------------------------------------------------------- drawing


def draw(schema: Schema, rng: random.Random, depth: int = 0) -> Any:
    """Data that a schema accepts, as far as drawing tries (patterns are met for the usual shapes only)."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return rng.choice(schema["enum"])
    if "default" in schema and rng.random() < 0.2:
        return schema["default"]
    if "anyOf" in schema:
        return draw(rng.choice(schema["anyOf"]), rng, depth)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = rng.choice(kind)
    match kind:
        case "object":
            return _object(schema, rng, depth)
        case "array":
            return _array(schema, rng, depth)
        case "string":
            return _string(schema, rng)
        case "integer" | "number":
            return _number(schema, rng, kind)
        case "boolean":
            return rng.random() < 0.5
        case "null":
            return None
    return rng.choice([rng.choice(_WORDS), rng.choice(_NUMBERS), True, {"k": "v"}, ["v"]])


def _object(schema: Schema, rng: random.Random, depth: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        if not inner.keys() - {"description"}:
            continue  # only there under conditions that a schema cannot say
        if name not in required and not _is_drawable(inner):
            continue
        if name in required or (depth < _MAX_DEPTH and rng.random() < 0.45):
            out[name] = draw(inner, rng, depth + 1)
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict) and depth < _MAX_DEPTH:
        for key in rng.sample(("a", "app", "x-1", "/path"), rng.randrange(3)):
            out[key] = draw(extra, rng, depth + 1)
    return out


def _is_drawable(schema: Schema) -> bool:
    """Whether a text of a pattern is one that we have a word for."""
    pattern = schema.get("pattern")
    return not pattern or any(re.search(pattern, word) for word in _SHAPED)


def _array(schema: Schema, rng: random.Random, depth: int) -> list[Any]:
    out = [draw(item, rng, depth + 1) for item in schema.get("prefixItems", ())]
    low = max(schema.get("minItems", 0), 0)
    high = schema.get("maxItems", low + 2)
    items = schema.get("items")
    if isinstance(items, dict) and len(out) < high and depth < _MAX_DEPTH:
        more = rng.randint(max(low - len(out), 0), max(high - len(out), 0))
        out += [draw(items, rng, depth + 1) for _ in range(more)]
    return out


def _string(schema: Schema, rng: random.Random) -> str:
    pattern = schema.get("pattern")
    if pattern:
        fitting = [word for word in _SHAPED if re.search(pattern, word)]
        if fitting:
            return rng.choice(fitting)
    word = rng.choice(_WORDS)
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    word = word.ljust(low, "z")
    return word[:high] if high is not None else word


def _number(schema: Schema, rng: random.Random, kind: str) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    choices = [n for n in _NUMBERS if (low is None or n > low) and (high is None or n < high)]
    if "minimum" in schema:
        choices.append(schema["minimum"])
    if "maximum" in schema:
        choices.append(schema["maximum"])
    if not choices:
        choices = [0 if low is None else low + 1]
    number = rng.choice(choices)
    return number if kind == "integer" or rng.random() < 0.5 else number + 0.5


# ------------------------------------------------------------------------------------------------- shrinking


def shrink(data: Any, still: Callable[[Any], bool]) -> Any:
    """The smallest data for which `still` holds that leaving parts out and simplifying them leads to."""
    budget = _SHRINKS
    progress = True
    while progress and budget > 0:
        progress = False
        for smaller in _smaller(data):
            budget -= 1
            if budget < 0:
                break
            if still(smaller):
                data, progress = smaller, True
                break
    return data


def _smaller(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        for key in data:
            yield {k: v for k, v in data.items() if k != key}
        for key, value in data.items():
            for inner in _smaller(value):
                yield {**data, key: inner}
    elif isinstance(data, list):
        for index in range(len(data)):
            yield data[:index] + data[index + 1 :]
        for index, value in enumerate(data):
            for inner in _smaller(value):
                yield [*data[:index], inner, *data[index + 1 :]]
    elif isinstance(data, str) and data not in ("", "a"):
        yield "a"
    elif isinstance(data, int) and not isinstance(data, bool) and data not in (0, 1):
        yield 0
        yield 1
