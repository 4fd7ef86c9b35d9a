"""Layouts that the user writes: which paths come out, what shares a file, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from velac.backends.plain import BACKEND
from velac.compiler.driver import compile
from velac.compiler.result import CompileResult

APPS = Path(__file__).resolve().parents[2] / "golden" / "backends" / "app"


def build(layout: str) -> CompileResult:
    return compile(str(APPS), layout=layout)


def objects(result: CompileResult) -> dict[str, list[str]]:
    """The documents of each cluster, wherever they are."""
    found: dict[str, list[str]] = {}
    for path, content in result.files():
        found.setdefault(path.split("/")[0], []).extend(content.decode().split("---\n"))
    return {cluster: sorted(texts) for cluster, texts in found.items()}


@pytest.mark.parametrize(
    "layout",
    [
        "{cluster}/{namespace}/{app}/{kind}-{name}.yaml",
        "{cluster}/{place}/{kind}.yaml",
        "{cluster}/{component}.yaml",
        "{cluster}/all.yaml",
    ],
)
def test_every_layout_holds_the_same_objects(layout: str) -> None:
    assert objects(build(layout)) == objects(build("app"))


def test_the_fields_are_those_of_the_object() -> None:
    paths = [
        path for path, _ in build("{cluster}/{namespace}-{app}/{component}/{kind}/{name}").files()
    ]
    assert "east/shop-lamp/lamp/deployment/lamp" in paths
    assert len(paths) == len(set(paths))


def test_a_layout_with_all_fields_is_the_layout_object() -> None:
    own = dict(build("{cluster}/{namespace}/{app}/{kind}-{name}.yaml").files())
    assert own == dict(build("object").files())


@pytest.mark.parametrize(
    ("layout", "problem"),
    [
        ("{app}/{name}.yaml", "needs `{cluster}`"),
        ("{cluster}/{apps}.yaml", "no field `{apps}`"),
        ("{cluster}/../{app}", "not a relative path"),
        ("/{cluster}", "not a relative path"),
        ("{cluster}//{app}", "not a relative path"),
        ("{cluster}/{app", "not a relative path"),
        ("{cluster} {app}", "not a relative path"),
        ("ap", "no layout `ap`"),
    ],
)
def test_what_is_refused(layout: str, problem: str) -> None:
    assert problem in BACKEND.layout_problem(layout)
    (found,) = build(layout).diagnostics
    assert found.code == "V804"
    assert problem in found.message


def test_other_backends_keep_to_their_layouts() -> None:
    result = compile(
        str(APPS), backend="argocd", layout="{cluster}/{app}",
        settings={"argocd": {"repoURL": "https://git.example/x"}},
    )  # fmt: skip
    assert [d.code for d in result.diagnostics] == ["V804"]
