"""Fill == engine: whatever the specialiser fills in is what the plain engine would have rendered, errors included.

One specialiser lives on through a sequence of drawn variants, so that traces of earlier ones meet later ones. Small
definitions try each operation on leaves; the Applications of the golden cases bring the built-in ones with traits.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("hypothesis", reason="hypothesis is not installed")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from velac.compiler.cue.api import parse
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import AppIR, Component, Override, Trait
from velac.compiler.ir.values import Values
from velac.compiler.load.bundle import load_definitions
from velac.compiler.load.definition import COMPONENT, TRAIT, Definition
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.load.documents import read_documents
from velac.compiler.load.resolution import DefinitionIndex
from velac.compiler.lower.app import lower_application
from velac.compiler.lower.override_decode import checked_override
from velac.compiler.lower.override_merge import merge_override
from velac.compiler.manifests import cluster_version, finish_object
from velac.compiler.render.component import render_component
from velac.compiler.render.context import surroundings_of
from velac.compiler.render.engine import Templates
from velac.compiler.render.specialise import Place, Specialiser
from velac.grammar.source import SourceFile
from velac.grammar.yaml_writer import emit

CASES: Final = Path(__file__).parent.parent / "golden" / "dry-run"
Traits = tuple[tuple[Trait, Definition], ...]
Said = tuple[str, ...]

modest = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Pair:
    """The specialiser and the plain engine, side by side."""

    def __init__(self) -> None:
        self.templates = Templates()
        self.filler = Specialiser(self.templates, finish_object)

    def agree(
        self,
        app: AppIR,
        place: Place,
        component: Component,
        definition: Definition,
        traits: Traits = (),
    ) -> None:
        """Fails where the specialiser says something else than the engine: texts or diagnostics."""
        engine = self._engine(app, place, component, definition, traits)
        try:
            done = self.filler.render(app, place, component, definition, traits)
            filled = tuple(item.text for item in done)
            assert tuple(emit(item.object) for item in done) == filled
            assert all(item.resource == named(item.object) for item in done)
        except Rejected as error:
            filled = told(error)
        assert filled == engine

    def _engine(
        self,
        app: AppIR,
        place: Place,
        component: Component,
        definition: Definition,
        traits: Traits,
    ) -> Said:
        surroundings = surroundings_of(
            app,
            place=place.namespace,
            cluster=place.cluster,
            cluster_version=place.cluster_version,
            revision=place.revision,
            revision_number=place.revision_number,
        )
        try:
            done = render_component(surroundings, component, definition, traits, self.templates)
        except Rejected as error:
            return told(error)
        for item in done.objects:
            finish_object(item, app.namespace or "default")
        return tuple(emit(item.object) for item in done.objects)


def named(obj: dict[str, Any]) -> str:
    """The name of an object under `outputs`, which is a label of it; none for a workload."""
    return str(obj["metadata"]["labels"].get("trait.oam.dev/resource", ""))


def told(error: Rejected) -> Said:
    """What an error says, places included."""
    return tuple(f"{d.code} {d.message} {d.labels} {d.help}" for d in error.diagnostics)


# ----------------------------------------------------------------------------------------- operations on leaves

DECLARED: Final = """
parameter: {
    a: string
    b: string
    n: int
    m: int
    x: number
    l: [...string]
    o?: string
}
"""
HEAD: Final = 'output: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "made", data: {'
OPERATIONS: Final = {
    "copy": "v: parameter.a, w: parameter.n, x: parameter.x",
    "equal": 'if parameter.a == "no" {v: 1}\nif parameter.a != parameter.b {w: 1}',
    "equal value": 'v: parameter.a == "no", w: parameter.n == parameter.m, x: !(parameter.a == parameter.b)',
    "order": 'v: parameter.a < parameter.b, if parameter.n >= parameter.m {w: 1}, if parameter.x > 1 {x: "big"}',
    "and or": "v: parameter.n > 1 && parameter.m > 1\nif parameter.n > 1 || parameter.m > 1 {w: 1}",
    "bounds": 'v: parameter.n & >=0 & <=80, w: parameter.a & !="no"',
    "leaf bounds": "v: 5 & >=parameter.n, w: 5 & <parameter.m",
    "bounds meet": "_b: >=parameter.n & <=parameter.m\nv: [if (_b & 1) != _|_ {1}, 2][0]",
    "int range": "v: uint8 & parameter.n, w: parameter.x",
    "regexp": 'if parameter.a =~ "^[a-z]+$" {v: 1}\nw: parameter.b & !~"x"',
    "leaf regexp": 'v: "abc" =~ parameter.a',
    "interpolation": "v: \"<\\(parameter.a)-\\(parameter.n)-\\(parameter.x)>\", w: '\\(parameter.b)'",
    "concatenation": 'v: parameter.a + "-" + parameter.b, w: parameter.a * 2',
    "arithmetic": "v: parameter.n + parameter.m, w: parameter.n * 3 - 1, x: -parameter.m, y: parameter.x + 1",
    "division": "v: parameter.n / (parameter.m + 5), w: div(parameter.n, 7), x: mod(parameter.n, 7)",
    "big numbers": "v: parameter.n * 4611686018427387904, w: parameter.n * 10000000000000",
    "floats": "v: parameter.x * 1.5, w: parameter.n / 4, x: parameter.x / 2",
    "len": "v: len(parameter.a), if len(parameter.b) > 2 {w: 1}, x: len(parameter.l)",
    "dynamic label": '(parameter.a): 1, "\\(parameter.b)-x": parameter.n',
    "lookup": '_t: {no: "one", "80": "two"}\nv: [if _t[parameter.a] != _|_ {_t[parameter.a]}, "none"][0]',
    "index": "v: [10, 20, 30][parameter.n]",
    "list index": "v: parameter.l[0]",
    "for": 'v: [for k, i in parameter.l if i != "no" {"\\(k)\\(i)"}], for i in parameter.l {"k-\\(i)": i}',
    "list": "v: list.Contains(parameter.l, parameter.a), w: list.Sort(parameter.l, list.Ascending)",
    "list join": "v: strings.Join(parameter.l, parameter.a), w: list.Concat([parameter.l, [parameter.b]])",
    "unique": "v: list.UniqueItems(parameter.l), w: [parameter.a, parameter.b] & list.UniqueItems()",
    "list equal": "v: parameter.l == [parameter.a]",
    "strings": "v: strings.ToUpper(parameter.a), w: strings.Contains(parameter.a, parameter.b)",
    "strings if": 'if strings.HasPrefix(parameter.a, "n") {v: 1}\nw: strings.Replace(parameter.a, "o", "0", -1)',
    "split": 'v: strings.Split(parameter.a, "o"), w: len(strings.Split(parameter.b, "")), x: strings.Split(parameter.a, "-")[0]',
    "slice": "v: strings.SliceRunes(parameter.a, 0, 1), w: strings.TrimSpace(parameter.b)",
    "strconv": 'v: strconv.Atoi("1\\(parameter.n)"), w: strconv.FormatInt(parameter.n, 10)',
    "base64": "v: base64.Encode(null, parameter.a)",
    "json": "v: json.Marshal({a: parameter.a, n: parameter.n, l: parameter.l, x: parameter.x})",
    "sha": "v: hex.Encode(sha256.Sum256(parameter.a))",
    "enum": 'v: parameter.a & ("no" | "yes" | "")',
    "enum default": 'v: *parameter.a | "yes", w: *"no" | string, w: parameter.b',
    "two defaults": "v: *parameter.a | *parameter.b",
    "leaf or": "v: parameter.a | parameter.b",
    "default of leaf": "v: *parameter.a | string, v: parameter.b",
    "struct arms": "v: *{k: parameter.a} | {k: parameter.b}",
    "tagged": 'u: {t: "no", p: 1} | {t: "80", p: 2}\nu: t: parameter.a\nv: u.p',
    "bottom": 'if parameter.o != _|_ {v: parameter.o}\nif (parameter.a & "no") == _|_ {w: 1}',
    "bottom of bound": "if (parameter.n & >10) != _|_ {v: 1}",
    "same twice": "v: parameter.a\nv: parameter.b",
    "same constant": 'v: parameter.a\nv: "no"',
    "same numbers": "v: parameter.n\nv: parameter.m, w: parameter.x & 1",
    "closed": "_#C: {no?: 1, a?: int}\nv: _#C & {(parameter.a): 1}",
    "pattern": '_p: [=~"^n"]: 1\nv: _p & {(parameter.a): int}',
    "validator": "v: parameter.a & strings.MinRunes(2), w: parameter.b & strings.MaxRunes(parameter.m)",
    "two validators": 'v: "ab" & strings.MinRunes(parameter.n) & strings.MinRunes(parameter.m)',
    "matchN": 'v: parameter.a & matchN(1, ["80", =~"n", "yes"])',
    "matchN leaf": 'v: "no" & matchN(parameter.n, ["no", =~"n", "yes"]), w: 1',
    "and()": "v: and([parameter.a, string])",
    "or()": 'v: or([for i in parameter.l {i}, parameter.b, "no"]) & parameter.a',
    "let": 'let y = parameter.a + "!"\nv: y, w: [y, y]',
    "caught": "v: [if strconv.Atoi(parameter.a) != _|_ {1}, 2][0], w: [if (parameter.n / parameter.m) != _|_ {1}, 2][0]",
    "caught range": "v: [if [1, 2][parameter.n] != _|_ {1}, 2][0], w: [if strings.SliceRunes(parameter.a, 0, 2) != _|_ {1}, 2][0]",
    "caught regexp": 'v: [if ("a" =~ (parameter.a + "(")) != _|_ {1}, 2][0]',
    "null": "v: [if parameter.a == null {1}, parameter.n][0]",
    "list of lists": "v: [[parameter.a], [parameter.b, parameter.n]]",
    "repeat": "v: list.Repeat([parameter.a], 2), w: strings.Repeat(parameter.a, 2)",
    "range": "v: list.Range(0, parameter.n, 7)",
    "sum": "v: list.Sum([parameter.n, parameter.m]), w: list.Max([parameter.n, parameter.m])",
    "comparator": "v: list.Sort([{k: parameter.n}, {k: parameter.m}], {x: {}, y: {}, less: x.k < y.k})",
    "context": 'v: context.clusterVersion.minor >= 25, w: "\\(context.cluster)/\\(context.name)", x: context.namespace',
}
PACKAGES: Final = (
    "strings", "list", "strconv", "encoding/json", "encoding/base64", "encoding/hex", "crypto/sha256",
)  # fmt: skip

words = st.sampled_from(["no", "80", "yes", "", "n", "x-", "1.5", "- a: b", "nö\n", "n"])
wholes = st.sampled_from([0, 1, 2, 3, 7, 80, 300, -1, 2**53 + 1])
floats = st.sampled_from([1, 2, 1.0, 1.5, 1e21, -0.25, 2**62])
properties = st.fixed_dictionaries(
    {
        "a": words,
        "b": words,
        "n": wholes,
        "m": wholes,
        "x": floats,
        "l": st.lists(words, max_size=3),
    },
    optional={"o": words},
)


@cache
def thing(name: str) -> Definition:
    """The definition of one operation."""
    body = OPERATIONS[name]
    used = [f'import "{path}"' for path in PACKAGES if f"{path.rpartition('/')[2]}." in body]
    head = '"thing": {type: "component"}'
    text = "\n".join((*used, head, "template: {", DECLARED, HEAD, body, "}}}"))
    return definition_of_file(parse(text, "thing.cue"))


def web(name: str, inputs: dict[str, Any]) -> tuple[AppIR, Component]:
    """An Application of one component."""
    component = Component(name, "thing", Values(inputs))
    return AppIR("app", "prod", (component,)), component


places = st.builds(
    Place,
    st.sampled_from(["", "prod", "other"]),
    st.sampled_from(["", "eu-1", "us-1"]),
    st.sampled_from(["1.24", "1.31", "v1.31.4+k3s1"]).map(cluster_version),
)


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_on_leaves(name: str) -> None:
    fills = 0

    @modest
    @given(st.lists(st.tuples(properties, places), min_size=4, max_size=8))
    def run(drawn: list[tuple[dict[str, Any], Place]]) -> None:
        nonlocal fills
        pair = Pair()
        for inputs, place in drawn:
            for who in ("web", "api-2"):  # so that whatever renders is also filled
                app, component = web(who, inputs)
                pair.agree(app, place, component, thing(name))
        fills += pair.filler.stats.fills

    run()
    assert fills, "nothing was ever filled in: the template is at fault"


# ------------------------------------------------------------------------------------------- names of outputs

OBJECT: Final = '{apiVersion: "v1", kind: "Secret", stringData: k: parameter.b}'
OUTPUTS: Final = {
    "computed": f'outputs: "x-\\(parameter.a)": {OBJECT}',
    "parenthesised": f"outputs: (parameter.a): {OBJECT}",
    "with a fixed one": f'outputs: {{no: {OBJECT}, "\\(parameter.a)": {OBJECT}}}',
    "two": f'outputs: {{"\\(parameter.a)": {OBJECT}, "\\(parameter.b)": {OBJECT}}}',
    "of a list": f'outputs: {{for i in parameter.l {{"x-\\(i)": {OBJECT}}}}}',
    "of two lists": f'outputs: {{for i in parameter.l {{"\\(i)": {OBJECT}}}, for i in [parameter.a] {{"\\(i)": {OBJECT}}}}}',
    "if": f'if parameter.a != "no" {{outputs: "\\(parameter.b)": {OBJECT}}}\noutputs: x: {OBJECT}',
    "read": f'outputs: "\\(parameter.a)": {OBJECT}\noutput: data: v: outputs[parameter.b].kind',
    "pattern": f'outputs: {{[=~"^n"]: stringData: p: "1", "\\(parameter.a)": {OBJECT}}}',
    "definition": f"#O: {{no?: {OBJECT}}}\noutputs: #O & {{(parameter.a): {{}}}}",
    "alias": f'outputs: X="\\(parameter.a)": {{{OBJECT[1:-1]}, stringData: k2: X.kind}}',
    "number": f'outputs: "\\(parameter.n)-\\(parameter.x)": {OBJECT}',
    "named": f'outputs: "\\(parameter.a)": {{{OBJECT[1:-1]}, metadata: name: parameter.b}}',
}
AFTER: Final = {
    "nothing": "patch: metadata: labels: t: parameter.a",
    "reads outputs": 'patch: metadata: labels: {for k, v in context.outputs {"\\(k)": v.kind}}',
    "patches outputs": "patchOutputs: no: stringData: patched: parameter.a",
    "more outputs": f'outputs: "\\(parameter.a)": {OBJECT}',
}


@cache
def maker(name: str) -> Definition:
    """The definition of a component that makes outputs."""
    head = '"thing": {type: "component"}'
    text = "\n".join((head, "template: {", DECLARED, HEAD, "}}", OUTPUTS[name], "}"))
    return definition_of_file(parse(text, "thing.cue"))


@cache
def follower(name: str) -> Definition:
    """The definition of a trait that comes after it."""
    text = "\n".join(('"after": {type: "trait"}', "template: {", DECLARED, AFTER[name], "}"))
    return definition_of_file(parse(text, "after.cue"))


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("name", OUTPUTS)
def test_names_of_outputs(name: str, after: str) -> None:
    @modest
    @given(st.lists(st.tuples(properties, properties), min_size=4, max_size=8))
    def run(drawn: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        pair = Pair()
        for inputs, more in drawn:
            app, component = web("web", inputs)
            pair.agree(app, Place("prod"), component, maker(name))
            trait = Trait("after", Values(more))
            pair.agree(app, Place("prod"), component, maker(name), ((trait, follower(after)),))

    run()


@pytest.mark.parametrize("name", ["computed", "parenthesised", "named"])
def test_names_that_nobody_reads_need_no_trace_of_their_own(name: str) -> None:
    pair = Pair()
    for number in range(9):
        inputs = {"a": f"name-{number}", "b": f"b{number}", "n": 1, "m": 1, "x": 1, "l": []}
        app, component = web("web", inputs)
        pair.agree(app, Place("prod"), component, maker(name))
    assert (pair.filler.stats.traces, pair.filler.stats.fills) == (1, 8)


def test_names_that_become_equal_are_traced_anew() -> None:
    pair = Pair()
    for a, b in (("p", "q"), ("r", "s"), ("t", "t"), ("b", "a")):
        inputs = {"a": a, "b": b, "n": 1, "m": 1, "x": 1, "l": []}
        app, component = web("web", inputs)
        pair.agree(app, Place("prod"), component, maker("two"))
    assert (pair.filler.stats.traces, pair.filler.stats.fills) == (3, 1)


# -------------------------------------------------------------------------------------------------- golden cases

TEXTS: Final = (
    "a",
    "no",
    "1",
    "0.5",
    "- x",
    "a: b",
    "#",
    " lead",
    "two\nlines\n",
    "é",
    "80",
    "512Mi",
    "TCP",
)
NUMBERS: Final = (0, 1, 2, 80, 8080, 30080, -1, 70000)


@cache
def case(name: str) -> tuple[AppIR, DefinitionIndex, tuple[Override, ...]] | None:
    """The Application of a golden case with its definitions and overrides; None where there is none to render."""
    folder = CASES / name
    if not (folder / "app.yaml").is_file() or not (folder / "stdout.txt").is_file():
        return None
    definitions = [str(folder / "definitions")] if (folder / "definitions").is_dir() else []
    index = load_definitions(definitions).definitions
    text = (folder / "app.yaml").read_text(encoding="utf-8")
    document = next(read_documents(SourceFile("app.yaml", text), [], lenient=True))
    app = lower_application(document, lenient=True)
    overrides = [checked_override(p) for p in app.policies if p.type == "override"]
    return app, index, tuple(overrides)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all texts and numbers."""
    if isinstance(value, dict):
        return [p for key, item in value.items() for p in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [p for key, item in enumerate(value) for p in leaves(item, (*path, key))]
    return [path] if isinstance(value, (str, int, float)) and not isinstance(value, bool) else []


def changed(draw: Any, given: Values | None) -> Values | None:
    """The same properties with some leaves replaced, or one left out."""
    if given is None or not isinstance(given.data, dict):
        return given
    data = deepcopy(given.data)
    paths = leaves(data)
    if not paths:
        return given
    for path in draw(st.lists(st.sampled_from(paths), max_size=3)):
        here = data
        for step in path[:-1]:
            here = here[step] if isinstance(here, list) or step in here else {}
        old = here.get(path[-1]) if isinstance(here, dict) else here[path[-1]]
        if isinstance(old, str):
            here[path[-1]] = draw(st.sampled_from((*TEXTS, old + "x")))
        elif old is not None and draw(st.integers(0, 5)):
            here[path[-1]] = draw(st.sampled_from(NUMBERS))
        elif isinstance(here, dict):
            here.pop(path[-1], None)
    return Values(data, given.sources)


@st.composite
def variants(draw: Any, name: str) -> list[tuple[AppIR, Place, Component]]:
    """Neighbouring variants of the components of a golden case."""
    found = case(name)
    assert found is not None
    app, _, overrides = found
    components: tuple[Component, ...] = app.components
    for override in overrides:
        if draw(st.booleans()):
            components = merge_override(components, override)
    out = []
    for component in components[:3]:
        for _ in range(draw(st.integers(2, 5))):
            traits = tuple(
                replace(trait, properties=changed(draw, trait.properties))
                for trait in component.traits
            )
            one = replace(component, properties=changed(draw, component.properties), traits=traits)
            if draw(st.integers(0, 3)) == 0:
                one = replace(one, name=draw(st.sampled_from(["api", "web-2"])))
            out.append((app, draw(places), one))
    return out


@pytest.mark.parametrize("name", sorted(f.name for f in CASES.iterdir() if case(f.name)))
def test_golden_applications(name: str) -> None:
    found = case(name)
    assert found is not None
    index = found[1]

    @settings(modest, max_examples=4)
    @given(variants(name))
    def run(drawn: list[tuple[AppIR, Place, Component]]) -> None:
        pair = Pair()
        for app, place, component in drawn:
            definition = index.find(COMPONENT, component.type)
            traits = tuple((t, d) for t in component.traits if (d := index.find(TRAIT, t.type)))
            if definition is not None:
                pair.agree(app, place, component, definition, traits)

    run()
