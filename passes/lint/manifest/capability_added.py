"""VL107: a container adds a dangerous capability."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity

_ALLOWED = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP"
    " SETUID SYS_CHROOT".split()
)


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    added = box.at("securityContext", "capabilities", "add")
    for at, name in enumerate(added if isinstance(added, list) else ()):
        if str(name).removeprefix("CAP_") not in _ALLOWED:
            yield box.finding(
                f"container `{box.name}` adds the capability `{name}`",
                "securityContext",
                "capabilities",
                "add",
                at,
            )


RULE = RuleSpec(
    "VL107",
    "capability-added",
    "A container adds a dangerous capability",
    "container",
    Severity.ERROR,
    ("recommended", "security"),
    what="A capability outside those that containers have anyway is added.",
    why="Most of them are a way to the node (Pod Security Standard `baseline`).",
    bad="""\
containers:
  - {name: web, image: a:1, securityContext: {capabilities: {add: [SYS_ADMIN]}}}
""",
    good="""\
containers:
  - {name: web, image: a:1, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}
""",
    fix="Do without the capability.",
    check=check,
)
