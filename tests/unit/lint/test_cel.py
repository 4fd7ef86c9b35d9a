"""CEL as a cluster runs it: the functions of Kubernetes, what can only be known there, what policies are about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.lint.conftest import application

from velac.compiler import cli
from velac.compiler.lint.policies.cel import _environment

pytest.importorskip("cel_expr_python", reason="the extra `policies` is not installed")

TRUE = """
quantity("1.5Gi").isGreaterThan(quantity("1Gi"))
quantity("1Gi") == quantity("1024Mi")
quantity("500m").isLessThan(quantity("1"))
quantity("50k").add(20).compareTo(quantity("50020")) == 0
quantity("50k").sub(quantity("20k")) == quantity("30k")
quantity("-3").sign() == -1 && quantity("0").sign() == 0
quantity("50000000G").isInteger() && !quantity("500m").isInteger() && !quantity("1e30").isInteger()
quantity("50k").asInteger() == 50000
quantity("50.703k").asApproximateFloat() == 50703.0
isQuantity("1.3G") && isQuantity("-1.5e3") && !isQuantity("1,3G") && !isQuantity("10 Gi") && !isQuantity("1e999999999")
quantity(object.memory).isLessThan(quantity("1Gi"))
ip("192.168.0.1").family() == 4 && ip("::1").family() == 6
ip("0:0:0:0:0:0:0:1") == ip("::1")
isIP("10.0.0.1") && !isIP("10.0.0.256") && !isIP("10.0.0.01") && !isIP("::ffff:1.2.3.4") && !isIP("fe80::1%en0")
ip.isCanonical("2001:db8::abcd") && !ip.isCanonical("2001:DB8::ABCD")
ip("127.0.0.1").isLoopback() && ip("0.0.0.0").isUnspecified() && ip("fe80::1").isLinkLocalUnicast()
ip("224.0.0.1").isLinkLocalMulticast() && ip("ff02::1").isLinkLocalMulticast() && !ip("224.0.1.1").isLinkLocalMulticast()
ip("10.1.1.1").isGlobalUnicast() && !ip("255.255.255.255").isGlobalUnicast() && !ip("224.0.0.1").isGlobalUnicast()
cidr("192.168.0.0/24").containsIP("192.168.0.7") && !cidr("192.168.0.0/24").containsIP(ip("192.168.1.1"))
cidr("192.168.0.0/16").containsCIDR("192.168.3.0/24") && !cidr("192.168.0.0/24").containsCIDR(cidr("192.168.0.0/16"))
!cidr("192.168.0.0/16").containsCIDR("fd00::/64")
cidr("192.168.0.5/24").ip() == ip("192.168.0.5")
cidr("192.168.0.5/24").masked() == cidr("192.168.0.0/24") && cidr("::1/128").prefixLength() == 128
isCIDR("10.0.0.0/8") && !isCIDR("10.0.0.0/33") && !isCIDR("10.0.0.0") && !isCIDR("10.0.0.0/255.0.0.0")
url("https://user@example.com:8080/a%20b/c?k=1&k=2&e=").getScheme() == "https"
url("https://example.com:8080/").getHost() == "example.com:8080" && url("https://[::1]:80/").getHostname() == "::1"
url("https://example.com:8080/").getPort() == "8080" && url("https://example.com/").getPort() == ""
url("https://example.com/a%20b/c").getEscapedPath() == "/a%20b/c"
url("https://example.com/?k=1&k=2&e=").getQuery() == {"k": ["1", "2"], "e": [""]}
isURL("https://example.com") && isURL("/path") && !isURL("example.com/path") && !isURL("https://a b/") && !isURL("http://a/%zz")
[1, 2, 3].isSorted() && !["b", "a"].isSorted() && [].isSorted()
[1, 2, 3].sum() == 6 && [1.5, 2.5].sum() == 4.0 && [3, 1, 2].min() == 1 && ["a", "c"].max() == "c"
[1, 2, 2].indexOf(2) == 1 && [1, 2, 2].lastIndexOf(2) == 2 && ["a"].indexOf("b") == -1
object.ports.max() <= 9090
"abc 123".find("[0-9]+") == "123" && "abc".find("[0-9]+") == ""
"1a2b3".findAll("[0-9]") == ["1", "2", "3"] && "1a2b3".findAll("[0-9]", 2) == ["1", "2"]
sets.contains([1, 2, 3], [3, 1]) && sets.equivalent([1, 1], [1]) && !sets.intersects(["a"], ["b"])
object.?missing.orValue("none") == "none"
"a,b".split(",") == ["a", "b"] && "Abc".lowerAscii() == "abc"
"""
ERRORS = """
quantity("ten")
quantity("1e30").asInteger()
ip("nowhere")
cidr("10.0.0.1")
url("nothing")
[].max()
[1, "a"].min()
"x".find("(")
"""
DATA = {"memory": "512Mi", "ports": [8080, 9090]}


@pytest.mark.parametrize("expression", TRUE.strip().splitlines())
def test_functions_of_kubernetes(expression: str) -> None:
    found = _environment().compile(expression).eval(data={"object": DATA})
    assert found.value() is True, found.value()


@pytest.mark.parametrize("expression", ERRORS.strip().splitlines())
def test_what_is_no_value_is_an_error(expression: str) -> None:
    try:
        found = _environment().compile(f"{expression} == 1").eval(data={"object": DATA})
    except RuntimeError:
        return
    assert found.type().name() == "ERROR"


# ---------------------------------------------------------------------------------------------------- policies


def findings(spec: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """The codes and messages that a policy about Services makes."""
    objects = [
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p"},
         "spec": {"matchConstraints": {"resourceRules": [rule()]}, **spec}},
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "b"},
         "spec": {"policyName": "p", "validationActions": ["Deny"]}},
    ]  # fmt: skip
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies/p.yaml").write_text(yaml.safe_dump_all(objects))
    (folder / "velac.yaml").write_text("applications: [apps]\nlint: {policies: [policies]}\n")
    (folder / "apps").mkdir(exist_ok=True)
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n"
    (folder / "apps/app.yaml").write_text(application(service))
    cli.run(["lint", "--no-schemas", "--output", "json=out.json"])
    found = json.loads((folder / "out.json").read_text())
    return [(f["code"], f["message"]) for f in found if f["code"].startswith("VL4")]


def rule(**changes: Any) -> dict[str, Any]:
    return {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["services"], **changes}  # fmt: skip


def refusing(expression: str = "false") -> dict[str, Any]:
    return {"validations": [{"expression": expression, "message": "no"}]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("constraints", "hit"),
    [
        ({"resourceRules": [rule()]}, True),
        ({"resourceRules": [rule(resources=["pods"])]}, False),
        ({"resourceRules": [rule(apiVersions=["v2"])]}, True),
        ({"resourceRules": [rule(apiVersions=["v2"])], "matchPolicy": "Exact"}, False),
        ({"resourceRules": [rule(operations=["DELETE"])]}, False),
        ({"resourceRules": [rule(resourceNames=["web"])]}, True),
        ({"resourceRules": [rule(resourceNames=["other"])]}, False),
        ({"resourceRules": [rule(resources=["*"])], "excludeResourceRules": [rule()]}, False),
    ],
)
def test_what_a_policy_is_about(constraints: dict[str, Any], hit: bool, folder: Path) -> None:
    found = findings({"matchConstraints": constraints, **refusing()}, folder)
    assert found == ([("VL402", "p: no")] if hit else [])


@pytest.mark.parametrize(
    "expression",
    [
        "request.userInfo.username == 'me'",
        "authorizer.group('').resource('pods').check('get').allowed()",
        "namespaceObject.metadata.labels.stage == 'prod'",
        "object.metadata.name.isFromTheFuture()",
        "object.spec.",
    ],
)
def test_what_cannot_be_run_is_said(expression: str, folder: Path) -> None:
    (found,) = findings(refusing(expression), folder)
    assert found[0] == "VL404"
    assert "cannot be run" in found[1]


def test_words_in_strings_ask_nothing(folder: Path) -> None:
    assert findings(refusing("object.metadata.name != 'request.userInfo' || true"), folder) == []


def test_the_request_says_what_the_object_says(folder: Path) -> None:
    expression = "request.kind.kind == 'Service' && request.name == 'web' && request.namespace == 'shop' && request.operation == 'CREATE'"
    assert findings(refusing(expression), folder) == []
