"""The parameters of the built-in definitions are those of KubeVela: path, whether they have to be given, default."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

import pytest
import yaml

from velac.compiler.workbench.collect import builtin_definitions
from velac.compiler.workbench.schema import parameter_schema
from velac.compiler.workbench.table import Row, rows

ROOT: Final = Path(__file__).resolve().parents[3]
RECORDED: Final[dict[str, dict[str, str]]] = yaml.safe_load(
    (ROOT / "tests/golden/definitions/interface.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def declared() -> dict[str, dict[str, Row]]:
    found = (f.definition for f in builtin_definitions())
    return {d.name: {row.name: row for row in rows(parameter_schema(d))} for d in found}


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_parameters_are_as_recorded(name: str, declared: dict[str, dict[str, Row]]) -> None:
    own = declared[name]
    for path, recorded in RECORDED[name].items():
        need, _, default = recorded.partition(" ")
        row = own[path]
        assert row.required == (need == "R"), path
        if need == "D":
            assert row.default, path
        if default:
            assert row.default.replace('"', "") == default.replace('"', ""), path


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_there_are_no_others_at_the_top(name: str, declared: dict[str, dict[str, Row]]) -> None:
    def tops(paths: object) -> set[str]:
        return {str(p).partition(".")[0].removesuffix("[]") for p in paths}  # type: ignore[attr-defined]

    said_in_prose = {
        "command": {"containers"}, "expose": {"type"}, "apply-terraform-config": {"source"},
        "notification": {"lark", "dingding", "slack"}, "kustomize": {"git"},
        "affinity": {"podAffinity", "podAntiAffinity"}, "override": {"components"},
    }  # fmt: skip
    extra = tops(declared[name]) - tops(RECORDED[name])
    assert extra <= said_in_prose.get(name, set())


@pytest.mark.slow
def test_the_page_of_proofs_is_fresh() -> None:
    spec = importlib.util.spec_from_file_location("docs_builtins", ROOT / "docs/builtins.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs/builtin-definitions.md").read_text(encoding="utf-8")
    assert module.page() == written, "run `make golden` or `python docs/builtins.py`"
