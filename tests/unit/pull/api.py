"""A small API server of objects in memory, with everything that a real one adds; and mistakes on request."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from velac.compiler.pull.kinds import (
    APPLICATIONS,
    CLUSTERS,
    DEFINITIONS,
    POLICIES,
    REVISIONS,
    WORKFLOWS,
)

Object = dict[str, Any]

RESOURCES = {
    (resource.api_version, resource.kind): resource
    for resource in (APPLICATIONS, POLICIES, WORKFLOWS, REVISIONS, *DEFINITIONS, *CLUSTERS)
}


class Api:
    """Objects, and how the server misbehaves: a status and a body by the end of a path."""

    def __init__(self, objects: list[Object]) -> None:
        self.objects = objects
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.missing: set[str] = set()
        self.page = 2
        self.expire = 0
        self.requests: list[tuple[str, dict[str, str]]] = []

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, bytes]:
        for end, given in self.answers.items():
            if path.endswith(end):
                return given
        plural = path.rpartition("/")[2]
        kinds = [r for r in RESOURCES.values() if r.plural == plural and plural not in self.missing]
        if not kinds:
            return 404, b'{"kind":"Status","message":"not found"}'
        namespace = path.split("/namespaces/")[1].split("/")[0] if "/namespaces/" in path else ""
        found = [
            stored(obj)
            for obj in self.objects
            if (obj["apiVersion"], obj["kind"]) == (kinds[0].api_version, kinds[0].kind)
            and namespace in ("", obj["metadata"].get("namespace"))
        ]
        start = int(query.get("continue", ["0"])[0])
        if start and self.expire:
            self.expire -= 1
            return 410, b'{"kind":"Status","reason":"Expired","message":"too old"}'
        more = {"continue": str(start + self.page)} if start + self.page < len(found) else {}
        body = {"metadata": more, "items": found[start : start + self.page]}
        return 200, json.dumps(body, sort_keys=True).encode()


def stored(obj: Object) -> Object:
    """An object as the server gives it back."""
    metadata = {
        **obj["metadata"],
        "uid": "0000",
        "resourceVersion": "7",
        "generation": 3,
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "managedFields": [{"manager": "kubectl"}],
        "finalizers": ["app.oam.dev/resource-tracker-finalizer"],
        "annotations": {
            **(obj["metadata"].get("annotations") or {}),
            "kubectl.kubernetes.io/last-applied-configuration": json.dumps(obj),
            "oam.dev/kubevela-version": "v1.10.3",
        },
    }
    return {**obj, "metadata": metadata, "status": obj.get("status") or {"phase": "running"}}


@contextmanager
def served(api: Api, folder: Path) -> Iterator[str]:
    """The kubeconfig of a server that runs; its context is `hub`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            api.requests.append((self.path, dict(self.headers.items())))
            status, body = api.answer(url.path, parse_qs(url.query))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kubeconfig(folder, f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def kubeconfig(folder: Path, server: str, *, token: str = "sesame", **cluster: Any) -> str:
    """A kubeconfig with the context `hub`."""
    path = folder / "kubeconfig"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "u", "user": {"token": token} if token else {}}],
        "contexts": [{"name": "hub", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "",
    }
    path.write_text(yaml.safe_dump(config))
    return str(path)
