"""Constants of the packages, and what they define in CUE, through the engine."""

from __future__ import annotations

from decimal import Decimal

import pytest

from velac.compiler.cue.api import export
from velac.compiler.cue.builtins import registry
from velac.compiler.cue.errors import CueError

PATHS = [path for path in registry.names() if getattr(registry.find(path), "constants", None)]


@pytest.mark.parametrize("path", PATHS)
def test_constants_are_fields_of_the_package(path: str) -> None:
    package = registry.find(path)
    assert package is not None
    short = path.rsplit("/", 1)[-1]
    text = f'import "{path}"\n' + "".join(f"{name}: {short}.{name}\n" for name in package.constants)
    assert export({"in.cue": text}) == package.constants


def test_definitions_beside_functions() -> None:
    text = """
        import ("list", "uuid", "math", "time", "path")
        down: list.Sort([2, 3, 1], list.Descending)
        by:   list.Sort([{n: 2}, {n: 1}], {x: {}, y: {}, less: x.n < y.n})
        dns:  uuid.Parse(uuid.ns.DNS)
        two:  uuid.variants.Reserved
        pi:   math.Pi + 0
        t:    time.FormatString(time.RFC1123, "2020-02-05T03:04:05Z")
        p:    path.Base("C:\\\\a\\\\b", path.Windows)
        """
    assert export({"in.cue": text}) == {
        "down": [3, 2, 1],
        "by": [{"n": 1}, {"n": 2}],
        "dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "two": 2,
        "pi": Decimal("3.141592653589793238462643383279503"),
        "t": "Wed, 05 Feb 2020 03:04:05 UTC",
        "p": "b",
    }


def test_elements_that_are_not_concrete_move_along() -> None:
    text = """
        import "list"
        parts: list.Concat([[{name: string, port: 80}], [{name: "b"}]])
        x: parts & [{name: "a"}, _]
        """
    assert export({"in.cue": text}, "x") == [{"name": "a", "port": 80}, {"name": "b"}]


def test_unknown_names() -> None:
    for text in ('import "strings"\nx: strings.NoSuch("a")', 'import "nope/nope"\nx: 1'):
        with pytest.raises(CueError):
            export({"in.cue": text})
