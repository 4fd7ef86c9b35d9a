"""VL167: appArmor is turned off."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    if pod.at("securityContext", "appArmorProfile", "type") == "Unconfined":
        yield pod.finding(
            "the pod turns AppArmor off", "securityContext", "appArmorProfile", "type"
        )
    for box in pod.containers():
        if box.at("securityContext", "appArmorProfile", "type") == "Unconfined":
            yield box.finding(
                f"container `{box.name}` turns AppArmor off",
                "securityContext",
                "appArmorProfile",
                "type",
            )
    for key, value in pod.annotations.items():
        if (
            key.startswith("container.apparmor.security.beta.kubernetes.io/")
            and value == "unconfined"
        ):
            yield pod.finding("an annotation turns AppArmor off")


RULE = RuleSpec(
    "VL167",
    "apparmor-unconfined",
    "AppArmor is turned off",
    "pod",
    Severity.WARNING,
    ("security",),
    what="An annotation or `appArmorProfile` says `unconfined`.",
    why="The container is not confined (Pod Security Standard `baseline`).",
    bad="""\
securityContext: {appArmorProfile: {type: Unconfined}}
containers:
  - {name: web, image: a:1}
""",
    good="""\
securityContext: {appArmorProfile: {type: RuntimeDefault}}
containers:
  - {name: web, image: a:1}
""",
    fix="Use the runtime's default profile.",
    check=check,
)
