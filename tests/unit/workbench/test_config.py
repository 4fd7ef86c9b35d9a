"""Entries of the configuration store from their templates."""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.workbench.config import Entry, config_entry, config_objects, read_template
from velac.grammar.source import SourceFile

REGISTRY = """\
import (
	"encoding/base64"
	"encoding/json"
	"vela/config"
)

metadata: {
	name:        "registry"
	alias:       "Image registry"
	scope:       "project"
	description: "where images come from"
	sensitive:   false
}
template: {
	parameter: {
		// +usage=Host
		host: string
		auth?: {user: string, password: string}
	}
	output: {
		apiVersion: "v1"
		kind:       "Secret"
		metadata: {
			name:      context.name
			namespace: context.namespace
			labels: "config.oam.dev/sub-type": "auth"
		}
		if parameter.auth == _|_ {
			type: "Opaque"
		}
		if parameter.auth != _|_ {
			type: "kubernetes.io/dockerconfigjson"
			stringData: ".dockerconfigjson": json.Marshal({auths: (parameter.host): {
				auth: base64.Encode(null, "\\(parameter.auth.user):\\(parameter.auth.password)")
			}})
		}
	}
	validation: config.#ImageRegistry & {$params: registry: parameter.host}
}
"""


def made(text: str, properties: dict[str, Any], **entry: str) -> list[dict[str, Any]]:
    template = read_template(SourceFile("t.cue", text))
    return config_objects(template, properties, Entry(**{"name": "hub", **entry}))


def decoded(secret: dict[str, Any], key: str) -> Any:
    return json.loads(base64.b64decode(secret["data"][key]))


def test_an_entry_is_the_secret_of_its_template() -> None:
    properties = {"host": "x.org", "auth": {"user": "u", "password": "p"}}
    (secret,) = made(REGISTRY, properties, namespace="prod", alias="Hub")
    assert decoded(secret, "input-properties") == properties
    assert json.loads(secret["stringData"][".dockerconfigjson"]) == {
        "auths": {"x.org": {"auth": "dTpw"}}
    }
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    assert secret["metadata"] == {
        "name": "hub",
        "namespace": "prod",
        "labels": {
            "config.oam.dev/catalog": "velacore-config",
            "config.oam.dev/scope": "project",
            "config.oam.dev/sub-type": "auth",
            "config.oam.dev/type": "registry",
        },
        "annotations": {
            "config.oam.dev/alias": "Hub",
            "config.oam.dev/description": "",
            "config.oam.dev/sensitive": "false",
            "config.oam.dev/template-namespace": "vela-system",
        },
    }


def test_a_template_without_output_still_keeps_the_properties() -> None:
    text = (
        'metadata: {name: "plain", scope: "system", sensitive: true}\ntemplate: parameter: a: int\n'
    )
    (secret,) = made(text, {"a": 1})
    assert (secret["kind"], secret["type"]) == ("Secret", "/plain")
    assert secret["metadata"]["namespace"] == "vela-system"
    assert secret["metadata"]["labels"]["config.oam.dev/scope"] == "system"
    assert secret["metadata"]["annotations"]["config.oam.dev/sensitive"] == "true"


def test_further_objects_are_named_in_the_secret() -> None:
    text = """\
metadata: name: "two"
template: {
	parameter: a: string
	outputs: one: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "x", data: a: parameter.a}
}
"""
    secret, other = made(text, {"a": "b"}, namespace="prod")
    assert other["metadata"] == {"name": "x", "namespace": "prod"}
    assert decoded(secret, "objects-reference") == [
        {"kind": "ConfigMap", "namespace": "prod", "name": "x", "apiVersion": "v1"}
    ]


@pytest.mark.parametrize(
    ("text", "properties", "message"),
    [
        (REGISTRY, {}, "`parameter.host`: incomplete value string"),
        (REGISTRY, {"host": 1}, "`parameter.host`: conflicting values 1 and string"),
        ("template: {}", {}, "a config template needs `metadata`, a struct"),
        ('metadata: name: "x"', {}, "a config template needs `template`, a struct"),
        ("metadata: {}\ntemplate: {}", {}, "a config template needs `metadata.name`"),
        (
            'metadata: {name: "x", scope: "all"}\ntemplate: {}',
            {},
            "the scope of a config template is",
        ),
        ('import "vela/kube"\nmetadata: name: "x"\ntemplate: a: kube.#Get', {}, "builtin package"),
    ],
)
def test_refused(text: str, properties: dict[str, Any], message: str) -> None:
    with pytest.raises(Rejected) as error:
        made(text, properties)
    assert error.value.diagnostics[0].message.startswith(message)


SETTINGS = """\
metadata: name: "settings"
template: {
	parameter: {level: string, format: *"properties" | string, dataId: *"app" | _}
	nacos: {
		endpoint: name: "nacos"
		format: parameter.format
		metadata: {dataId: parameter.dataId, group: context.namespace}
		content: {log: {level: parameter.level, sizes: [1, 2]}, "a key": " x\\\\y\\n"}
	}
}
"""


@pytest.mark.parametrize(
    ("format_", "content"),
    [
        ("json", '{"a key":" x\\\\y\\n","log":{"level":"low","sizes":[1,2]}}'),
        ("yaml", "a key: |2\n   x\\y\nlog:\n  level: low\n  sizes:\n  - 1\n  - 2\n"),
        ("properties", "a\\ key=\\ x\\\\y\\n\nlog.level=low\nlog.sizes[0]=1\nlog.sizes[1]=2\n"),
        ("toml", "'a key' = \" x\\\\y\\n\"\n\n[log]\nlevel = 'low'\nsizes = [1, 2]\n"),
    ],
)
def test_what_is_written_to_nacos(format_: str, content: str) -> None:
    template = read_template(SourceFile("t.cue", SETTINGS))
    given = {"level": "low", "format": format_}
    _, nacos = config_entry(template, given, Entry("hub", "prod"))
    assert nacos is not None
    readers: dict[str, Callable[[str], Any]] = {
        "json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load
    }  # fmt: skip
    if format_ in readers:
        assert readers[format_](nacos.content) == {
            "a key": " x\\y\n", "log": {"level": "low", "sizes": [1, 2]}
        }  # fmt: skip
    assert nacos.content == content
    assert nacos.metadata == {"dataId": "app", "group": "prod"}
    assert nacos.endpoint == "nacos"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("parameter.format", '"jsn"'), "`nacos.format`: this has to be one of `json`, `yaml`"),
        (('endpoint: name: "nacos"', ""), "`nacos.endpoint.name`: the name of the entry"),
        (("group: context", "grup: context"), "`nacos.metadata.grup`: Nacos does not know this"),
        (("dataId: parameter.dataId, ", ""), "`nacos.metadata.dataId`: Nacos needs the name"),
        (("dataId: parameter.dataId", "dataId: 1"), "`nacos.metadata.dataId`: this has to be a str"),
        (("content: {", "content: 1, x: {"), "`nacos.content`: this has to be a struct"),
        (("\tnacos: {", "\tnacos: 1, x: {"), "`nacos`: this has to be a struct"),
        (("\tnacos: {", '\toutput: kind: "Pod", nacos: {'), "`output`: the output of a config templ"),
        (("\tnacos: {", "\toutputs: a: {}, nacos: {"), "`outputs.a`: an object needs `apiVersion`"),
        (("\tnacos: {", "\toutput: metadata: [], nacos: {"), "`output.metadata`: this has to be a"),
    ],
)  # fmt: skip
def test_malformed_output_is_refused(change: tuple[str, str], message: str) -> None:
    with pytest.raises(Rejected) as error:
        made(SETTINGS.replace(*change), {"level": "low"})
    assert error.value.diagnostics[0].message.startswith(message)


def test_the_command_says_what_is_written_to_nacos(tmp_path: Path) -> None:
    (tmp_path / "t.cue").write_text(SETTINGS)
    (tmp_path / "p.yaml").write_text("level: low\n")
    args = ["config", str(tmp_path / "t.cue"), "--name", "hub", "--properties", str(tmp_path / "p.yaml")]  # fmt: skip
    done = CliRunner().invoke(ROOT, args)
    assert "the controller also writes `app` (properties) to the Nacos server" in done.stderr
    printed = CliRunner().invoke(ROOT, [*args, "--nacos"]).stdout
    assert "log.level=low" in printed
    listed = json.loads(CliRunner().invoke(ROOT, [*args, "--output", "json"]).stdout)
    assert listed[1] == {
        "name": "app",
        "nacos": {
            "endpoint": {"name": "nacos"},
            "format": "properties",
            "metadata": {"dataId": "app", "group": "vela-system"},
            "content": printed,
        },
    }


def test_command(tmp_path: Path) -> None:
    (tmp_path / "t.cue").write_text(REGISTRY)
    (tmp_path / "p.yaml").write_text("host: x.org\n")
    args = [
        "config",
        str(tmp_path / "t.cue"),
        "--name",
        "hub",
        "--properties",
        str(tmp_path / "p.yaml"),
    ]
    done = CliRunner().invoke(ROOT, args)
    assert done.output.startswith("apiVersion: v1\ndata:\n  input-properties: ")
    assert "type: Opaque" in done.output
