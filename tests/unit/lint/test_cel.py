"""CEL as a cluster runs it: the functions of Kubernetes, what can only be known there, what policies are about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.lint.conftest import application

from velac.compiler import cli
from velac.compiler.lint.policies.cel_policy import _environment

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
semver("1.2.3").major() == 1 && semver("1.2.3").minor() == 2 && semver("1.2.3-rc.1+b5").patch() == 3
semver("1.10.0").isGreaterThan(semver("1.9.9")) && semver("2.0.0-rc.1").isLessThan(semver("2.0.0"))
semver("1.0.0-alpha.2").compareTo(semver("1.0.0-alpha.10")) == -1 && semver("1.0.0-1").isLessThan(semver("1.0.0-a"))
semver("1.0.0-alpha").isLessThan(semver("1.0.0-alpha.1")) && semver("1.0.0+a") == semver("1.0.0+b")
isSemver("1.2.3") && !isSemver("1.2") && !isSemver("v1.2.3") && !isSemver("01.2.3") && !isSemver("1.2.3-01") && !isSemver("200K")
isSemver("v1.0", true) && semver("v01.01", true) == semver("1.1.0") && semver("3", true) == semver("3.0.0") && !isSemver("1.2-rc", true)
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
"%s has %d".format(["web", 2]) == "web has 2"
!format.dns1123Label().validate("web-1").hasValue() && format.dns1123Label().validate("Web").hasValue()
format.dns1123Label().validate("Web").value() == ["is no DNS label"] && format.dns1123Label().validate("w" + "%s".format(["x"])).hasValue() == false
format.named("dns1123Label").hasValue() && !format.named("nothing").hasValue()
!format.named("uuid").value().validate("123e4567-e89b-12d3-a456-426614174000").hasValue()
!format.dns1123Subdomain().validate("a.b-c").hasValue() && format.dns1123Subdomain().validate("a..b").hasValue()
!format.dns1035Label().validate("a1").hasValue() && format.dns1035Label().validate("1a").hasValue()
!format.dns1123LabelPrefix().validate("web-").hasValue() && format.dns1123Label().validate("web-").hasValue()
!format.qualifiedName().validate("example.com/My_name").hasValue() && format.qualifiedName().validate("A_/b").hasValue()
!format.labelValue().validate("").hasValue() && format.labelValue().validate("a b").hasValue()
!format.uri().validate("https://example.com/a").hasValue() && format.uri().validate("no uri").hasValue()
!format.byte().validate("YWJj").hasValue() && format.byte().validate("a$").hasValue()
!format.date().validate("2027-02-28").hasValue() && format.date().validate("2027-02-29").hasValue()
!format.datetime().validate("2027-02-28T10:00:00Z").hasValue() && format.datetime().validate("2027-02-28").hasValue()
"""
ERRORS = """
quantity("ten")
semver("1.2")
semver("18446744073709551616.0.0")
semver("1.2.3").isLessThan(quantity("1"))
quantity("1").compareTo(semver("1.2.3"))
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


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, labels: {tier: front}}\nspec: {ports: [{port: 80}]}\n"


def findings(
    spec: dict[str, Any],
    folder: Path,
    *more: dict[str, Any],
    manifests: str = SERVICE,
    **binding: Any,
) -> list[tuple[str, str]]:
    """The codes and messages that a policy about Services makes. `more` are files beside it."""
    return [
        (f["code"], f["message"])
        for f in reported(spec, folder, *more, manifests=manifests, **binding)
    ]


def reported(spec: dict[str, Any], folder: Path, *more: dict[str, Any], manifests: str, **binding: Any) -> list[Any]:  # fmt: skip
    objects = [
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p"},
         "spec": {"matchConstraints": {"resourceRules": [rule()]}, **spec}},
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "b"},
         "spec": {"policyName": "p", "validationActions": ["Deny"], **binding}},
        *more,
    ]  # fmt: skip
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies/p.yaml").write_text(yaml.safe_dump_all(objects))
    (folder / "velac.yaml").write_text("applications: [apps]\nlint: {policies: [policies]}\n")
    (folder / "apps").mkdir(exist_ok=True)
    (folder / "apps/app.yaml").write_text(application(manifests))
    cli.run(["lint", "--no-schemas", "--output", "json=out.json"])
    return [f for f in json.loads((folder / "out.json").read_text()) if f["code"].startswith("VL4")]


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
        "object.metadata.name.isFromTheFuture()",
        "format.uri().validate(object.metadata.name).orValue([]) == []",
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
    resource = "request.resource.resource == 'services' && request.subResource == '' && request.requestKind == request.kind"
    assert findings(refusing(resource), folder) == []
    # An object that is created has no older self.
    assert findings(refusing("oldObject == null"), folder) == []
    assert findings(refusing("oldObject != null"), folder) == [NO]


def audited(expression: str, **more: Any) -> dict[str, Any]:
    annotations = [{"key": "why", "valueExpression": expression}]
    return {**refusing("true"), "auditAnnotations": annotations, **more}


def test_audit_annotations_are_notes(folder: Path) -> None:
    (found,) = reported(audited("'made ' + object.metadata.name"), folder, manifests=SERVICE)
    assert (found["code"], found["severity"]) == ("VL402", "note")
    assert found["message"] == "p: audit annotation `why`: made web"
    assert reported(audited("null"), folder, manifests=SERVICE) == []


def test_an_audit_annotation_that_cannot_be_computed_refuses_as_in_a_cluster(folder: Path) -> None:
    for expression in ("object.spec.nowhere", "1"):
        (found,) = reported(audited(expression), folder, manifests=SERVICE)
        assert (found["code"], found["severity"]) == ("VL402", "error"), expression
        (passed,) = reported(audited(expression, failurePolicy="Ignore"), folder, manifests=SERVICE)
        assert (passed["code"], passed["severity"]) == ("VL404", "warning"), expression
    (wrong,) = reported(audited("object."), folder, manifests=SERVICE)
    assert wrong["code"] == "VL404"


def test_what_only_a_cluster_knows_is_named(folder: Path) -> None:
    for expression, name in (
        ("authorizer.group('').resource('pods').check('get').allowed()", "authorizer"),
        ("request.userInfo.username == 'me'", "request.userInfo"),
        ("request.uid != ''", "request.uid"),
    ):
        (found,) = findings(refusing(expression), folder)
        assert found == ("VL404", f"policy `p` cannot be run: `{name}` is not known here")


def matching(**constraints: Any) -> dict[str, Any]:
    return {"matchConstraints": {"resourceRules": [rule()], **constraints}, **refusing()}


def namespace(name: str = "shop", **labels: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


NO = ("VL402", "p: no")


@pytest.mark.parametrize(
    "expression",
    [
        "object.spec.ports > 1",
        "object.spec.missing == 1",
        "variables.broken == 1",
        "object.metadata.name",
    ],
)
def test_what_fails_is_never_passed_in_silence(expression: str, folder: Path) -> None:
    spec = {
        "variables": [{"name": "broken", "expression": "object.no.where"}],
        **refusing(expression),
    }
    (refused,) = findings(spec, folder)
    assert refused[0] == "VL402"
    (unsure,) = reported({**spec, "failurePolicy": "Ignore"}, folder, manifests=SERVICE)
    assert (unsure["code"], unsure["severity"]) == ("VL404", "warning")
    assert f"`{expression}` cannot be evaluated: " in unsure["message"]
    assert "Service" in str(unsure["objects"])


def test_a_condition_that_fails_is_not_met_nor_unmet(folder: Path) -> None:
    spec = {"matchConditions": [{"name": "c", "expression": "object.no.where"}], **refusing()}
    assert [code for code, _ in findings(spec, folder)] == ["VL402"]
    assert [code for code, _ in findings({**spec, "failurePolicy": "Ignore"}, folder)] == ["VL404"]
    unmet = {"name": "d", "expression": "false"}
    assert findings({**spec, "matchConditions": [*spec["matchConditions"], unmet]}, folder) == []


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "'port ' + string(object.spec.ports[0].port) + ' of ' + object.metadata.name",
            "port 80 of web",
        ),
        ("'two' + '\\n' + 'lines'", "no"),
        ("''", "no"),
        ("object.no.where", "no"),
        ("1", "no"),
    ],
)
def test_the_message_is_computed(expression: str, message: str, folder: Path) -> None:
    spec = {
        "validations": [{"expression": "false", "message": "no", "messageExpression": expression}]
    }
    assert findings(spec, folder) == [("VL402", f"p: {message}")]


@pytest.mark.parametrize(
    ("selector", "hit"),
    [
        ({"matchLabels": {"tier": "front"}}, True),
        ({"matchLabels": {"tier": "back"}}, False),
        ({}, True),
        (
            {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["front", "mid"]}]},
            True,
        ),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["front"]}]}, False),
        ({"matchExpressions": [{"key": "other", "operator": "NotIn", "values": ["x"]}]}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_objects_are_selected_by_label(selector: dict[str, Any], hit: bool, folder: Path) -> None:
    expected = [NO] if hit else []
    assert findings(matching(objectSelector=selector), folder) == expected
    assert findings(matching(), folder, matchResources={"objectSelector": selector}) == expected


def test_a_binding_narrows_the_kinds(folder: Path) -> None:
    assert findings(matching(), folder, matchResources={"resourceRules": [rule()]}) == [NO]
    pods = {"resourceRules": [rule(resources=["pods"])]}
    assert findings(matching(), folder, matchResources=pods) == []


def test_a_selector_that_means_nothing_is_said(folder: Path) -> None:
    bad = {"matchExpressions": [{"key": "tier", "operator": "Like"}]}
    for found in (
        findings(matching(objectSelector=bad), folder),
        findings(matching(), folder, matchResources={"objectSelector": bad}),
    ):
        assert [code for code, _ in found] == ["VL404"]


PROD = {"matchLabels": {"stage": "prod"}}


@pytest.mark.parametrize(("stage", "expected"), [("prod", [NO]), ("dev", [])])
def test_namespaces_are_selected_by_the_labels_of_their_objects(
    stage: str, expected: list[Any], folder: Path
) -> None:
    manifests = f"{SERVICE}---\n{yaml.safe_dump(namespace(stage=stage))}"
    assert findings(matching(namespaceSelector=PROD), folder, manifests=manifests) == expected
    assert findings(matching(namespaceSelector=PROD), folder, namespace(stage=stage)) == expected
    reading = refusing(f"namespaceObject.metadata.labels.stage != '{stage}'")
    assert findings(reading, folder, manifests=manifests) == [NO]


def test_a_namespace_nobody_describes_is_said(folder: Path) -> None:
    for spec in (matching(namespaceSelector=PROD), refusing("namespaceObject.metadata.name != ''")):
        (found,) = reported(spec, folder, namespace("other", stage="prod"), manifests=SERVICE)
        assert (found["code"], found["severity"]) == ("VL404", "warning")
        assert "in the namespace `shop`" in found["message"]


def test_the_name_of_a_namespace_is_known_without_its_object(folder: Path) -> None:
    for name, expected in (("shop", [NO]), ("other", [])):
        selector = {"matchLabels": {"kubernetes.io/metadata.name": name}}
        assert findings(matching(namespaceSelector=selector), folder) == expected


def test_params_are_selected_by_label(folder: Path) -> None:
    spec = {
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
        **refusing("params.data.ok == 'yes'"),
    }
    params = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"on": on}}, "data": {"ok": ok}}
        for name, on, ok in (("a", "1", "yes"), ("b", "1", "no"), ("c", "0", "no"))
    ]  # fmt: skip
    for on, expected in (("1", [NO]), ("0", [NO])):
        selector = {"matchLabels": {"on": on}}
        assert findings(spec, folder, *params, paramRef={"selector": selector}) == expected
    assert (
        findings(spec, folder, params[0], paramRef={"selector": {"matchLabels": {"on": "1"}}}) == []
    )
    (missing,) = findings(spec, folder, *params, paramRef={"name": "d"})
    assert missing[0] == "VL404"


@pytest.mark.parametrize(
    "other",
    [
        {"apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy", "metadata": {"name": "k"}},
        {"apiVersion": "templates.gatekeeper.sh/v1", "kind": "ConstraintTemplate", "metadata": {"name": "k"}},
        {"apiVersion": "admissionregistration.k8s.io/v1beta1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "k"}},
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
         "metadata": {"name": "k"}, "spec": {"policyName": "gone"}},
    ],
)  # fmt: skip
def test_policies_that_are_not_read_are_said(other: dict[str, Any], folder: Path) -> None:
    assert [code for code, _ in findings(refusing("true"), folder, other)] == ["VL404"]


@pytest.mark.parametrize(
    "spec",
    [
        {"validations": 1},
        {"validations": [1]},
        {"variables": "x"},
        {"matchConstraints": [1]},
        {"matchConditions": {"a": 1}},
    ],
)
def test_malformed_policies_are_findings(spec: dict[str, Any], folder: Path) -> None:
    found = findings(spec, folder)
    assert {code for code, _ in found} == {"VL404"}
