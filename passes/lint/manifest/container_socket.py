"""VL120: a pod mounts the socket of the container runtime."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity, dig

_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock")


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    for path, volume in pod.items("volumes"):
        where = dig(volume, ("hostPath", "path"))
        if isinstance(where, str) and where.endswith(_SOCKETS):
            yield pod.finding(
                f"volume `{volume.get('name')}` is the runtime's socket", *path, "hostPath", "path"
            )


RULE = RuleSpec(
    "VL120",
    "container-socket",
    "A pod mounts the socket of the container runtime",
    "pod",
    Severity.ERROR,
    ("recommended", "security"),
    what="A volume is the socket of docker, containerd or CRI-O.",
    why="Whoever can talk to it controls the node.",
    bad="""\
volumes:
  - {name: sock, hostPath: {path: /var/run/docker.sock}}
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1}
""",
    fix="Use a builder that needs no runtime.",
    check=check,
)
