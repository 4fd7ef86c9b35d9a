"""What one build is asked to do."""

from __future__ import annotations

from dataclasses import field

from velac.compiler.ir.clusters import NEWEST_KUBERNETES
from velac.compiler.project import Project
from velac.compiler.store.store import Store
from velac.grammar.record import record


@record
class Options:
    """Inputs and settings of a build; nothing else, no environment, decides about its output.

    `clusters` is the path of an inventory file; None looks for `clusters.yaml` at the root of the paths. `backends`
    and `layout` name what writes the files; without a layout that of the project, else the backend's first one counts. `verify` checks the
    invariants of the IR after every pass.
    """

    paths: tuple[str, ...]
    definitions: tuple[str, ...] = ()
    clusters: str | None = None
    backends: tuple[str, ...] = ("plain",)
    layout: str = ""
    kubernetes_version: str = NEWEST_KUBERNETES
    verify: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    """Labels that every object gets beyond upstream's, as pairs."""
    project: Project = field(default_factory=Project)
    """The settings of the repository that nothing above repeats."""
    store: Store = field(default_factory=Store, compare=False)
    """Where parsed files are kept between runs; no output depends on it."""
