"""Reports in every format."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.unit.lint.conftest import Lint

from velac.compiler.lint.outputs import markdown, sarif
from velac.compiler.lint.outputs.formats import FORMATS

WEB = """\
components:
  - name: web
    type: webservice
    properties:
      image: nginx
  - name: api
    type: webservice
    properties:
      image: nginx # velac: allow VL101 reason=moving
"""


def test_sarif_is_accepted_by_the_official_schema(lint: Lint, root: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = json.loads((root / "tests/schemas/sarif-schema-2.1.0.json").read_text())
    log = json.loads(FORMATS["sarif"](lint(WEB, "strict")))
    jsonschema.validators.validator_for(schema)(schema).validate(log)
    results = log["runs"][0]["results"]
    (found,) = [r for r in results if r["ruleId"] == "VL101" and "suppressions" not in r]
    place = found["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("app.yaml", 9)
    assert found["relatedLocations"][0]["logicalLocations"][0]["fullyQualifiedName"].startswith(
        "Deployment shop/web spec.template"
    )
    (waived,) = [r for r in results if r["ruleId"] == "VL101" and "suppressions" in r]
    assert waived["suppressions"][0]["justification"] == "moving"
    rules = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in results)


def test_fingerprints_are_stable_and_unique(lint: Lint) -> None:
    first = {r.fingerprint for r in lint(WEB, "strict").results}
    second = {r.fingerprint for r in lint("# moved\n" + WEB, "strict").results}
    assert first == second
    assert len(first) == len(lint(WEB, "strict").results)


def test_sarif_keeps_within_the_limit(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 3)
    log = json.loads(FORMATS["sarif"](lint(WEB, "strict")))
    assert len(log["runs"][0]["results"]) == 3
    assert (
        "do not fit"
        in log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    )


def test_github_stays_within_ten_of_each(lint: Lint) -> None:
    text = FORMATS["github"](lint(WEB, "strict"))
    for command in ("error", "warning", "notice"):
        assert sum(line.startswith(f"::{command} ") for line in text.splitlines()) <= 10
    assert "::warning file=app.yaml,line=9,endLine=9,col=16," in FORMATS["github"](lint(WEB))
    assert "more findings are in the step summary" in text


def test_github_escapes() -> None:
    from velac.compiler.lint.outputs.github import _data, _property

    assert _data("50%\r\nx") == "50%25%0D%0Ax"
    assert _property("a:b,c") == "a%3Ab%2Cc"


def test_markdown_has_a_size(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    report = lint(WEB, "strict")
    assert "| warning | VL101 image-unpinned |" in FORMATS["markdown"](report)
    monkeypatch.setattr(markdown, "MAX_CHARACTERS", 600)
    text = FORMATS["markdown"](report)
    assert len(text) < 700
    assert " more." in text
    assert markdown.escaped("a|b\n<c>") == "a\\|b \\<c\\>"


def test_junit_and_gitlab(lint: Lint) -> None:
    report = lint(WEB)
    suites = ElementTree.fromstring(FORMATS["junit"](report))
    cases = list(suites.iter("testcase"))
    assert int(suites.attrib["tests"]) == len(cases)
    assert int(suites.attrib["failures"]) == len(list(suites.iter("failure")))
    assert [s.attrib["message"] for s in suites.iter("skipped")] == ["moving"]
    issues = json.loads(FORMATS["gitlab"](report))
    assert {"VL101"} <= {issue["check_name"] for issue in issues}
    assert all(issue["location"]["path"] == "app.yaml" for issue in issues)


def test_json_and_text(lint: Lint) -> None:
    report = lint(WEB)
    data = json.loads(FORMATS["json"](report))
    assert {item["code"] for item in data} >= {"VL101"}
    assert [item["waived"] for item in data if item["waived"]] == ["moving"]
    text = FORMATS["text"](report)
    assert "warning[VL101]: image `nginx` is not pinned" in text
    assert "1 waived" in text
