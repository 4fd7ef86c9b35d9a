"""The engine: places, waivers, baseline, presets, plugins, schemas, policies."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.unit.lint.conftest import Lint, application

from velac.compiler import cli
from velac.compiler.lint import registry
from velac.compiler.lint.cron import cron_problem
from velac.compiler.lint.quantity import quantity
from velac.compiler.lint.secrets import is_secret

WEB = """\
components:
  - name: web
    type: webservice
    properties:
      image: nginx
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, ports: [{port: 80}]}\n"


def codes(report: object) -> list[str]:
    return [r.code for r in report.results if r.counts]  # type: ignore[attr-defined]


def run(*args: str) -> int:
    return cli.run(["lint", *args])


# ------------------------------------------------------------------------------------------------------ places


def test_a_value_is_found_where_it_was_written(lint: Lint) -> None:
    (found,) = [r for r in lint(WEB).results if r.code == "VL101"]
    assert str(found.span) == "app.yaml:9:16"
    assert found.objects[0][0] == "Deployment shop/web"
    assert found.clusters == ("local",)


def test_an_override_is_blamed_for_its_own_value(lint: Lint) -> None:
    text = WEB.replace("nginx", "nginx:1") + (
        "policies:\n  - name: here\n    type: topology\n    properties: {clusters: [local]}\n"
        "  - name: other\n    type: override\n    properties:\n      components:\n"
        "        - name: web\n          properties: {image: 'nginx:latest'}\n"
        "workflow:\n  steps:\n    - {name: go, type: deploy, properties: {policies: [other, here]}}\n"
    )
    (found,) = [r for r in lint(text).results if r.code == "VL101"]
    assert (
        found.span.file.line(found.span.line)
        .strip()
        .startswith("properties: {image: 'nginx:latest'")
    )


def test_one_finding_for_all_clusters(lint: Lint) -> None:
    text = WEB + (
        "policies:\n  - {name: all, type: topology, properties: {clusterLabelSelector: {stage: prod}}}\n"
    )
    (found,) = [r for r in lint(text).results if r.code == "VL101"]
    assert len(found.clusters) == 30


# ----------------------------------------------------------------------------------------------------- waivers

_WAIVED = WEB.replace("image: nginx", "image: nginx # velac: allow VL101 {}")


@pytest.mark.parametrize(
    ("terms", "counts"),
    [
        ("reason=moving", False),
        ("until=2030-06-15 owner=team-x reason=moving next week", False),
        ("until=2030-06-14 reason=late", True),
    ],
)
def test_inline_waiver(lint: Lint, terms: str, counts: bool) -> None:
    report = lint(_WAIVED.format(terms))
    assert ("VL101" in codes(report)) is counts
    assert ("VL501" in codes(report)) is counts
    assert report.waived == (0 if counts else 1)


def test_waiver_on_the_line_above_and_by_slug(lint: Lint) -> None:
    above = "      # velac: allow image-unpinned,VL122 reason=x\n      image: nginx"
    report = lint(WEB.replace("      image: nginx", above))
    assert "VL101" not in codes(report)


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ("deny VL101 reason=x", "`deny` is not `allow`"),
        ("allow VL999 reason=x", "`VL999` is not a lint rule"),
        ("allow VL101", "there is no `reason=`"),
        ("allow VL101 until=soon reason=x", "is not a day"),
        ("allow VL101 because=x", "`because=x` is not"),
    ],
)
def test_malformed_waiver(lint: Lint, terms: str, says: str) -> None:
    report = lint(WEB.replace("image: nginx", f"image: nginx # velac: {terms}"))
    assert "VL101" in codes(report)
    (found,) = [r for r in report.results if r.code == "VL502"]
    assert says in found.message


def test_unused_waiver(lint: Lint) -> None:
    assert "VL503" in codes(lint(_WAIVED.format("reason=x").replace("nginx #", "nginx:1 #")))


def test_waiver_file(lint: Lint) -> None:
    Path("waivers.yaml").write_text(
        "waivers:\n  - {rule: VL101, app: 'shop/*', until: '2031-01-01', owner: web, reason: moving}\n"
    )
    report = lint(WEB, waivers="waivers.yaml")
    assert "VL101" not in codes(report)
    assert [r.waived for r in report.results if r.waived] == ["moving (web, until 2031-01-01)"]
    assert {"VL101", "VL501"} <= set(codes(lint(WEB, today="2031-01-02", waivers="waivers.yaml")))


# ---------------------------------------------------------------------------------------------- settings, baseline


def test_presets_and_severities(lint: Lint) -> None:
    assert "VL118" not in codes(lint(WEB))
    assert "VL118" in codes(lint(WEB, presets=["security"]))
    assert "VL118" in codes(lint(WEB, "strict"))
    report = lint(WEB, rules={"VL101": "off", "root-writable": "error", "writable-root": "error"})
    assert "VL101" not in codes(report)
    assert [str(r.severity) for r in report.results if r.code == "VL118"] == ["error"]


def test_unknown_rule_in_the_project_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("app.yaml").write_text(application(WEB))
    Path("velac.yaml").write_text("lint: {rules: {VL1010: error}}\n")
    assert run("--no-schemas") == 1
    assert "there is no lint rule `VL1010`" in capsys.readouterr().out


def test_baseline_hides_what_was_there_also_when_lines_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app.yaml").write_text(application(WEB))
    assert run(".", "--no-schemas", "--fail-on", "warning", "--output", "json=o.json") == 1
    assert run(".", "--no-schemas", "--write-baseline", "base.json") == 0
    Path("app.yaml").write_text("# a new line\n" + application(WEB))
    args = (".", "--no-schemas", "--fail-on", "warning", "--baseline", "base.json")
    assert run(*args, "--output", "json=o.json") == 0
    assert all(
        item["baseline"]
        for item in json.loads(Path("o.json").read_text())
        if item["severity"] != "note"
    )
    Path("app.yaml").write_text(application(WEB.replace("nginx", "other")))
    assert run(*args, "--output", "json=o.json") == 1


def test_broken_plugins_are_told_about(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    module = ModuleType("broken_rules")
    module.RULE = "no rule"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "broken_rules", module)
    problems: list[object] = []
    assert list(registry.rules_of("broken_rules", problems)) == []  # type: ignore[arg-type]
    assert list(registry.rules_of("not_there_at_all", problems)) == []  # type: ignore[arg-type]
    assert [d.code for d in problems] == ["V902", "V902"]  # type: ignore[attr-defined]


def test_a_rule_that_fails_is_told_about_and_the_others_go_on() -> None:
    from dataclasses import replace

    from velac.compiler.lint.run import Subjects, run_rules

    rules, _ = registry.load_rules()
    fine = rules["VL020"]

    def broken(_: object) -> list[Any]:
        raise ValueError("no")

    subjects = Subjects(apps=(object(),))  # type: ignore[arg-type]
    results, problems = run_rules(
        [replace(fine, check=broken), replace(fine, check=lambda _: [])], subjects
    )
    assert results == []
    assert [d.message for d in problems] == [
        "the lint rule VL020 `debug-policy` failed: ValueError: no"
    ]


# -------------------------------------------------------------------------------------------------- small parts


@pytest.mark.parametrize(
    ("text", "value"),
    [("500m", 0.5), ("1Gi", 1 << 30), ("2e3", 2000), ("1E", 10**18), ("", None), ("1.5k", 1500), ("x", None), (True, None)],
)  # fmt: skip
def test_quantity(text: object, value: float | None) -> None:
    found = quantity(text)
    assert (None if found is None else float(found)) == value


@pytest.mark.parametrize("text", ["*/5 * * * *", "0 5 * * mon-fri", "@daily", "0,30 1-5 ? jan *"])
def test_good_schedules(text: str) -> None:
    assert cron_problem(text) == ""


@pytest.mark.parametrize(
    "text", ["* * * *", "60 * * * *", "* * 0 * *", "*/0 * * * *", "TZ=UTC 0 5 * * *", "x"]
)
def test_bad_schedules(text: str) -> None:
    assert cron_problem(text)


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("DB_PASSWORD", "hunter2", True), ("API_KEY", "abc", True), ("PASSWORD_FILE", "/run/x", False),
        ("TOKEN", "$(FROM)", False), ("URL", "amqp://user:secret@host", True), ("URL", "amqp://host:1", False),
        ("KEYBOARD", "de", False), ("ENABLE_SECRET", "true", False),
    ],
)  # fmt: skip
def test_secrets(name: str, value: str, secret: bool) -> None:
    assert is_secret(name, value) is secret


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ("", ["V702"]),
        ("strictness: {undeclaredParameter: warning}", ["VL070"]),
        ("strictness: {undeclaredParameter: warning}\nlint: {rules: {VL070: 'off'}}", []),
        ("strictness: {undeclaredParameter: note}\nlint: {rules: {undeclared-parameter: error}}", ["VL070"]),
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_declared(
    settings: str, codes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the build stays one; what a project lets pass has a rule, to be chosen and waived."""
    monkeypatch.chdir(tmp_path)
    app = "components:\n- {name: web, type: webservice, properties: {image: 'a:1', imagePullPolicyy: Never}}\n"
    Path("app.yaml").write_text(application(app))
    Path("velac.yaml").write_text(f"{settings}\n")
    cli.run(["lint", "--no-schemas", "--output", "json=out.json"])
    found = [f for f in json.loads(Path("out.json").read_text()) if f["code"] in ("V702", "VL070")]
    assert [f["code"] for f in found] == codes
    if "rules: {und" in settings:
        assert found[0]["severity"] == "error"
    if found and "VL" in codes[0]:
        assert "field not allowed" in found[0]["message"]


def test_one_finding_for_two_steps_in_one_spot(lint: Lint) -> None:
    from velac.passes.lint.source.placed_twice import RULE

    codes = [r.code for r in lint(RULE.bad, "recommended").results]
    assert codes.count("VL013") == 1
    assert "V508" not in codes
