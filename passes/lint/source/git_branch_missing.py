"""VL056: a Git source has no branch."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in ("helm", "kustomize"):
            continue
        git = data.get("git")
        named = isinstance(git, dict) and any(
            git.get(k) for k in ("branch", "tag", "commit", "semver")
        )
        if data.get("repoType") == "git" and not named:
            yield app.finding(
                f"`{component.name}` does not name a branch", component.origin.span(("properties",))
            )


RULE = RuleSpec(
    "VL056",
    "git-branch-missing",
    "A Git source has no branch",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A component of Flux reads Git and leaves out the branch: the documented default is not sent.",
    why="Flux takes the branch `master`, if there is one.",
    bad="""\
components:
  - name: web
    type: kustomize
    properties: {repoType: git, url: 'https://g.example.com/r', path: ./x}
""",
    good="""\
components:
  - name: web
    type: kustomize
    properties: {repoType: git, url: 'https://g.example.com/r', path: ./x, git: {branch: main}}
""",
    fix="Set `git.branch`, or a tag.",
    check=check,
)
