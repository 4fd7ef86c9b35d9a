"""`velac lint --fix`: pairs of before and after; comments stay, output stays, a second run finds nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from velac.compiler import cli

HEAD = """\
# Whose is it? The web team's.
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: shop, labels: {team: web}}   # kept
spec:
"""

PAIRS = {
    "override in flow, last": (
        """\
  components:
    - {name: web, type: webservice, properties: {image: "a:1", cpu: "1", memory: 1Gi}}  # one
  policies:
    - {name: o, type: override, properties: {components: [{name: web, properties: {memory: 2Gi, cpu: "1"}}]}}  # two
    - {name: t, type: topology, properties: {clusters: [local]}}
""",
        """\
  components:
    - {name: web, type: webservice, properties: {image: "a:1", cpu: "1", memory: 1Gi}}  # one
  policies:
    - {name: o, type: override, properties: {components: [{name: web, properties: {memory: 2Gi}}]}}  # two
    - {name: t, type: topology, properties: {clusters: [local]}}
""",
    ),
    "override in flow, first": (
        """\
  components:
    - {name: web, type: webservice, properties: {image: "a:1", cpu: "1", memory: 1Gi}}
  policies:
    - {name: o, type: override, properties: {components: [{name: web, properties: { cpu: "1" , memory: 2Gi }}]}}
    - {name: t, type: topology, properties: {clusters: [local]}}
""",
        """\
  components:
    - {name: web, type: webservice, properties: {image: "a:1", cpu: "1", memory: 1Gi}}
  policies:
    - {name: o, type: override, properties: {components: [{name: web, properties: { memory: 2Gi }}]}}
    - {name: t, type: topology, properties: {clusters: [local]}}
""",
    ),
    "override in blocks": (
        """\
  components:
    - name: web
      type: webservice
      properties:
        image: "a:1"
        memory: 1Gi
        env:
          - name: A
            value: b
  policies:
    - name: o
      type: override
      properties:
        components:
          - name: web
            properties:
              # what the trial needs
              memory: 2Gi
              env:
              - name: A

                # goes with it
                value: b
              # stays: about the line below
              cpu: "1"
    # stays, too
    - {name: t, type: topology, properties: {clusters: [local]}}
""",
        """\
  components:
    - name: web
      type: webservice
      properties:
        image: "a:1"
        memory: 1Gi
        env:
          - name: A
            value: b
  policies:
    - name: o
      type: override
      properties:
        components:
          - name: web
            properties:
              # what the trial needs
              memory: 2Gi
              # stays: about the line below
              cpu: "1"
    # stays, too
    - {name: t, type: topology, properties: {clusters: [local]}}
""",
    ),
    "names of policies": (
        """\
  components:
    - {name: web, type: webservice, properties: {image: "a:1"}}
  policies:
    - type: topology # where
      properties: {clusters: [local]}
    - {type: override, properties: {components: [{name: web, properties: {cpu: "1"}}]}}
""",
        """\
  components:
    - {name: web, type: webservice, properties: {image: "a:1"}}
  policies:
    - name: topology-auto-gen-0
      type: topology # where
      properties: {clusters: [local]}
    - {name: override-auto-gen-1, type: override, properties: {components: [{name: web, properties: {cpu: "1"}}]}}
""",
    ),
    "booleans": (
        """\
  components:
    - name: web
      type: webservice
      properties: {image: "a:1", ports: [{port: 80, expose: yes}, {port: 81, expose: off}]} # yes
""",
        """\
  components:
    - name: web
      type: webservice
      properties: {image: "a:1", ports: [{port: 80, expose: true}, {port: 81, expose: false}]} # yes
""",
    ),
    "waivers that waive nothing": (
        """\
  components:
    # velac: allow VL103 reason=was true once
    - name: web # velac: allow VL104 reason=was, too
      type: webservice # a comment
      properties: {image: "a:1"}
""",
        """\
  components:
    - name: web
      type: webservice # a comment
      properties: {image: "a:1"}
""",
    ),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "velac.yaml").write_text("applications: [apps]\nlint: {presets: [strict]}\n")
    (tmp_path / "apps").mkdir()
    return tmp_path / "apps/web.yaml"


def fix(*arguments: str) -> None:
    cli.run(["lint", "--no-schemas", "--fix", "--fail-on", "never", "--output", "text=out.txt", *arguments])  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_pairs(name: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = PAIRS[name]
    project.write_text(HEAD + before)
    fix()
    assert project.read_text() == HEAD + after
    assert "in apps/web.yaml" in capsys.readouterr().err
    at = project.stat()
    fix()
    assert capsys.readouterr().err == "nothing to fix\n"
    assert project.stat() == at, "a second run has nothing to write"
    assert sorted(os.listdir(project.parent)) == ["web.yaml"]


def test_line_ends_stay(project: Path) -> None:
    before, after = PAIRS["override in blocks"]
    project.write_bytes((HEAD + before).replace("\n", "\r\n").encode())
    fix()
    assert project.read_bytes() == (HEAD + after).replace("\n", "\r\n").encode()


def test_sources_that_do_not_compile_stay(project: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    before = PAIRS["waivers that waive nothing"][0].replace("type: webservice", "type: webservis")
    before += "    - {name: b, type: webservice, properties: {image: a, ports: [{port: 80, expose: yes}]}}\n"  # fmt: skip
    project.write_text(HEAD + before)
    fix()
    assert project.read_text() == HEAD + before
    assert "nothing was fixed" in capsys.readouterr().err


def test_what_would_change_the_output_is_put_back(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule whose edit is wrong: the others are made, its own is not."""
    from velac.compiler.diagnostics.model import Fix
    from velac.passes.lint.source import yaml_boolean

    monkeypatch.setattr(yaml_boolean, "replaced", lambda span, text: Fix(span, "true"))
    (before, _), flags = (
        PAIRS["names of policies"],
        "ports: [{port: 80, expose: yes}, {port: 81, expose: off}]",
    )
    before = before.replace('image: "a:1"}', f'image: "a:1", {flags}}}')
    project.write_text(HEAD + before)
    fix()
    text = project.read_text()
    assert flags in text
    assert "name: topology-auto-gen-0" in text
    assert "VL021: the output would change" in capsys.readouterr().err


def test_files_outside_of_the_project_stay(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    before = HEAD + PAIRS["booleans"][0]
    (outside / "web.yaml").write_text(before)
    fix(str(outside))
    assert (outside / "web.yaml").read_text() == before
    assert "not below the project" in capsys.readouterr().err


def test_waived_and_known_findings_are_left_alone(project: Path) -> None:
    before = HEAD + PAIRS["booleans"][0].replace(
        "      properties", "      # velac: allow VL021 reason=house style\n      properties"
    )
    project.write_text(before)
    fix()
    assert project.read_text() == before


def test_a_waiver_of_a_rule_that_does_not_run_is_no_idle_one(project: Path) -> None:
    before = HEAD + PAIRS["waivers that waive nothing"][0].replace("VL103", "VL301").replace(
        "VL104", "VL017"
    )
    project.write_text(before)
    fix("--preset", "recommended")
    assert project.read_text() == before
