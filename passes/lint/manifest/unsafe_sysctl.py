"""VL116: a pod sets an unsafe sysctl."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity

_SAFE = frozenset(
    "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_unprivileged_port_start"
    " net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_local_reserved_ports"
    " net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl"
    " net.ipv4.tcp_keepalive_probes net.ipv4.tcp_rmem net.ipv4.tcp_wmem".split()
)


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in pod.items("securityContext", "sysctls"):
        if str(item.get("name")) not in _SAFE:
            yield pod.finding(f"sysctl `{item.get('name')}` is not a safe one", *path, "name")


RULE = RuleSpec(
    "VL116",
    "unsafe-sysctl",
    "A pod sets an unsafe sysctl",
    "pod",
    Severity.WARNING,
    ("recommended", "security"),
    what="A sysctl outside the safe set is named.",
    why="It can take down the node, and kubelets refuse it unless they are told otherwise (Pod Security Standard `baseline`).",
    bad="""\
securityContext: {sysctls: [{name: kernel.msgmax, value: '65536'}]}
containers:
  - {name: web, image: a:1}
""",
    good="""\
securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]}
containers:
  - {name: web, image: a:1}
""",
    fix="Leave it to the node's owners.",
    check=check,
)
