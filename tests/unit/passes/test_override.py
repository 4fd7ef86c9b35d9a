"""Overrides to the letter of semantics 5.2, one row per sentence."""

from __future__ import annotations

from typing import Any

import pytest

from velac.compiler.ir.app import Component, Policy, Trait
from velac.compiler.ir.values import Values
from velac.compiler.lower.override_decode import checked_override
from velac.compiler.lower.override_merge import NameIndex, apply_overrides, merge_data
from velac.grammar.source import Span

Data = dict[str, Any]


def component(
    name: str, type_: str = "w", properties: Any = None, *traits: tuple[str, Any]
) -> Component:
    return Component(
        name,
        type_,
        Values(properties) if properties is not None else None,
        tuple(Trait(kind, Values(data) if data is not None else None) for kind, data in traits),
        depends_on=("other",),
    )


def plain(components: tuple[Component, ...]) -> list[Any]:
    """Components as (name, type, properties, traits)."""
    return [
        (
            c.name,
            c.type,
            c.properties.data if c.properties else None,
            [(t.type, t.properties.data if t.properties else None) for t in c.traits],
        )
        for c in components
    ]


def after(base: list[Component], *overrides: Data) -> list[Any]:
    decoded = [checked_override(Policy("o", "override", Values(data))) for data in overrides]
    return plain(apply_overrides(base, decoded))


FE = component("fe", "w", {"image": "a", "port": 1}, ("scaler", {"replicas": 1}))

CASES: dict[str, tuple[list[Component], list[Data], list[Any]]] = {
    "the worked example": (
        [FE],
        [
            {
                "components": [
                    {
                        "name": "f*",
                        "properties": {"port": 2},
                        "traits": [
                            {"type": "scaler", "disable": True},
                            {"type": "labels", "properties": {"x": "1"}},
                        ],
                    }
                ]
            }
        ],
        [("fe", "w", {"image": "a", "port": 2}, [("labels", {"x": "1"})])],
    ),
    "maps merge, lists and scalars replace": (
        [component("c", "w", {"image": "a", "port": 1, "m": {"a": 1, "b": 2}, "l": [1, 2], "flag": True})],
        [{"components": [{"name": "c", "properties": {"port": 2, "m": {"b": 3}, "flag": False}}]}],
        [("c", "w", {"image": "a", "port": 2, "m": {"a": 1, "b": 3}, "l": [1, 2], "flag": False}, [])],
    ),
    "empty values and null replace": (
        [component("c", "w", {"a": 1, "b": "x", "c": [1], "d": {"k": 1}, "e": 5})],
        [{"components": [{"name": "c", "properties": {"a": 0, "b": "", "c": [], "d": None, "e": None}}]}],
        [("c", "w", {"a": 0, "b": "", "c": [], "d": None, "e": None}, [])],
    ),
    "a map replaces a scalar and the other way round": (
        [component("c", "w", {"a": 1, "b": {"k": 1}})],
        [{"components": [{"name": "c", "properties": {"a": {"k": 2}, "b": 2}}]}],
        [("c", "w", {"a": {"k": 2}, "b": 2}, [])],
    ),
    "no name patches all": (
        [component("a"), component("b", "v")],
        [{"components": [{"properties": {"x": 1}}]}],
        [("a", "w", {"x": 1}, []), ("b", "v", {"x": 1}, [])],
    ),
    "no name but a type patches that type": (
        [component("a"), component("b", "v")],
        [{"components": [{"type": "v", "properties": {"x": 1}}]}],
        [("a", "w", None, []), ("b", "v", {"x": 1}, [])],
    ),
    "names are unanchored patterns": (
        [component("web"), component("web-api"), component("axb"), component("db")],
        [{"components": [{"name": "web", "properties": {"x": 1}}, {"name": "a.b", "properties": {"y": 1}}]}],
        [("web", "w", {"x": 1}, []), ("web-api", "w", {"x": 1}, []), ("axb", "w", {"y": 1}, []), ("db", "w", None, [])],
    ),
    "another type replaces, and the pattern becomes the name": (
        [component("web-api", "w", {"x": 1}, ("t", None))],
        [{"components": [{"name": "web-*", "type": "v", "traits": [{"type": "u"}, {"type": "z", "disable": True}]}]}],
        [("web-*", "v", None, [("u", None)])],
    ),
    "no match appends": (
        [component("a")],
        [{"components": [{"name": "new", "type": "v", "properties": {"x": 1}}]}],
        [("a", "w", None, []), ("new", "v", {"x": 1}, [])],
    ),
    "no match without a lower-case letter is ignored": (
        [component("a")],
        [{"components": [{"name": "N-1", "type": "v"}]}],
        [("a", "w", None, [])],
    ),
    "an invalid pattern appends": (
        [component("a")],
        [{"components": [{"name": "a(", "type": "v"}]}],
        [("a", "w", None, []), ("a(", "v", None, [])],
    ),
    "a trait listed twice becomes the last one twice": (
        [component("a", "w", None, ("t", {"n": 1}), ("t", {"n": 2}))],
        [{"components": [{"name": "a", "properties": {"x": 1}}]}],
        [("a", "w", {"x": 1}, [("t", {"n": 2}), ("t", {"n": 2})])],
    ),
    "disabling and adding again gives the trait twice": (
        [component("a", "w", None, ("t", {"n": 1}))],
        [{"components": [{"name": "a", "traits": [{"type": "t", "disable": True}, {"type": "t", "properties": {"n": 3}}]}]}],
        [("a", "w", None, [("t", {"n": 3}), ("t", {"n": 3})])],
    ),
    "disabling an unknown trait does nothing": (
        [component("a")],
        [{"components": [{"name": "a", "traits": [{"type": "t", "disable": True}]}]}],
        [("a", "w", None, [])],
    ),
    "a selector keeps exact names in component order": (
        [component("a"), component("b"), component("ab")],
        [{"selector": ["b", "a", "nope"]}],
        [("a", "w", None, []), ("b", "w", None, [])],
    ),
    "an empty selector keeps none": ([component("a")], [{"selector": []}], []),
    "a null selector keeps all": ([component("a")], [{"selector": None}], [("a", "w", None, [])]),
    "overrides build on each other": (
        [component("a", "w", {"n": 0})],
        [
            {"components": [{"name": "a", "properties": {"n": 1, "one": True}}]},
            {"components": [{"name": "a", "properties": {"n": 2}}]},
        ],
        [("a", "w", {"n": 2, "one": True}, [])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_semantics(case: str) -> None:
    base, overrides, expected = CASES[case]
    assert after(base, *overrides) == expected


def test_nothing_given_is_changed() -> None:
    properties: Data = {"m": {"a": 1}}
    base = [component("a", "w", properties)]
    after(base, {"components": [{"name": "a", "properties": {"m": {"a": 2}}}]})
    assert properties == {"m": {"a": 1}}


def test_a_replaced_component_loses_its_dependencies_a_merged_one_keeps_them() -> None:
    def depends(patch: Data) -> tuple[str, ...]:
        override = checked_override(Policy("o", "override", Values({"components": [patch]})))
        return apply_overrides([component("a")], [override])[0].depends_on

    assert depends({"name": "a", "properties": {"x": 1}}) == ("other",)
    assert depends({"name": "a", "type": "v"}) == ()


def test_untouched_components_are_the_same_objects() -> None:
    base = [component("a"), component("b")]
    override = checked_override(
        Policy("o", "override", Values({"components": [{"name": "b", "properties": {"x": 1}}]}))
    )
    assert apply_overrides(base, [override])[0] is base[0]


@pytest.mark.parametrize(
    ("pattern", "hits"),
    [
        ("web", ["web", "web-api"]),
        ("w*api", ["web-api"]),
        ("*", ["web", "web-api", "axb", "db"]),
        ("a.b", ["axb"]),
        ("^db$", ["db"]),
        ("(web|db)", ["web", "web-api", "db"]),
        ("nope", []),
        ("(", None),
        (r"\bweb$", ["web"]),
    ],
)
def test_patterns(pattern: str, hits: list[str] | None) -> None:
    assert NameIndex(["web", "web-api", "axb", "db"]).matching(pattern) == hits


def test_an_index_finds_what_is_added_later() -> None:
    index = NameIndex(["a"])
    index.add("late")
    assert index.matching("late") == ["late"]
    assert index.matching("*") == ["a", "late"]


def test_merge_shares_what_stays() -> None:
    kept = {"deep": 1}
    assert merge_data({"kept": kept, "n": 1}, {"n": 2})["kept"] is kept


def test_places_follow_the_merge(passed: Any) -> None:
    app, context = passed("""\
        components:
        - name: web
          type: w
          properties: {image: a, port: 1}
        policies:
        - name: o
          type: override
          properties:
            components:
            - {name: web, properties: {port: 2}}
        """)
    assert not context.diagnostics
    (deployment,) = app.deployments
    (web,) = deployment.components
    assert web.properties.data == {"image": "a", "port": 2}
    assert (web.properties.span(("image",)).line, shown(web.properties.span(("image",)))) == (
        8,
        "a",
    )
    assert (web.properties.span(("port",)).line, shown(web.properties.span(("port",)))) == (14, "2")
    assert shown(web.properties.key_span(("port",))) == "port"


def shown(span: Span) -> str:
    """The text at a place."""
    return span.file.text[span.start : span.end]


@pytest.mark.parametrize(
    ("properties", "code", "place"),
    [
        ("{components: [{name: wbe, properties: {a: 1}}]}", "V601", "wbe"),
        ('{components: [{name: "a(", type: w}]}', "V603", '"a("'),
        ("{components: [{type: x, properties: {a: 1}}]}", "V602", "x"),
        ("{selector: [nope]}", "V602", "nope"),
        ("{selector: []}", "V604", "[]"),
        ("{component: []}", "V301", "component"),
        ("{components: [{name: web, trait: []}]}", "V301", "trait"),
        ("{components: {name: web}}", "V303", "{name: web}"),
        ("{components: [{name: web, traits: [{disable: true}]}]}", "V302", "{disable: true}"),
        (
            "{components: [{name: web, traits: [{type: t, disable: no way}]}]}",
            "V303",
            "no way",
        ),
    ],
)
def test_mistakes(passed: Any, properties: str, code: str, place: str) -> None:
    _, context = passed(f"""\
        components:
        - {{name: web, type: w}}
        policies:
        - {{name: o, type: override, properties: {properties}}}
        """)
    (problem,) = context.diagnostics
    assert (problem.code, shown(problem.span)) == (code, place)
    assert problem.span.line == 8


def test_a_type_that_a_shared_policy_misses_is_a_note(passed: Any) -> None:
    _, context = passed(
        """\
        components:
        - {name: web, type: w}
        workflow:
          steps:
          - {type: deploy, properties: {policies: [shared]}}
        """,
        """\
        apiVersion: core.oam.dev/v1alpha1
        kind: Policy
        metadata: {name: shared, namespace: ns}
        type: override
        properties: {components: [{type: x, properties: {a: 1}}]}
        """,
    )
    assert [(d.code, d.severity) for d in context.diagnostics] == [("V602", "note")]
