"""The example fleet compiles to the bytes that are recorded here: a digest of every file, and a few files in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
import yaml

import velac

HERE: Final = Path(__file__).parent / "fleet"
SHOWN: Final = (
    "local/shop/catalog/manifest.yaml",
    "local/tools/link-shortener/manifest.yaml",
    "dev-ap-1/shop/orders/manifest.yaml",
    "prod-ap-2/platform/guardrails/manifest.yaml",
    "prod-ap-2/shop/catalog/manifest.yaml",
    "prod-eu-1/shop/nightly-report/manifest.yaml",
    "prod-us-1/platform/log-agent/manifest.yaml",
    "prod-us-1/shop/orders/manifest.yaml",
    "prod-us-1/shop/session-cache/manifest.yaml",
    "prod-us-1/shop/storefront/manifest.yaml",
)
"""One file per Application and per thing it shows (old API version, forced namespace, control plane, …)."""


@pytest.fixture(scope="module")
def fleet(root: Path) -> Mapping[str, bytes]:
    result = velac.compile(str(root / "examples/fleet"))
    assert result.ok, [d.message for d in result.diagnostics]
    assert [d.message for d in result.diagnostics if d.severity != "note"] == []
    return dict(result.files())


def test_every_file_has_the_recorded_digest(
    fleet: Mapping[str, bytes], golden: Callable[[Path, str], None]
) -> None:
    lines = [f"{sha256(content).hexdigest()}  {path}\n" for path, content in sorted(fleet.items())]
    golden(HERE / "digests.txt", "".join(lines))


@pytest.mark.parametrize("path", SHOWN)
def test_file(path: str, fleet: Mapping[str, bytes], golden: Callable[[Path, str], None]) -> None:
    golden(HERE / path, fleet[path].decode())


@pytest.mark.slow
def test_every_object_fits_the_version_of_its_cluster(
    root: Path, fleet: Mapping[str, bytes]
) -> None:
    schemas = pytest.importorskip("kubernetes_validate", reason="needs the extra `schemas`")
    inventory = yaml.safe_load((root / "examples/fleet/clusters.yaml").read_text())
    versions = {cluster["name"]: cluster["kubernetesVersion"] for cluster in inventory["clusters"]}
    checked = set()
    for path, content in fleet.items():
        version = versions.get(path.partition("/")[0], "1.34")
        for text in content.decode().split("\n---\n"):
            if (version, text) not in checked:
                checked.add((version, text))
                schemas.validate(yaml.safe_load(text), version, strict=True)
    assert len({version for version, _ in checked}) == 6


def test_no_recorded_file_is_left_over() -> None:
    found = {str(p.relative_to(HERE)) for p in HERE.rglob("*.yaml")}
    assert found == set(SHOWN)
