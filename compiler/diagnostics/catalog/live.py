"""V83x: a running control plane that `velac pull` reads."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V830", "live-not-installed", "The package that talks to clusters is not installed",
        what="`velac pull` needs the `kubernetes` client, which is an extra of velac.",
        why="Everything else works without a cluster, so it is not installed by default.",
        example="velac pull --context prod, after `pip install velac`",
        fix="Install `velac[live]`.",
    ),
    Code(
        "V831", "bad-context", "The context cannot be used",
        what="The kubeconfig is missing or damaged, or has no such context, or its credentials plugin failed.",
        why="Nobody can say which server is meant.",
        example="velac pull --context porduction",
        fix="See `kubectl config get-contexts`; name the file with `--kubeconfig`.",
    ),
    Code(
        "V832", "unreachable", "The API server cannot be reached",
        what="No connection, no trust, or no answer in time.",
        why="Nothing was read, so nothing was written.",
        example="a server behind a VPN that is not connected",
        fix="See whether `kubectl --context NAME get ns` works from here.",
    ),
    Code(
        "V833", "refused", "The API server refuses to answer",
        what="The credentials are not accepted (401), or may not list what is asked for (403).",
        why="A part of a control plane would look like all of it.",
        example="a token that has expired",
        fix="Log in again, ask for a role with `list` on the resources of the message, or name a namespace with `-n`.",
    ),
    Code(
        "V834", "no-control-plane", "The server is no control plane of KubeVela",
        what="It does not have the resources of Applications or definitions.",
        why="There is nothing to pull.",
        example="the context of a member cluster",
        fix="Choose the context of the hub cluster.",
    ),
    Code(
        "V835", "bad-answer", "An answer of the API server cannot be used",
        what="It is no list of objects, is too large, does not end, or has names that cannot be files.",
        why="What cannot be read whole is not written at all.",
        example="a proxy that answers with its own error page",
        fix="Look at the answer with `kubectl get --raw`.",
    ),
    Code(
        "V836", "not-empty", "The directory to write to holds something",
        what="`velac pull` writes into a new or an empty directory only.",
        why="Files of somebody else would be mixed with what was pulled.",
        example="velac pull --context prod -o .",
        fix="Name a new directory with `-o`, and compare the two with git.",
    ),
    Code(
        "V837", "shadowed-definition", "Two namespaces define the same type differently",
        what="A definition of this kind and name exists in several namespaces of the control plane.",
        why="In files a type has one definition; that of the namespace asked for, else of `vela-system`, counts.",
        example="a webservice of their own in the namespace of one team",
        fix="Rename one of the two and the types that use it, or keep a directory of definitions per namespace.",
        severity=Severity.WARNING,
    ),
)  # fmt: skip
