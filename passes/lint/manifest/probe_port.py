"""VL128: a probe asks a port that the container does not name."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity, texts_of


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    names = texts_of(box.items("ports"), "name")
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        for way in ("httpGet", "tcpSocket"):
            port = box.at(probe, way, "port")
            if isinstance(port, str) and not port.isdigit() and port not in names:
                yield box.finding(
                    f"`{probe}` of `{box.name}` asks the unknown port `{port}`", probe, way, "port"
                )


RULE = RuleSpec(
    "VL128",
    "probe-port",
    "A probe asks a port that the container does not name",
    "container",
    Severity.ERROR,
    ("recommended",),
    what="A probe names a port by a name that none of the container's ports has.",
    why="The probe can never succeed.",
    bad="""\
containers:
  - {name: web, image: a:1, ports: [{containerPort: 80, name: http}], readinessProbe: {httpGet: {port: web}}}
""",
    good="""\
containers:
  - {name: web, image: a:1, ports: [{containerPort: 80, name: http}], readinessProbe: {httpGet: {port: http}}}
""",
    fix="Use the name of a port, or its number.",
    check=check,
)
