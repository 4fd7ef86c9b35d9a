"""A real API server with KubeVela's kinds: etcd and apiextensions-apiserver, with CRDs of our own.

The server asks somebody else who may do what; here a small server says yes, or no to what a test names.
"""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from tests.unit.pull.api import RESOURCES, Object, kubeconfig

TOOLS = ("etcd", "apiextensions-apiserver")
_SECONDS = 60


def missing_tools() -> list[str]:
    """The programs that are not there; `make tools` and Debian's `etcd-server` bring them."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Cluster:
    """A running server: where it is, and what it may refuse."""

    def __init__(self, url: str, certificate: Path, denied: set[str]) -> None:
        self.url = url
        self.certificate = certificate
        self.denied = denied
        self._trust = ssl.create_default_context(cafile=str(certificate))

    def send(self, method: str, path: str, body: Object | None = None) -> Object:
        """One request; raises HTTPError."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10, context=self._trust) as answer:
            found: Object = json.load(answer)
        return found

    def kubeconfig(self, folder: Path, token: str = "") -> str:
        """A kubeconfig with the context `hub`; the server knows no token at all."""
        trust = {"certificate-authority": str(self.certificate)}
        return kubeconfig(folder, self.url, token=token, **trust)

    def define(self) -> None:
        """Install the CRDs and wait until they are served."""
        for resource in RESOURCES.values():
            if resource.group:
                crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
                self.send("POST", crds, crd(resource))
        for resource in RESOURCES.values():
            if resource.group:
                _until(lambda r=resource: self.send("GET", r.path("")))

    def apply(self, objects: list[Object]) -> None:
        """Create objects, with the status that they have."""
        for obj in objects:
            resource = RESOURCES[obj["apiVersion"], obj["kind"]]
            metadata = obj["metadata"]
            namespace = metadata.get("namespace", "") if resource.namespaced else ""
            path = resource.path(namespace)
            self.send("POST", path, obj)

    def clear(self) -> None:
        """Remove all objects."""
        for resource in RESOURCES.values():
            if not resource.group:
                continue
            for item in self.send("GET", resource.path(""))["items"]:
                namespace = item["metadata"].get("namespace", "")
                path = f"{resource.path(namespace)}/{item['metadata']['name']}"
                self.send("DELETE", path)


def crd(resource: Any) -> Object:
    """A CRD that takes any object of the kind."""
    open_schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{resource.plural}.{resource.group}",
            # Groups below k8s.io are reserved, unless somebody vouches for them.
            "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"},
        },
        "spec": {
            "group": resource.group,
            "scope": "Namespaced" if resource.namespaced else "Cluster",
            "names": {
                "plural": resource.plural,
                "singular": resource.kind.lower(),
                "kind": resource.kind,
                "listKind": f"{resource.kind}List",
            },
            "versions": [
                {
                    "name": resource.version,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": open_schema},
                }
            ],
        },
    }


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """Start both programs with their data in a directory; stopped at the end."""
    with ExitStack() as stack:
        denied: set[str] = set()
        authority = stack.enter_context(_authority(denied))
        client, peer, secure = _free_ports(3)
        store = f"http://127.0.0.1:{client}"
        beside = f"http://127.0.0.1:{peer}"
        etcd = [
            "etcd", "--data-dir", str(folder / "etcd"), "--listen-client-urls", store,
            "--advertise-client-urls", store, "--listen-peer-urls", beside,
            "--initial-advertise-peer-urls", beside, "--initial-cluster", f"default={beside}",
        ]  # fmt: skip
        own = folder / "authority"
        cluster = {"name": "a", "cluster": {"server": authority}}
        context = {"name": "a", "context": {"cluster": "a", "user": "a"}}
        own.write_text(
            yaml.safe_dump(
                {
                    "apiVersion": "v1", "kind": "Config", "clusters": [cluster], "contexts": [context],
                    "users": [{"name": "a", "user": {}}], "current-context": "a",
                }
            )
        )  # fmt: skip
        server = [
            "apiextensions-apiserver", "--etcd-servers", store, "--secure-port", str(secure),
            "--bind-address", "127.0.0.1", "--cert-dir", str(folder / "certs"),
            "--kubeconfig", str(own), "--authentication-kubeconfig", str(own),
            "--authorization-kubeconfig", str(own), "--authentication-skip-lookup",
            "--authentication-tolerate-lookup-failure", "--authorization-always-allow-paths=/*",
            "--enable-priority-and-fairness=false", "--disable-admission-plugins",
            "NamespaceLifecycle,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,"
            "ValidatingAdmissionPolicy,MutatingAdmissionPolicy",
            "--feature-gates=APIServerIdentity=false",
            "--authorization-webhook-cache-authorized-ttl=0s",
            "--authorization-webhook-cache-unauthorized-ttl=0s",
        ]  # fmt: skip
        for command in (etcd, server):
            log = stack.enter_context((folder / f"{command[0]}.log").open("wb"))
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
            stack.callback(process.wait)
            stack.callback(process.kill)
        certificate = folder / "certs/apiserver.crt"
        _until(lambda: certificate.read_bytes() or None)
        found = Cluster(f"https://127.0.0.1:{secure}", certificate, denied)
        _until(lambda: found.send("GET", "/apis/apiextensions.k8s.io/v1"))
        found.define()
        yield found


@contextmanager
def _authority(denied: set[str]) -> Iterator[str]:
    """Answers who may do what."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = review["spec"].get("resourceAttributes", {}).get("resource")
            review["status"] = {"allowed": asked not in denied}
            body = json.dumps(review).encode()
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _until(ask: Any) -> None:
    """Ask again until there is an answer."""
    end = time.monotonic() + _SECONDS
    while True:
        try:
            if ask() is not None:
                return
        except (OSError, urllib.error.URLError):
            if time.monotonic() > end:
                raise
        time.sleep(0.2)
