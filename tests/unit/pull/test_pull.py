"""`velac pull`: what is read, how it is tidied, and every way in which a server disappoints."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from tests.property.affected_world import example, world
from tests.unit.pull.api import Api, Object, kubeconfig, served

from velac.compiler.affected.tree import tree_at
from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.driver import Session
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.pull import server
from velac.compiler.workbench.crd import definition_object
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile


def objects_of(files: dict[str, str]) -> list[Object]:
    """The objects that a team would have applied to have these files in a cluster."""
    found: list[Object] = []
    for name, text in sorted(files.items()):
        if name.endswith(".cue"):
            file = parse(SourceFile(name, text))
            obj = definition_object(definition_of_file(file), file)
            found.append({**obj, "metadata": {**obj["metadata"], "namespace": "vela-system"}})
        elif name not in (
            "velac.yaml",
            "clusters.yaml",
            "apps/things.yaml",
        ) and not name.startswith("attic"):
            found += [with_namespace(obj) for obj in yaml.safe_load_all(text) if obj]
    for cluster in yaml.safe_load(files["clusters.yaml"])["clusters"]:
        metadata = {"name": cluster["name"], "labels": cluster.get("labels") or {}}
        version = cluster.get("kubernetesVersion")
        status = {"version": {"kubernetes": version}} if version else {}
        head = {"apiVersion": "cluster.open-cluster-management.io/v1", "kind": "ManagedCluster"}
        found.append({**head, "metadata": metadata, "status": status})
    return found


def with_namespace(obj: Object) -> Object:
    shared = obj["kind"].endswith(("Definition", "Revision"))
    namespace = obj["metadata"].get("namespace") or ("vela-system" if shared else "default")
    return {**obj, "metadata": {**obj["metadata"], "namespace": namespace}}


def built(folder: Path) -> dict[str, bytes]:
    result = Session(tree_at(str(folder)).options).run()
    assert result.ok, result.diagnostics
    return dict(result.files())


def pull(config: str, out: Path, *more: str) -> Result:
    args = ["pull", "--context", "hub", "--kubeconfig", config, "-o", str(out), *more]
    return CliRunner().invoke(ROOT, args, standalone_mode=False)


def write(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def add_things(files: dict[str, str], folder: Path) -> None:
    """Objects that `ref-objects` refers to are nobody's kinds in particular: they are not pulled."""
    if "apps/things.yaml" in files:
        write({"applications/things.yaml": files["apps/things.yaml"]}, folder)


def app(name: str, namespace: str = "shop", **metadata: Any) -> Object:
    return {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": {"components": [{"name": name, "type": "box"}]},
    }


def trait(name: str, namespace: str = "vela-system", template: str = "patch: a: 1\n") -> Object:
    return {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "TraitDefinition",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"schematic": {"cue": {"template": template}}},
    }


@pytest.fixture
def api() -> Api:
    return Api([app("one"), app("two", labels={"team": "a"}), app("three", "other"), trait("mark")])


@pytest.fixture
def config(api: Api, tmp_path: Path) -> Iterator[str]:
    with served(api, tmp_path) as path:
        yield path


def files_below(folder: Path) -> dict[str, str]:
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_text() for p in paths}


# ------------------------------------------------------------------------------------------------ what is pulled


@pytest.mark.parametrize("start", ["world", "example"])
def test_a_build_of_what_was_pulled_writes_the_same_bytes(
    start: str, tmp_path: Path, root: Path
) -> None:
    files = world(Random(5)) if start == "world" else example(root)
    write(files, tmp_path / "original")
    with served(Api(objects_of(files)), tmp_path) as config:
        result = pull(config, tmp_path / "pulled")
    assert result.return_value == 0, result.exception
    add_things(files, tmp_path / "pulled")
    assert built(tmp_path / "pulled") == built(tmp_path / "original")


def test_the_files_and_what_is_left_out_of_them(config: str, tmp_path: Path) -> None:
    assert pull(config, tmp_path / "out").return_value == 0
    files = files_below(tmp_path / "out")
    assert list(files) == [
        "applications/other/three.yaml",
        "applications/shop/one.yaml",
        "applications/shop/two.yaml",
        "definitions/trait/mark.cue",
        "velac.yaml",
    ]
    assert files["applications/shop/two.yaml"] == (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
        "metadata:\n  labels:\n    team: a\n  name: two\n  namespace: shop\n"
        "spec:\n  components:\n  - name: two\n    type: box\n"
    )
    assert files["velac.yaml"].splitlines()[1:] == [
        "applications: [applications]",
        "definitions: [definitions]",
    ]


def test_all_pages_of_a_list_are_read_and_the_token_is_sent(
    api: Api, config: str, tmp_path: Path
) -> None:
    api.page = 1
    assert pull(config, tmp_path / "out").return_value == 0
    lists = [path for path, _ in api.requests if "/applications?" in path]
    assert len(lists) == 3
    assert all("limit=250" in path for path in lists)
    assert {headers["authorization"] for _, headers in api.requests} == {"Bearer sesame"}


def test_a_list_that_expires_is_read_again(api: Api, config: str, tmp_path: Path) -> None:
    api.page, api.expire = 1, 1
    assert pull(config, tmp_path / "out").return_value == 0
    assert len(list((tmp_path / "out/applications").rglob("*.yaml"))) == 3


def test_one_namespace_with_the_definitions_of_the_system(
    api: Api, config: str, tmp_path: Path
) -> None:
    api.objects += [trait("own", "shop"), trait("foreign", "other")]
    assert pull(config, tmp_path / "out", "-n", "shop").return_value == 0
    assert list(files_below(tmp_path / "out"))[:-1] == [
        "applications/shop/one.yaml",
        "applications/shop/two.yaml",
        "definitions/trait/mark.cue",
        "definitions/trait/own.cue",
    ]


def test_the_nearest_of_several_definitions_counts(api: Api, config: str, tmp_path: Path) -> None:
    api.objects += [trait("mark", "shop", "patch: a: 2\n"), trait("mark", "other")]
    result = pull(config, tmp_path / "all")
    assert "V837" in result.stderr
    assert "a: 1" in (tmp_path / "all/definitions/trait/mark.cue").read_text()
    assert "a: 2" in (tmp_path / "all/shadowed/shop/trait/mark.yaml").read_text()
    assert not (tmp_path / "all/shadowed/other").exists()
    pull(config, tmp_path / "shop", "-n", "shop")
    assert "a: 2" in (tmp_path / "shop/definitions/trait/mark.cue").read_text()


def test_a_definition_that_cue_cannot_say_stays_an_object(
    api: Api, config: str, tmp_path: Path
) -> None:
    odd = trait("odd")
    odd["spec"]["unheardOf"] = {"a": 1}
    broken = trait("broken", template="patch: {")
    terraform = {**trait("cloud"), "kind": "ComponentDefinition"}
    terraform["spec"] = {"schematic": {"terraform": {"configuration": "x", "type": "hcl"}}}
    api.objects += [odd, broken, terraform]
    assert pull(config, tmp_path / "out").return_value == 0
    names = {p.name for p in (tmp_path / "out/definitions").rglob("*.*")}
    assert names == {"mark.cue", "odd.yaml", "broken.yaml", "cloud.yaml"}
    assert yaml.safe_load((tmp_path / "out/definitions/trait/odd.yaml").read_text()) == odd


def test_clusters_come_without_their_credentials(api: Api, config: str, tmp_path: Path) -> None:
    labels = {"cluster.core.oam.dev/cluster-credential-type": "X509Certificate", "zone": "eu"}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "gateway", "namespace": "vela-system", "labels": labels},
        "data": {"tls.key": "c2VjcmV0"},
        "stringData": {"token": "top-secret"},
    }
    managed = {
        "apiVersion": "cluster.open-cluster-management.io/v1",
        "kind": "ManagedCluster",
        "metadata": {"name": "managed", "labels": {"zone": "us"}},
        "status": {"version": {"kubernetes": "v1.31.2"}},
    }
    profile = {
        "apiVersion": "multicluster.x-k8s.io/v1alpha1",
        "kind": "ClusterProfile",
        "metadata": {"name": "gateway", "namespace": "fleet"},
    }
    api.objects += [secret, managed, profile]
    assert pull(config, tmp_path / "out").return_value == 0
    text = (tmp_path / "out/clusters.yaml").read_text()
    assert yaml.safe_load(text) == {
        "clusters": [
            {"name": "gateway", "labels": labels},
            {"name": "managed", "labels": {"zone": "us"}, "kubernetesVersion": "v1.31.2"},
        ]
    }
    everything = "".join(files_below(tmp_path / "out").values())
    assert "c2VjcmV0" not in everything
    assert "top-secret" not in everything
    asked = [headers for path, headers in api.requests if "/secrets?" in path]
    assert [headers["Accept"] for headers in asked] == [server._METADATA]


def test_an_object_that_is_being_deleted_is_left_out(api: Api, config: str, tmp_path: Path) -> None:
    api.objects.append(app("gone", deletionTimestamp="2026-01-01T00:00:00Z"))
    assert pull(config, tmp_path / "out").return_value == 0
    assert not (tmp_path / "out/applications/shop/gone.yaml").exists()


def test_two_pulls_write_the_same_bytes(api: Api, config: str, tmp_path: Path) -> None:
    pull(config, tmp_path / "one")
    api.objects.reverse()
    api.page = 100
    pull(config, tmp_path / "two")
    assert files_below(tmp_path / "one") == files_below(tmp_path / "two")


# ------------------------------------------------------------------------------------------------ what goes wrong


def refused(result: Result, out: Path) -> list[str]:
    """The codes of a pull that wrote nothing."""
    assert isinstance(result.exception, Rejected), result
    assert not out.exists()
    assert not list(out.parent.glob(f".{out.name}*"))
    return [d.code for d in result.exception.diagnostics]


STATUS = b'{"kind":"Status","message":"because"}'


@pytest.mark.parametrize(
    ("path", "status", "body", "code"),
    [
        ("/applications", 401, STATUS, "V833"),
        ("/applications", 403, STATUS, "V833"),
        ("/definitionrevisions", 403, b"", "V833"),
        ("/applications", 500, STATUS, "V835"),
        ("/applications", 302, b"", "V835"),
        ("/applications", 200, b"<html>", "V835"),
        ("/applications", 200, b"[]", "V835"),
        ("/applications", 200, b'{"items": 3}', "V835"),
        ("/applications", 200, b'{"items": [3]}', "V835"),
        ("/applications", 200, b'{"items": [{}]}', "V835"),
        ("/applications", 200, b'{"items": [], "metadata": {"continue": "x"}}', "V835"),
        ("/applications", 200, b'{"items": [{}], "metadata": {"continue": "x"}}', "V835"),
        ("/applications", 200, b'{"items": [{"metadata": {"name": "../up"}}]}', "V835"),
        ("/applications", 200, b"[" * 100_000, "V835"),
        ("/managedclusters", 500, STATUS, "V835"),
        ("", 404, STATUS, "V834"),
    ],
)
def test_a_bad_answer_is_a_diagnostic_and_nothing_is_written(
    api: Api, config: str, tmp_path: Path, path: str, status: int, body: bytes, code: str
) -> None:
    api.answers[path] = (status, body)
    assert refused(pull(config, tmp_path / "out"), tmp_path / "out") == [code]


def test_all_that_may_not_be_listed_is_told_at_once(api: Api, config: str, tmp_path: Path) -> None:
    api.answers |= {"/policies": (403, STATUS), "/workflows": (403, STATUS)}
    assert refused(pull(config, tmp_path / "out"), tmp_path / "out") == ["V833", "V833"]


def test_clusters_that_may_not_be_listed_are_a_warning(
    api: Api, config: str, tmp_path: Path
) -> None:
    api.answers["/secrets"] = (403, STATUS)
    result = pull(config, tmp_path / "out")
    assert result.return_value == 0
    assert "warning[V833]" in result.stderr


def test_kinds_that_an_old_server_lacks_are_none(api: Api, config: str, tmp_path: Path) -> None:
    api.missing = {"policies", "workloaddefinitions", "managedclusters"}
    assert pull(config, tmp_path / "out").return_value == 0


def test_an_answer_that_is_too_large(
    api: Api, config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_MAX_BYTES", 1000)
    api.answers["/applications"] = (200, b" " * 2000)
    assert refused(pull(config, tmp_path / "out"), tmp_path / "out") == ["V835"]


def test_a_server_that_nobody_is(tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, "http://127.0.0.1:9")
    assert refused(pull(config, tmp_path / "out"), tmp_path / "out") == ["V832"]


def test_a_context_that_is_not_there(tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, "http://127.0.0.1:9")
    result = pull(config, tmp_path / "out", "--context", "hib")
    assert refused(result, tmp_path / "out") == ["V831"]
    assert isinstance(result.exception, Rejected)
    assert "`hub`" in result.exception.diagnostics[0].help


@pytest.mark.parametrize(
    "text", ["", "[", "a: 1", "contexts: 3", "contexts: [3]", "\0", "clusters:"]
)
def test_a_damaged_kubeconfig(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").write_text(text)
    result = pull(str(tmp_path / "config"), tmp_path / "out")
    assert refused(result, tmp_path / "out") == ["V831"]


def test_a_kubeconfig_that_is_missing(tmp_path: Path) -> None:
    result = pull(str(tmp_path / "config"), tmp_path / "out")
    assert refused(result, tmp_path / "out") == ["V831"]


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kubernetes", None)
    assert refused(pull("config", tmp_path / "out"), tmp_path / "out") == ["V830"]


def test_a_directory_that_holds_something_stays_as_it_is(
    api: Api, config: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine").write_text("x")
    result = pull(config, tmp_path / "out")
    assert isinstance(result.exception, Rejected)
    assert [d.code for d in result.exception.diagnostics] == ["V836"]
    assert files_below(tmp_path / "out") == {"mine": "x"}
    assert not api.requests


def test_an_empty_directory_is_filled(config: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert pull(config, tmp_path / "out").return_value == 0
    assert (tmp_path / "out/velac.yaml").is_file()
