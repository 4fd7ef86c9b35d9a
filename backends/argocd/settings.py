"""The settings of the Argo CD backend."""

from __future__ import annotations

from typing import Final

from velac.compiler.ir.backend import Setting
from velac.compiler.ir.shape import BOOL, LABELS, STRING, STRINGS, MapOf, one_of

PHASES: Final = ("PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip")
SETTINGS: Final = (
    Setting("repoURL", STRING, None, "repository that the output is committed to", required=True),
    Setting("revision", STRING, "HEAD", "branch, tag or commit that Argo CD follows"),
    Setting("path", STRING, "", "directory of this output in the repository"),
    Setting("namespace", STRING, "argocd", "namespace that Argo CD runs in"),
    Setting(
        "generator",
        one_of("application", "list", "clusters", "git"),
        "application",
        "an Application per cluster, or an ApplicationSet with this generator",
    ),
    Setting(
        "project", STRING, "", "an existing project; without one a project is made per namespace"
    ),
    Setting(
        "clusters",
        LABELS,
        {},
        "names that Argo CD knows clusters by, where they differ (`local` is `in-cluster`)",
    ),
    Setting("automated", BOOL, True, "sync by itself, except behind a gate"),
    Setting("prune", BOOL, True, "delete what is no longer in the output"),
    Setting("selfHeal", BOOL, True, "undo changes made in the cluster"),
    Setting(
        "syncOptions", STRINGS, ["CreateNamespace=true", "ServerSideApply=true"], "sync options"
    ),
    Setting("syncWaves", BOOL, True, "sync waves on objects, after dependencies of components"),
    Setting(
        "hooks",
        MapOf(one_of(*PHASES)),
        {},
        "component types whose workload is a hook, and its phase, such as `{task: PreSync}`",
    ),
    Setting("hydrator", BOOL, False, "README.md and hydrator.metadata beside the manifests"),
    Setting("drySha", STRING, "", "commit that the output is made from, for hydrator.metadata"),
    Setting("plugin", BOOL, False, "definition of a plugin with which Argo CD runs velac itself"),
)
