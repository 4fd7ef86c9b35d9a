"""`velac test`: cases, coverage, drawn parameters, reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from velac.compiler.cli import run
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.builtin import read_definition
from velac.compiler.load.definition import Definition
from velac.compiler.workbench.fuzz import fuzz, shrink
from velac.compiler.workbench.suite import read_suite
from velac.compiler.workbench.testing import Bench, SuiteResult, run_suite
from velac.grammar.source import SourceFile

DEFINITION = """
"web": {
	type: "component"
	attributes: {
		workload: type: "deployments.apps"
		status: {
			healthPolicy: "isHealth: context.output.status.ready == context.output.spec.replicas"
			customStatus: {message: "\\(context.output.status.ready) of \\(parameter.replicas)"}
			details: "image: context.output.spec.image, $local: 1"
		}
	}
}
template: {
	output: {
		apiVersion: "apps/v1"
		kind:       "Deployment"
		metadata: name: context.name
		spec: {
			replicas: parameter.replicas
			image:    parameter.image
			if parameter.mode == "fast" {
				speed: 9
			}
			ports: [for p in parameter.ports {port: p}]
		}
	}
	parameter: {
		image:    string
		replicas: *1 | int & >0
		mode:     *"slow" | "fast"
		ports:    [...int]
	}
}
"""


@pytest.fixture
def definition() -> Definition:
    return read_definition(SourceFile("web.cue", DEFINITION))


def run_cases(tmp_path: Path, definition: Definition, text: str, **options: Any) -> SuiteResult:
    path = tmp_path / "web.test.yaml"
    path.write_text(text, encoding="utf-8")
    return run_suite(read_suite(str(path)), definition, **options)


def failures(result: SuiteResult) -> dict[str, list[str]]:
    return {outcome.name: outcome.failures for outcome in result.outcomes if outcome.failures}


GOOD = """
cases:
  - name: whole
    parameter: {image: nginx}
    expect:
      output.spec: {replicas: 1, image: nginx, ports: []}
  - name: subset
    parameter: {image: nginx, mode: fast}
    contains:
      output: {kind: Deployment, spec: {speed: 9}}
  - name: constraint
    parameter: {image: nginx}
    satisfies:
      output.spec.replicas: ">0 & <5"
    absent: [output.spec.speed]
  - name: error
    parameter: {image: nginx, replicas: 0}
    expect: {error: parameter.replicas}
  - name: missing
    parameter: {}
    expect:
      error: {of: output, has: [image, incomplete]}
  - name: status
    parameter: {image: nginx, replicas: 2}
    context: {output: {spec: {replicas: 2, image: nginx}, status: {ready: 2}}}
    expect:
      isHealth: true
      message: 2 of 2
      details: {image: nginx}
  - name: table
    parameter: {image: i}
    table:
      - {parameter: {ports: [1]}, expect: {output.spec.ports: [{port: 1}]}}
      - {name: two, parameter: {ports: [1, 2]}, expect: {output.spec.ports: [{port: 1}, {port: 2}]}}
"""


def test_every_kind_of_expectation(tmp_path: Path, definition: Definition) -> None:
    result = run_cases(tmp_path, definition, GOOD)
    assert failures(result) == {}
    assert [o.name for o in result.outcomes][-2:] == ["table: row 1", "table: two"]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("expect: {output.spec.image: apache}", 'output.spec.image: is "nginx", expected "apache"'),
        ("expect: {output.spec: {image: nginx}}", "output.spec.replicas: not expected, is 1"),
        ("contains: {output: {spec: {speed: 9}}}", "output.spec.speed: missing, expected 9"),
        ('satisfies: {output.spec.replicas: ">1"}', "output.spec.replicas: invalid value 1"),
        ("absent: [output.spec.image]", "output.spec.image: should not be there"),
        ("expect: {error: anything}", "no error"),
        ("expect: {output.nothing: 1}", "output.nothing: does not exist"),
        ("expect: {isHealth: true}", "isHealth: is false, expected true"),
        ("expect: {output.spec.ports: [1]}", "output.spec.ports: 0 elements, expected 1"),
    ],
)
def test_every_kind_of_failure(
    tmp_path: Path, definition: Definition, case: str, said: str
) -> None:
    text = f"cases:\n  - name: c\n    parameter: {{image: nginx}}\n    {case}\n"
    found = failures(run_cases(tmp_path, definition, text))["c"]
    assert any(said in line for line in found), found


def test_a_case_that_expects_nothing_has_to_render(tmp_path: Path, definition: Definition) -> None:
    text = "cases:\n  - {name: ok, parameter: {image: i}}\n  - {name: bad, parameter: {image: 1}}\n"
    assert list(failures(run_cases(tmp_path, definition, text))) == ["bad"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cases: []\n", "needs a list `cases`"),
        ("case: []\n", "unknown field `case`"),
        ("cases:\n  - {name: a, expects: {}}\n", "did you mean `expect`"),
        ("cases:\n  - {name: a}\n  - {name: a}\n", "two cases are called `a`"),
        ("cases:\n  - {name: a, expect: 1}\n", "`expect` has to be a mapping"),
        ("- 1\n", "not one document"),
    ],
)
def test_mistakes_in_test_files(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "web.test.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Rejected) as caught:
        read_suite(str(path))
    told = "; ".join(f"{d.message} {d.help}" for d in caught.value.diagnostics)
    assert said in told


# -------------------------------------------------------------------------------------------------- coverage


def missing(result: SuiteResult) -> list[tuple[int, str]]:
    assert result.coverage is not None
    return [(span.line, text) for span, text in result.coverage.missing]


def test_coverage_names_what_no_test_reached(tmp_path: Path, definition: Definition) -> None:
    one = "cases:\n  - {name: a, parameter: {image: i}}\n"
    found = missing(run_cases(tmp_path, definition, one, coverage=True))
    assert found == [
        (21, "the body is never entered"),
        (24, "the body is never entered"),
        (29, "`int & >0` is never chosen"),
        (30, '`"fast"` is never chosen'),
    ]


def test_coverage_is_whole_in_the_end(tmp_path: Path, definition: Definition) -> None:
    text = GOOD + "  - {name: more, parameter: {image: i, replicas: 3, mode: fast, ports: [1]}}\n"
    result = run_cases(tmp_path, definition, text, coverage=True)
    assert missing(result) == []
    assert failures(result) == {}


def test_what_cannot_be_reached_is_left_out(tmp_path: Path, definition: Definition) -> None:
    text = "unreachable: {'for p in': no ports yet}\ncases:\n  - {name: a, parameter: {image: i}}\n"
    found = missing(run_cases(tmp_path, definition, text, coverage=True))
    assert (24, "the body is never entered") not in found


def test_watching_a_program_changes_nothing(definition: Definition) -> None:
    parameter = {"image": "i", "mode": "fast", "ports": [1, 2]}
    plain, watched = Bench(definition), Bench(definition, coverage=True)
    values = [b.value(parameter, b.context({}), {}).lookup("output") for b in (plain, watched)]
    assert values[0] is not None
    assert values[1] is not None
    assert values[0].plain() == values[1].plain()


# ---------------------------------------------------------------------------------------------------- drawing


def test_a_condition_that_a_default_makes_false_is_reached() -> None:
    text = """
d: {type: "component", attributes: workload: type: "x"}
template: {
	output: {if parameter.on {a: 1}}
	parameter: on: *false | bool
}
"""
    bench = Bench(read_definition(SourceFile("d.cue", text)), coverage=True)
    bench.value({}, bench.context({}), {})
    assert bench.coverage is not None
    told = [text for _, text in bench.coverage.missing]
    assert told == ["the body is never entered", "`bool` is never chosen"]


def test_drawn_parameters_find_an_incomplete_object() -> None:
    text = """
d: {type: "component", attributes: workload: type: "x"}
template: {
	output: {apiVersion: "v1", kind: "ConfigMap", if parameter.a.b != _|_ {data: c: parameter.a.c}}
	parameter: {a?: {b?: string, c?: string}, z?: int}
}
"""
    found = fuzz(Bench(read_definition(SourceFile("d.cue", text))), 60)
    assert [f.kind for f in found] == ["incomplete"]
    assert found[0].parameter == {"a": {"b": found[0].parameter["a"]["b"]}}
    assert "output.data.c" in found[0].message


def test_drawn_parameters_find_objects_that_kubernetes_refuses() -> None:
    pytest.importorskip("jsonschema_rs")
    pytest.importorskip("kubernetes_validate")
    text = """
d: {type: "component", attributes: workload: type: "x"}
template: {
	output: {apiVersion: "v1", kind: "Service", spec: {
		type: parameter.type
		if parameter.other != _|_ {ports: [{port: parameter.port}]}
	}}
	parameter: {type: string, port: int | *80, other?: string}
}
"""
    assert fuzz(Bench(read_definition(SourceFile("d.cue", text))), 20) == []
    text = text.replace("port: int | *80", 'port: string | *"80"')
    (found,) = fuzz(Bench(read_definition(SourceFile("d.cue", text))), 40)
    assert found.kind == "invalid"
    assert found.message == 'Service: `spec.ports.N.port`: value is not of type "integer"'
    assert found.parameter == {"type": found.parameter["type"], "other": found.parameter["other"]}


def test_drawn_parameters_find_workloads_that_a_patch_spoils() -> None:
    pytest.importorskip("jsonschema_rs")
    pytest.importorskip("kubernetes_validate")
    text = """
t: {type: "trait", attributes: appliesToWorkloads: ["deployments.apps"]}
template: {patch: spec: replica: parameter.n, parameter: n: int}
"""
    (found,) = fuzz(Bench(read_definition(SourceFile("d.cue", text))), 5)
    assert (found.kind, found.parameter) == ("invalid", {"n": found.parameter["n"]})
    assert "'replica' was unexpected" in found.message
    other = text.replace("deployments.apps", "HelmRelease.helm.toolkit.fluxcd.io")
    assert fuzz(Bench(read_definition(SourceFile("d.cue", other))), 5) == []


def test_drawn_parameters_fit_a_sound_definition(definition: Definition) -> None:
    # As a workload it is none that Kubernetes would take: it is only there for its template.
    assert [f for f in fuzz(Bench(definition), 40) if f.kind != "invalid"] == []


def test_drawing_depends_on_the_seed_only(definition: Definition) -> None:
    from velac.compiler.load.builtin import builtin_entries

    gateway = next(e for e in builtin_entries() if e.name == "gateway").read()
    assert fuzz(Bench(gateway), 30, 1) == fuzz(Bench(gateway), 30, 1)


def test_shrinking_keeps_what_matters() -> None:
    data = {"a": [1, 2, {"x": "long text", "y": 5}], "b": "other"}
    small = shrink(data, lambda d: any(isinstance(i, dict) and "x" in i for i in d.get("a", [])))
    assert small == {"a": [{"x": "a"}]}


# ----------------------------------------------------------------------------------------------- command line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "web.cue").write_text(DEFINITION, encoding="utf-8")
    (tmp_path / "web.test.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_command_passes(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(folder)]) == 0
    assert "8 cases of 1 definition, 0 failed" in capfd.readouterr().err


def test_command_reports_failures(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    report = folder / "report.xml"
    bad = "cases:\n  - {name: 'a <b>', parameter: {image: i}, expect: {output.kind: Pod}}\n"
    (folder / "web.test.yaml").write_text(bad, encoding="utf-8")
    assert run(["test", str(folder), "--output", "json", "--junit", str(report)]) == 1
    (data,) = json.loads(capfd.readouterr().out)
    assert data["name"] == "web"
    assert data["cases"][0]["passed"] is False
    suite = ElementTree.parse(report).getroot()
    assert suite.attrib["failures"] == "1"
    (case,) = suite.iter("testcase")
    assert case.attrib["name"] == "a <b>"
    failure = case.find("failure")
    assert failure is not None
    assert "expected" in failure.attrib["message"]


def test_snapshots(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = "cases:\n  - {name: s, parameter: {image: i}, snapshot: [output]}\n"
    (folder / "web.test.yaml").write_text(text, encoding="utf-8")
    assert run(["test", str(folder)]) == 1
    assert "there is no snapshot" in capfd.readouterr().out
    assert run(["test", str(folder), "--update"]) == 0
    assert "kind: Deployment" in (folder / "web.snap.yaml").read_text(encoding="utf-8")
    assert run(["test", str(folder)]) == 0
    (folder / "web.test.yaml").write_text(text.replace("image: i", "image: j"), encoding="utf-8")
    assert run(["test", str(folder)]) == 1


def test_coverage_fails_the_command(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(folder), "--coverage"]) == 0
    (folder / "web.test.yaml").write_text(
        "cases:\n  - {name: a, parameter: {image: i}}\n", encoding="utf-8"
    )
    assert run(["test", str(folder), "--coverage"]) == 1
    assert "web.cue:21:" in capfd.readouterr().out


def test_a_broken_definition_is_a_diagnostic(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "web.cue").write_text('web: {type: "trait"}\ntemplate: {', encoding="utf-8")
    assert run(["test", str(folder)]) == 1
    assert "never closed" in capfd.readouterr().err


def test_builtin_definitions_pass_and_every_branch_is_reached() -> None:
    from velac.compiler.workbench.runner import Job, builtin_tests, run_jobs

    jobs = [Job(path, label, coverage=True) for path, label in builtin_tests()]
    reports = list(run_jobs(jobs))
    assert [d.message for r in reports for d in r.diagnostics] == []
    wrong = [(r.result.suite, failures(r.result)) for r in reports if r.result and r.result.failed]
    assert wrong == []
    assert [branch for report in reports for branch in report.missing] == []
    assert len(reports) == 104


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "definition: [1]\ntype: 3\ncontext: 7\nunreachable: [x]\ncases: 3\n",
            ["`definition` has to be a text", "`type` has to be a text", "`context` has to be a map",
             "`unreachable` has to be a mapping", "a test file needs a list `cases`"],
        ),
        (
            "cases: [1, {expect: 3}, {absent: 3}, {snapshot: [{}]}, {satisfies: {a: 3}}]",
            ["a case has to be a mapping", "`expect` has to be a mapping", "`absent` has to be a list",
             "`snapshot` has to be a list", "a constraint is CUE, written as a text"],
        ),
        (
            "cases: [{expect: {error: {of: 3}}}, {name: b, table: [{expect: {error: [1]}}]}]",
            ["`error` has to be a text", "`error` has to be a text"],
        ),
    ],
)  # fmt: skip
def test_what_is_misshapen_in_a_test_file_is_told_at_once(
    tmp_path: Path, text: str, messages: list[str]
) -> None:
    (tmp_path / "x.test.yaml").write_text(text)
    with pytest.raises(Rejected) as error:
        read_suite(str(tmp_path / "x.test.yaml"))
    told = [d.message for d in error.value.diagnostics]
    assert len(told) == len(messages)
    assert all(any(m.startswith(start) for m in told) for start in messages), told


def test_results_that_contradict_each_other_fail_the_case(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd.cue").write_text(
        'odd: {type: "workflow-step", attributes: {}}\ntemplate: {parameter: {}, a: _}\n'
    )
    (folder / "odd.test.yaml").write_text("cases: [{name: a, returns: {a: 1, a.b: 2}}]\n")
    assert run(["test", str(folder / "odd.test.yaml")]) == 1
    assert "a.b: this is given as a whole and in parts" in capfd.readouterr().out
