"""VL065: patches of a kustomization exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity

_KINDS = frozenset({"kustomize-patch", "kustomize-json-patch", "kustomize-strategy-merge"})


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        found = [trait for trait in component.traits if trait.type in _KINDS]
        for trait in found[1:]:
            text = f"`{trait.type}` excludes `{found[0].type}`"
            yield app.finding(text, trait.origin.span(("type",)))


RULE = RuleSpec(
    "VL065",
    "flux-patches-exclude",
    "Patches of a kustomization exclude each other",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="A component has more than one of `kustomize-patch`, `kustomize-json-patch` and `kustomize-strategy-merge`.",
    why="They write the same field, and the component cannot be rendered.",
    bad="""\
components:
  - name: web
    type: kustomize
    properties: {repoType: git, url: 'https://g.example.com/r', path: ./x, git: {branch: main}}
    traits:
      - {type: kustomize-patch, properties: {patches: []}}
      - {type: kustomize-json-patch, properties: {patchesJson: []}}
""",
    good="""\
components:
  - name: web
    type: kustomize
    properties: {repoType: git, url: 'https://g.example.com/r', path: ./x, git: {branch: main}}
    traits:
      - {type: kustomize-patch, properties: {patches: []}}
""",
    fix="Use one of them.",
    check=check,
)
