"""`kustomize build` of every cluster gives the objects that the backend `plain` writes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from benchmarks.corpus import write_corpus
from benchmarks.fleet import drawn_fleet

from velac.compiler.driver import compile
from velac.compiler.output.write import write_output
from velac.compiler.result import CompileResult

ROOT: Final = Path(__file__).resolve().parents[3]
KUSTOMIZE: Final = shutil.which("kustomize", path=f"{ROOT}/.tools/bin:{os.environ.get('PATH', '')}")
FLEETS: Final = {
    "small": Path(__file__).parent / "fleet",
    "example": ROOT / "examples" / "fleet",
}
Objects = dict[tuple[str, ...], Any]


def objects(text: bytes) -> Objects:
    found: Objects = {}
    for obj in yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        metadata = obj["metadata"]
        namespace = metadata.get("namespace", "")
        if metadata.get("annotations") == {}:
            # Kustomize leaves empty annotations out; to a cluster both are one.
            del metadata["annotations"]
        found[obj["apiVersion"], obj["kind"], namespace, metadata["name"]] = obj
    return found


def compiled(fleet: Path, backend: str, layout: str = "") -> CompileResult:
    result = compile(str(fleet), backend=backend, layout=layout)
    assert result.ok, result.diagnostics
    return result


@pytest.mark.oracle
@pytest.mark.skipif(KUSTOMIZE is None, reason="kustomize is not there (`make tools`)")
@pytest.mark.parametrize("fleet", FLEETS)
def test_kustomize_builds_what_plain_writes(fleet: str, tmp_path: Path) -> None:
    compare(FLEETS[fleet], tmp_path)


@pytest.mark.slow
@pytest.mark.oracle
@pytest.mark.skipif(KUSTOMIZE is None, reason="kustomize is not there (`make tools`)")
@pytest.mark.parametrize("block", range(10))
def test_kustomize_builds_generated_fleets(block: int, tmp_path: Path) -> None:
    for seed in range(20 * block, 20 * block + 20):
        fleet = drawn_fleet(seed)
        write_corpus(fleet, tmp_path / fleet.name)
        compare(tmp_path / fleet.name, tmp_path / f"{fleet.name}-files")


def compare(fleet: Path, tmp_path: Path) -> None:
    assert KUSTOMIZE is not None
    plain = compiled(fleet, "plain", "cluster")
    write_output(str(tmp_path / "out"), compiled(fleet, "kustomize").files())
    clusters = 0
    for path, content in plain.files():
        cluster = path.partition("/")[0]
        done = subprocess.run(
            [KUSTOMIZE, "build", tmp_path / "out" / "clusters" / cluster],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        assert objects(done.stdout) == objects(content), cluster
        clusters += 1
    listed = list((tmp_path / "out" / "clusters").iterdir())
    assert len(listed) == clusters


@pytest.mark.parametrize("fleet", FLEETS)
def test_patches_hold_only_what_differs(fleet: str) -> None:
    """Patches, carried out by ourselves, turn the base into the objects of each cluster."""
    files = dict(compiled(FLEETS[fleet], "kustomize").files())
    patched = 0
    for path, content in compiled(FLEETS[fleet], "plain", "cluster").files():
        cluster = path.partition("/")[0]
        found: Objects = {}
        for resource in read(files, f"clusters/{cluster}/kustomization.yaml")["resources"]:
            built, patches = build(files, resource.removeprefix("../../"))
            patched += patches
            found |= built
        assert found == objects(content), cluster
    assert patched


def read(files: dict[str, bytes], path: str) -> Any:
    return yaml.safe_load(files[path])


def build(files: dict[str, bytes], folder: str) -> tuple[Objects, int]:
    own = read(files, f"{folder}/kustomization.yaml")
    found: Objects = {}
    for resource in own["resources"]:
        if resource == "../../base":
            found |= build(files, folder.rpartition("/overlays/")[0] + "/base")[0]
        else:
            found |= objects(files[f"{folder}/{resource}"])
    for entry in own.get("patches", ()):
        target = entry["target"]
        wanted = tuple(target.get(k, "").replace("\\.", ".") for k in ("kind", "namespace", "name"))
        (key,) = [key for key in found if key[1:] == wanted]
        obj = found.pop(key)
        operations = read(files, f"{folder}/{entry['path']}")
        assert operations
        for operation in operations:
            apply(obj, operation)
        found |= objects(yaml.safe_dump(obj).encode())
    return found, len(own.get("patches", ()))


def apply(obj: Any, operation: dict[str, Any]) -> None:
    *above, last = [
        step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]
    ]
    for step in above:
        obj = obj[int(step)] if isinstance(obj, list) else obj[step]
    key: Any = int(last) if isinstance(obj, list) else last
    if operation["op"] == "remove":
        del obj[key]
        return
    assert (key in obj if isinstance(obj, dict) else key < len(obj)) == (
        operation["op"] == "replace"
    )
    obj[key] = operation["value"]
