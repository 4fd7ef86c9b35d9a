"""Generated names: the dump, the hash, and names of traced objects."""

from __future__ import annotations

from typing import Any

import pytest

from velac.compiler.cue.leaf import Input, Leaf, Residual
from velac.compiler.render.namehash import (
    GENERATED_NAME,
    _fnv_python,
    dump_of,
    fnv1a_32,
    generated_name,
    name_of_parts,
    short_hash,
)
from velac.compiler.render.numbers import go_float

# Worked through by hand in the notes on upstream: this object, this dump, this number, this name.
SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "labels": {
            "app.oam.dev/component": "fe",
            "app.oam.dev/name": "myapp",
            "trait.oam.dev/resource": "svc",
            "trait.oam.dev/type": "AuxiliaryWorkload",
        }
    },
    "spec": {"selector": {"app.oam.dev/component": "fe"}},
}
DUMP = (
    "(unstructured.Unstructured){Object:(map[string]interface {})map[apiVersion:(string)v1 kind:(string)Service "
    "metadata:(map[string]interface {})map[labels:(map[string]interface {})map[app.oam.dev/component:(string)fe "
    "app.oam.dev/name:(string)myapp trait.oam.dev/resource:(string)svc trait.oam.dev/type:(string)AuxiliaryWorkload]] "
    "spec:(map[string]interface {})map[selector:(map[string]interface {})map[app.oam.dev/component:(string)fe]]]}"
)


def test_worked_example() -> None:
    assert dump_of(SERVICE) == DUMP
    assert fnv1a_32(DUMP.encode()) == 3581815733
    assert generated_name("fe", "AuxiliaryWorkload", SERVICE) == "fe-auxiliaryworkload-79d5d59c77"


def test_every_kind_of_value() -> None:
    obj = {
        "b": True, "e": {}, "f": 0.5, "i": -5, "l": [1, "x", None, [], {"k": 1}], "n": None, "big": 2**63,
    }  # fmt: skip
    assert dump_of(obj) == (
        "(unstructured.Unstructured){Object:(map[string]interface {})map[b:(bool)true "
        "big:(float64)9.223372036854776e+18 e:(map[string]interface {})map[] f:(float64)0.5 i:(int64)-5 "
        "l:([]interface {})[(int64)1 (string)x (interface {})<nil> ([]interface {})[] "
        "(map[string]interface {})map[k:(int64)1]] n:(interface {})<nil>]}"
    )


@pytest.mark.parametrize("text", ["", "a", "foobar", "é" * 50])
def test_the_fallback_hash_is_the_same(text: str) -> None:
    assert _fnv_python(text.encode()) == fnv1a_32(text.encode())


def test_the_order_of_keys_does_not_matter() -> None:
    backwards = {key: SERVICE[key] for key in reversed(SERVICE)}
    assert generated_name("fe", "t", backwards) == generated_name("fe", "t", SERVICE)


def test_a_traced_object_gets_a_traced_name() -> None:
    spec = {"selector": Leaf("fe", Input(0)), "port": Leaf(80, Input(1))}
    name = generated_name(Leaf("fe", Input(2)), "Expose", {**SERVICE, "spec": spec})
    plain = generated_name("fe", "Expose", {**SERVICE, "spec": {"selector": "fe", "port": 80}})
    assert isinstance(name, Leaf)
    assert name.value == plain
    assert isinstance(name.source, Residual)
    assert name.source.op == GENERATED_NAME
    # Filled with other values, the residual gives what the renderer would.
    slots: list[Any] = ["be", 443, "x"]
    args: list[Any] = [slots[a.slot] if isinstance(a, Input) else a for a in name.source.args]
    other = generated_name("x", "Expose", {**SERVICE, "spec": {"selector": "be", "port": 443}})
    assert name_of_parts(*args) == other


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"), (1e6, "1e+06"), (123456.5, "123456.5"), (1234567.5, "1.2345675e+06"), (1e-4, "0.0001"),
        (1e-5, "1e-05"), (0.00012345, "0.00012345"), (1e21, "1e+21"), (-2.5, "-2.5"), (1.25e-7, "1.25e-07"),
        (0.0, "0"), (100000.0, "100000"),
    ],
)  # fmt: skip
def test_floats_as_go_prints_them(value: float, text: str) -> None:
    assert go_float(value) == text


def test_hash_letters() -> None:
    assert set(short_hash(DUMP)) <= set("bcdfghjklmnpqrstvwxz2456789")
