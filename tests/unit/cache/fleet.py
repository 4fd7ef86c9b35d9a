"""A small fleet to build again and again, with what the tests look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner

from velac.compiler.commands.root import ROOT

CLUSTERS = "clusters:\n- {name: one, labels: {class: a}}\n- {name: two, labels: {class: b}}\n"
POLICY = """\
apiVersion: core.oam.dev/v1alpha1
kind: Policy
metadata: {name: everywhere, namespace: shop}
type: topology
properties: {clusters: [one, two]}
"""


def application(name: str, image: str = "nginx:1", *, policies: str = "everywhere") -> str:
    """An Application of one component, deployed as the policies say."""
    return f"""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: {name}, namespace: shop}}
spec:
  components:
  - name: {name}
    type: webservice
    properties: {{image: "{image}"}}
  workflow:
    steps: [{{name: deploy, type: deploy, properties: {{policies: [{policies}]}}}}]
"""


class Fleet:
    """A directory of inputs, an output, and a cache."""

    def __init__(self, root: Path, size: int = 5) -> None:
        self.root = root
        self.out = root / "out"
        self.cache = root / "cache"
        self.write("clusters.yaml", CLUSTERS)
        self.write("policy.yaml", POLICY)
        for number in range(size):
            self.write(f"app{number}.yaml", application(f"app{number}"))

    def write(self, name: str, text: str) -> Path:
        """Write an input."""
        path = self.root / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def remove(self, name: str) -> None:
        """Remove an input."""
        (self.root / "in" / name).unlink()

    def run(self, *args: str, out: Path | None = None, cache: bool = True) -> tuple[int, str]:
        """`velac build`: its exit code, and what it told."""
        keep = ["--cache-dir", str(self.cache)] if cache else ["--no-cache"]
        given = ["build", str(self.root / "in"), "-o", str(out or self.out), *keep, *args]
        done = CliRunner().invoke(ROOT, given, standalone_mode=False)
        assert done.exception is None, done.exception
        return done.return_value, done.stderr

    def build(self, *args: str, out: Path | None = None, cache: bool = True) -> str:
        """The same for a build that must succeed."""
        code, told = self.run(*args, out=out, cache=cache)
        assert code == 0, told
        return told

    def told(self) -> tuple[str, dict[str, bytes]]:
        """What a build without the cache tells, and what it writes into an empty directory."""
        fresh = self.root / "fresh"
        if fresh.exists():
            for path in sorted(fresh.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            fresh.rmdir()
        code, told = self.run(out=fresh, cache=False)
        return told if code else "", content(fresh) if fresh.exists() else {}

    def entries(self, kind: str) -> list[Path]:
        """The entries of the cache of one kind."""
        return sorted(p for p in (self.cache / "v1" / kind).rglob("*") if p.is_file())


def content(folder: Path) -> dict[str, bytes]:
    """All manifests below a directory; its state depends on what was there before."""
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: data for name, data in files.items() if name != ".velac/inventory.json"}


def stamps(folder: Path) -> dict[str, Any]:
    """When each manifest was written."""
    return {
        str(p.relative_to(folder)): (p.stat().st_ino, p.stat().st_mtime_ns)
        for p in folder.rglob("*.yaml")
    }
