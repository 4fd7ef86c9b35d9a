"""The cases of the benchmark in small, by counts: what times cannot guard on a busy machine.

A count that grows here is work that a build did not do before: traces that hold for fewer variants, evaluations by the
plain engine, objects made anew that could be shared, checks repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.corpus import write_corpus
from benchmarks.fleet import PRESETS, Fleet

from velac.compiler.driver import Session
from velac.compiler.options import Options
from velac.compiler.parameters import Parameters
from velac.compiler.render import fill
from velac.compiler.render.trace import Question
from velac.compiler.result import CompileResult


@dataclass(slots=True)
class Counts:
    """What one build did."""

    result: CompileResult
    questions: int = 0
    filled: int = 0
    """Objects whose text was put together."""
    copied: int = 0
    """Characters of these texts."""
    checked: int = 0
    """Parameters that the engine had to look at."""


@pytest.fixture
def count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Builds a fleet and counts."""

    def build(fleet: Fleet) -> Counts:
        write_corpus(fleet, tmp_path / fleet.name)
        counts = Counts(CompileResult.__new__(CompileResult))
        answer, made, problems = Question.answer, fill._made, Parameters.problems

        def answered(self: Question, vector: Any) -> Any:
            counts.questions += 1
            return answer(self, vector)

        def filled(*args: Any) -> Any:
            found = made(*args)
            counts.filled += 1
            counts.copied += len(found.text)
            return found

        def checked(self: Parameters, *args: Any) -> Any:
            counts.checked += 1
            return problems(self, *args)

        with monkeypatch.context() as patch:
            patch.setattr(Question, "answer", answered)
            patch.setattr(fill, "_made", filled)
            patch.setattr(Parameters, "problems", checked)
            counts.result = Session(Options((str(tmp_path / fleet.name),))).run()
        assert counts.result.ok
        return counts

    return build


def test_overrides_of_single_clusters(count: Any) -> None:
    counts = count(replace(PRESETS["A"], clusters=40, classes=40))
    numbers = counts.result.statistics
    assert (numbers.objects, numbers.classes, numbers.rendered) == (800, 40, 200)
    # One trace for each way in which parameters equal their defaults.
    assert numbers.work.traces == 3
    assert numbers.work.fills == 197
    assert not numbers.work.evaluations
    # The first variant of a component has four objects to fill in, each next one only its Deployment.
    assert counts.filled <= 200 + 2 * 4 * 5
    # Versions of Kubernetes alternate, which a question asks about: three are met once for each component.
    assert counts.questions <= 30 * 5
    assert counts.checked <= 12


def test_clusters_of_a_class_cost_nothing(count: Any) -> None:
    few, many = (
        count(Fleet(f"c{n}", applications=2, clusters=n, classes=3, components=2)) for n in (3, 30)
    )
    assert few.result.statistics.rendered <= many.result.statistics.rendered
    # Classes of overrides times versions of Kubernetes.
    assert many.result.statistics.rendered <= 2 * 2 * 3 * 3
    assert many.filled <= 2 * 2 * (4 + 9)


def test_applications_share_traces(count: Any) -> None:
    """Names of objects differ from component to component; no trace depends on one."""
    few, many = (count(replace(PRESETS["C"], name=f"C{n}", applications=n)) for n in (8, 24))
    for counts in (few, many):
        work = counts.result.statistics.work
        assert work.traces <= 8
        assert not work.evaluations
    assert many.result.statistics.work.traces <= few.result.statistics.work.traces + 2
    assert many.copied <= 3.2 * few.copied


def test_components_share_traces(count: Any) -> None:
    counts = count(replace(PRESETS["B"], components=40))
    work = counts.result.statistics.work
    assert work.traces <= 8
    assert work.traces + work.fills == 40
    assert not work.evaluations
