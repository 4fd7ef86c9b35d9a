"""The OCI layout: what a client that knows nothing of velac finds in it."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from velac.backends.flux.artifact import image_layout

ROOT = Path(__file__).resolve().parents[3]
ORAS = shutil.which("oras", path=f"{ROOT}/.tools/bin:{os.environ.get('PATH', '')}")

FILES = [("b/manifest.yaml", b"kind: B\n"), ("a.yaml", "kind: Ä\n".encode()), ("x" * 150, b"")]


def test_a_client_finds_the_files_by_tag() -> None:
    layout = dict(image_layout([("prod-1", FILES), ("latest", [])]))
    assert json.loads(layout["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    index = json.loads(layout["index.json"])
    tags = {m["annotations"]["org.opencontainers.image.ref.name"]: m for m in index["manifests"]}
    assert list(tags) == ["prod-1", "latest"]
    used = {"oci-layout", "index.json"}

    def blob(descriptor: dict[str, object]) -> bytes:
        digest = str(descriptor["digest"]).removeprefix("sha256:")
        content = layout[f"blobs/sha256/{digest}"]
        used.add(f"blobs/sha256/{digest}")
        assert sha256(content).hexdigest() == digest
        assert len(content) == descriptor["size"]
        return content

    for entry in tags.values():
        manifest = json.loads(blob(entry))
        assert manifest["mediaType"] == entry["mediaType"]
        assert manifest["config"]["mediaType"] == "application/vnd.cncf.flux.config.v1+json"
        (layer,) = manifest["layers"]
        assert layer["mediaType"] == "application/vnd.cncf.flux.content.v1.tar+gzip"
        archive = gzip.decompress(blob(layer))
        config = json.loads(blob(manifest["config"]))
        assert config["rootfs"]["diff_ids"] == [f"sha256:{sha256(archive).hexdigest()}"]
    manifest = json.loads(blob(tags["prod-1"]))
    packed = blob(manifest["layers"][0])
    assert packed[4:8] == b"\0\0\0\0", "no time"
    with tarfile.open(fileobj=io.BytesIO(packed)) as opened:
        entries = opened.getmembers()
        found = [(e.name, file.read()) for e in entries if (file := opened.extractfile(e))]
    assert found == sorted(FILES)
    assert {(e.mtime, e.uid, e.gid, e.uname, e.gname, e.mode) for e in entries} == {
        (0, 0, 0, "", "", 0o644)
    }
    assert used == set(layout), "nothing lies around"


def test_order_of_files_does_not_matter() -> None:
    assert list(image_layout([("a", FILES)])) == list(image_layout([("a", FILES[::-1])]))


@pytest.mark.oracle
@pytest.mark.skipif(ORAS is None, reason="oras is not there (`make tools`)")
def test_oras_reads_the_layout(tmp_path: Path) -> None:
    layout = tmp_path / "layout"
    for path, content in image_layout([("prod-1", FILES), ("latest", [])]):
        (layout / path).parent.mkdir(parents=True, exist_ok=True)
        (layout / path).write_bytes(content)

    def oras(*arguments: str) -> str:
        command = [str(ORAS), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert oras("repo", "tags", "--oci-layout", "layout").split() == ["latest", "prod-1"]
    manifest = json.loads(oras("manifest", "fetch", "--oci-layout", "layout:prod-1"))
    (layer,) = manifest["layers"]
    assert layer["mediaType"] == "application/vnd.cncf.flux.content.v1.tar+gzip"
    oras("blob", "fetch", "--oci-layout", f"layout@{layer['digest']}", "--output", "content.tgz")
    with tarfile.open(tmp_path / "content.tgz") as opened:
        assert sorted(opened.getnames()) == sorted(name for name, _ in FILES)
