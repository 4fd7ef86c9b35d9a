"""VL114: sELinux options are changed."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity

_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    found = box.security("seLinuxOptions")
    if isinstance(found, dict) and (
        found.get("user") or found.get("role") or (found.get("type") or "") not in _TYPES
    ):
        yield box.finding(
            f"container `{box.name}` changes its SELinux options",
            "securityContext",
            "seLinuxOptions",
        )


RULE = RuleSpec(
    "VL114",
    "selinux-options",
    "SELinux options are changed",
    "container",
    Severity.WARNING,
    ("security",),
    what="`seLinuxOptions` names a user, a role, or a type that is not for containers.",
    why="It takes the container out of the policy that confines it (Pod Security Standard `baseline`).",
    bad="""\
containers:
  - {name: web, image: a:1, securityContext: {seLinuxOptions: {type: spc_t}}}
""",
    good="""\
containers:
  - {name: web, image: a:1, securityContext: {seLinuxOptions: {type: container_t}}}
""",
    fix="Leave user and role out; use `container_t`, `container_init_t`, `container_kvm_t` or `container_engine_t`.",
    check=check,
)
