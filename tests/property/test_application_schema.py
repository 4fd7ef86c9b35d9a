"""The schema for editors against builds: whatever a build takes as parameters the schema takes, and it refuses what it promises to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from velac.compiler.cue.api import Program
from velac.compiler.cue.errors import CueError
from velac.compiler.load.definition import COMPONENT, TRAIT
from velac.compiler.parameters import Parameters
from velac.compiler.render.numbers import input_data
from velac.compiler.render.report import Subject
from velac.compiler.strictness import Strictness
from velac.compiler.workbench.collect import Found, builtin_definitions
from velac.compiler.workbench.fuzz import draw
from velac.compiler.workbench.schema import clean, parameter_schema
from velac.compiler.workbench.template import compile_template

CONTEXT = {
    "name": "web", "appName": "shop", "namespace": "prod", "components": [], "cluster": "",
    "clusterVersion": {"major": "1", "minor": 31, "gitVersion": "v1.31.0", "platform": ""},
    "output": {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}},
}  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, "", "x", "true", "no-such-word", "2 gigs", 0, -1, 7, 2.5, 10**12, [], ["x"], [{}], {}, {"a": "b"},
)  # fmt: skip
NEW_KEY = "noSuchParameter"


@cache
def definitions() -> tuple[Found, ...]:
    return tuple(f for f in builtin_definitions() if f.definition.type in (COMPONENT, TRAIT))


def told(found: Found, parameter: Any, checks: Parameters) -> dict[str, str]:
    """What a build says about these properties themselves, by path."""
    problems = checks.problems(found.definition, parameter, lambda keys: dict(CONTEXT))
    return {p.path: p.message for p in problems if not Strictness().judged(Subject("it"), [p])[1]}


def builds(found: Found, parameter: Any, checks: Parameters, program: Program) -> bool:
    """Whether a build takes these properties: they are as declared, and the template has nothing against them."""
    if told(found, parameter, checks):
        return False
    try:
        given = {"parameter": input_data(parameter), "context": input_data(dict(CONTEXT))}
        return not program.evaluate(given).problems()
    except CueError:
        return False


def containers(data: Any) -> Iterator[dict[str, Any] | list[Any]]:
    """All mappings and lists that hold something."""
    if isinstance(data, dict | list):
        if data:
            yield data
        for item in data.values() if isinstance(data, dict) else data:
            yield from containers(item)


def changed(parameter: Any, rng: random.Random) -> Any:
    """The same with one place deleted, renamed, replaced or added."""
    copy = deepcopy(parameter)
    places = list(containers(copy))
    if not places or rng.random() < 0.1:
        copy[NEW_KEY] = rng.choice(VALUES)
        return copy
    place = rng.choice(places)
    if isinstance(place, list):
        place[rng.randrange(len(place))] = deepcopy(rng.choice(VALUES))
        return copy
    key = rng.choice(sorted(place))
    match rng.randrange(4):
        case 0:
            del place[key]
        case 1:
            place[key + "s"] = place.pop(key)
        case 2:
            place[NEW_KEY] = rng.choice(VALUES)
        case _:
            place[key] = deepcopy(rng.choice(VALUES))
    return copy


def tried(count: int) -> tuple[dict[str, int], list[tuple[str, Any]]]:
    """How often builds and schemas agree, and what builds take and schemas refuse."""
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    counts = {"taken": 0, "refused by both": 0, "refused by builds only": 0}
    wrong: list[tuple[str, Any]] = []
    for found in definitions():
        schema = parameter_schema(found.definition)
        accepts = jsonschema_rs.validator_for(clean(schema)).is_valid
        checks = Parameters()
        program = compile_template(found.definition)
        rng = random.Random(found.definition.name)
        for _ in range(count):
            drawn = draw(schema, rng)
            if not isinstance(drawn, dict):
                continue
            for parameter in (drawn, changed(drawn, rng), changed(changed(drawn, rng), rng)):
                fits = accepts(parameter)
                if builds(found, parameter, checks, program):
                    counts["taken"] += 1
                    wrong += [] if fits else [(found.definition.name, parameter)]
                else:
                    counts["refused by builds only" if fits else "refused by both"] += 1
    return counts, wrong


def test_what_builds_is_accepted() -> None:
    counts, wrong = tried(3)
    assert wrong == []
    assert counts["taken"] > 50
    assert counts["refused by both"] > 30


@pytest.mark.slow
def test_what_builds_is_accepted_of_many() -> None:
    counts, wrong = tried(60)
    assert wrong == []
    # What CUE says and JSON Schema cannot is a small part of what builds refuse.
    assert counts["refused by both"] > 5 * counts["refused by builds only"]


@pytest.mark.parametrize("found", definitions(), ids=lambda f: f.definition.name)
def test_missing_unknown_and_illegal_parameters_are_refused(found: Found) -> None:
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    schema = parameter_schema(found.definition)
    accepts = jsonschema_rs.validator_for(clean(schema)).is_valid
    rng = random.Random(found.definition.name)
    checks = Parameters()
    for _ in range(200):
        parameter = draw(schema, rng)
        if accepts(parameter) and not told(found, parameter, checks):
            break
    else:
        pytest.fail("no legal parameter was drawn")
    for name, inner in schema.get("properties", {}).items():
        without = {k: v for k, v in parameter.items() if k != name}
        paths = [path.split(".")[1:] for path in told(found, without, checks)]
        needed = any(path[0] == name for path in paths)
        assert needed == (not accepts(without)), name
        if "enum" in inner or "pattern" in inner:
            assert not accepts({**parameter, name: "no such word %"}), name
    if schema.get("properties") and schema.get("additionalProperties") is False:
        assert not accepts({**parameter, NEW_KEY: 1})
