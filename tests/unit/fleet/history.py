"""A repository of Applications over time: files are written, built and committed, and plans are read."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from velac.compiler.commands.root import ROOT

CLUSTERS = (
    "clusters:\n  - {name: eu-1, labels: {region: eu}}\n  - {name: eu-2, labels: {region: eu}}\n"
)


class History:
    """One repository; commands run inside it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("clusters.yaml", CLUSTERS)
        self.git("init", "-q", "-b", "main")

    def write(self, path: str, text: str | None) -> None:
        """Write a file, or remove it (None)."""
        place = self.root / path
        if text is None:
            place.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def git(self, *args: str) -> str:
        who = {
            f"GIT_{role}_{what}": "a@b.c"
            for role in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        dated = {"GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000"}
        done = subprocess.run(
            ("git", *args), cwd=self.root, capture_output=True, text=True, check=True,
            env={**os.environ, **who, **dated, "GIT_CONFIG_GLOBAL": os.devnull},
        )  # fmt: skip
        return done.stdout.strip()

    def run(self, *args: str) -> Result:
        """A velac command in the repository."""
        before = os.getcwd()
        os.chdir(self.root)
        try:
            own = {"VELAC_CACHE_DIR": str(self.root / ".cache")}
            return CliRunner().invoke(ROOT, args, standalone_mode=False, env=own)
        finally:
            os.chdir(before)

    def ok(self, *args: str) -> str:
        """The output of a command that must succeed."""
        done = self.run(*args)
        assert done.exception is None, done.exception
        assert done.return_value in (0, None), done.output
        return done.stdout

    def commit(self, message: str = "change") -> str:
        """Build, then commit everything."""
        self.ok("build", ".")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def pruned(self, *args: str) -> list[dict[str, Any]]:
        """What the plan prunes, of all Applications."""
        documents = json.loads(self.ok("plan", ".", "--output", "json", *args))
        return [{"app": doc["name"], **entry} for doc in documents for entry in doc["prune"]]

    def fates(self, *args: str) -> list[tuple[str, str, str, str]]:
        """Fate, kind, name and clusters of what the plan prunes."""
        return [
            (entry["fate"], entry["kind"], entry["name"], " ".join(entry["clusters"]))
            for entry in self.pruned(*args)
        ]

    def files(self, folder: str = "dist") -> dict[str, bytes]:
        """The content of all files below a folder."""
        root = self.root / folder
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }


def application(
    *components: dict[str, Any],
    name: str = "shop",
    policies: list[dict[str, Any]] | None = None,
    clusters: list[str] | None = None,
    **metadata: Any,
) -> str:
    """An Application as JSON, which is YAML too."""
    chosen = {"clusters": clusters} if clusters else {"clusterLabelSelector": {"region": "eu"}}
    topology = {"name": "where", "type": "topology", "properties": chosen}
    spec = {"components": list(components), "policies": [topology, *(policies or [])]}
    whole = {"name": name, "namespace": "demo", **metadata}
    body = {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": whole,
        "spec": spec,
    }
    return json.dumps(body, indent=1)


def web(name: str = "web", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "webservice", "properties": {"image": "nginx:1"}, **more}


def config(name: str, *objects: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A component of given objects."""
    return {"name": name, "type": "k8s-objects", "properties": {"objects": list(objects)}, **more}


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "demo"},
        "data": data,
    }


def rules(kind: str, *listed: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": kind, "type": kind, "properties": {"rules": list(listed), **more}}
