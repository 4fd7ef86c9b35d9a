"""The settings of the Flux backend."""

from __future__ import annotations

import re
from typing import Any, Final

from velac.compiler.ir.backend import Setting
from velac.compiler.ir.shape import BOOL, STRING, STRINGS, Scalar, one_of

_DURATION: Final = re.compile(r"([0-9]+(\.[0-9]+)?(ms|s|m|h))+")


def _duration_problem(text: Any) -> str:
    return (
        "" if _DURATION.fullmatch(text) else f"`{text}` is not a duration such as `5m` or `1h30m`"
    )


DURATION: Final = Scalar("string", _duration_problem)
SETTINGS: Final = (
    Setting(
        "url", STRING, None, "repository that the output is committed or pushed to", required=True
    ),
    Setting("source", one_of("git", "oci"), "git", "what kind of repository that is"),
    Setting("branch", STRING, "main", "branch of a git repository"),
    Setting("tag", STRING, "latest", "tag of an OCI artifact"),
    Setting("path", STRING, "", "directory of this output in the repository"),
    Setting("namespace", STRING, "flux-system", "namespace of the Flux objects"),
    Setting("sourceName", STRING, "velac", "name of the source object"),
    Setting("interval", DURATION, "10m", "how often Flux looks for changes"),
    Setting("timeout", DURATION, "5m", "how long it waits for objects to be ready"),
    Setting("prune", BOOL, True, "delete what is no longer in the output"),
    Setting("wait", BOOL, True, "wait for all objects; otherwise for workloads only"),
    Setting("targetNamespace", BOOL, True, "name the namespace where all objects share one"),
    Setting(
        "kubeConfigSecret",
        STRING,
        "{cluster}-kubeconfig",
        "Secret with the kubeconfig of a cluster (`{cluster}` is its name); none is needed for `local`",
    ),
    Setting("serviceAccount", STRING, "", "service account that applies the objects"),
    Setting(
        "approved",
        STRINGS,
        [],
        "gates that have been approved, as `<namespace>/<application>/<step>`",
    ),
    Setting(
        "artifact",
        one_of("none", "fleet", "cluster"),
        "none",
        "also write OCI artifacts: one of everything, or one per cluster, as a local OCI layout",
    ),
)
