"""Records are dataclasses: built, compared, hashed, shown, copied and pickled like them, frozen when asked."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from velac.grammar import record as module


def point() -> type:
    """A class to decorate."""

    class Point:
        """A point."""

        x: int
        y: tuple[int, ...] = ()
        notes: list[str] = field(default_factory=list, compare=False)

        @property
        def size(self) -> int:
            """How long the rest is."""
            return len(self.y)

    return Point


def both(monkeypatch: pytest.MonkeyPatch, freeze: bool) -> tuple[Any, Any]:
    """A record and the dataclass that it stands for."""
    monkeypatch.setattr(module, "_FREEZE", freeze)
    return module.record(point()), dataclass(frozen=True, slots=True)(point())


@pytest.mark.parametrize("freeze", [False, True])
def test_what_a_record_does(monkeypatch: pytest.MonkeyPatch, freeze: bool) -> None:
    made, usual = both(monkeypatch, freeze)
    assert [f.name for f in fields(made)] == [f.name for f in fields(usual)]
    one, two = made(1, (2,)), made(x=1, y=(2,), notes=["n"])
    assert one == two
    assert hash(one) == hash(two) == hash(usual(1, (2,)))
    assert one != made(1)
    assert one != usual(1, (2,))
    assert repr(two) == repr(usual(1, (2,), ["n"]))
    assert asdict(two) == asdict(usual(1, (2,), ["n"]))
    assert replace(one, x=3) == made(3, (2,))
    assert one.notes is not made(1).notes
    assert one.size == 1
    assert not hasattr(one, "__dict__")
    assert copy.copy(two) == two
    match one:
        case made(x, y):
            assert (x, y) == (1, (2,))
    for wrong in ((), (1, 2, 3, 4)):
        with pytest.raises(TypeError):
            made(*wrong)


def test_records_are_frozen_in_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = both(monkeypatch, True)
    with pytest.raises(FrozenInstanceError):
        made(1).x = 2


def test_slotted_may_change() -> None:
    @module.slotted
    class Bag:
        items: list[int] = field(default_factory=list)

    bag = Bag()
    bag.items.append(1)
    bag.items = [*bag.items, 2]
    assert bag == Bag([1, 2])
    assert Bag() != bag
    with pytest.raises(TypeError, match="unhashable"):
        hash(bag)


def test_records_go_to_other_processes() -> None:
    from velac.compiler.cue.errors import Problem

    problem = Problem("m", "a.b", (), True)
    assert pickle.loads(pickle.dumps(problem)) == problem


@pytest.mark.parametrize("freeze", ["0", "1"])
def test_both_kinds_can_be_pickled(freeze: str) -> None:
    program = (
        "import pickle; from velac.compiler.cue.errors import Problem; "
        "p = Problem('m', 'a'); assert pickle.loads(pickle.dumps(p)) == p; print(hash(p) == hash(Problem('m', 'a')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={"VELAC_FREEZE": freeze, "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert done.stdout == "True\n"
