"""One traced webservice, filled for many clusters: the same bytes as an evaluation each."""

from __future__ import annotations

import pytest

from velac.compiler.ir.app import AppIR, Component, Trait
from velac.compiler.ir.values import Values
from velac.compiler.load.bundle import Bundle, add_builtins
from velac.compiler.load.definition import COMPONENT, TRAIT
from velac.compiler.render.component import render_component
from velac.compiler.render.context import surroundings_of
from velac.compiler.render.engine import Templates
from velac.compiler.render.specialise import Place, Specialiser
from velac.grammar.yaml_writer import emit

APP = AppIR("shop", "prod", (), labels=Values({"team": "a"}), annotations=Values({"note": "hi"}))


def variant(number: int) -> Component:
    # Strings that YAML would misread are among the images and values: quoting is decided per fill.
    words = ("plain", "yes", "1e3", "a: b", "", "~", "0x10", "two\nlines", "ünïcode", " padded")
    return Component(
        "web",
        "webservice",
        Values(
            {
                "image": f"acme/web:{number}",
                "ports": [{"port": 8000 + number % 50, "expose": True}],
                "env": [{"name": "STAGE", "value": words[number % len(words)] + str(number % 3)}],
                "cpu": f"{1 + number % 4}",
            }
        ),
        (
            Trait("scaler", Values({"replicas": 1 + number % 7})),
            Trait("hpa", Values({"min": 1, "max": 9})),
        ),
    )


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_filled_and_evaluated_bytes_are_equal(count: int) -> None:
    bundle = Bundle()
    add_builtins(bundle)
    definition = bundle.definitions.find(COMPONENT, "webservice")
    assert definition is not None
    templates = Templates()
    specialiser = Specialiser(templates)
    for number in range(count):
        component = variant(number)
        traits = []
        for trait in component.traits:
            found = bundle.definitions.find(TRAIT, trait.type)
            assert found is not None
            traits.append((trait, found))
        place = Place("prod", f"cluster-{number}")
        filled = specialiser.render(APP, place, component, definition, tuple(traits))
        where = surroundings_of(APP, place=place.namespace, cluster=place.cluster)
        evaluated = render_component(where, component, definition, tuple(traits), templates)
        assert [item.text for item in filled] == [emit(item.object) for item in evaluated.objects]
        assert [item.object for item in filled] == [item.object for item in evaluated.objects]
    assert specialiser.stats.traces <= 4
    assert specialiser.stats.fills == count - specialiser.stats.traces
    assert not specialiser.stats.evaluations
