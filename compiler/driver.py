"""The driver: load, lower, passes, render, link, backend. The only part that knows all the others.

Stages collect diagnostics; a stage that found errors is the last one, except that every Application goes as far as
it can on its own, so that one run shows all problems. Nothing here writes to disk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.diagnostics.render import arranged, has_errors
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.fleet.summarise import summary_of
from velac.compiler.garbage import lasting
from velac.compiler.ir.app import AppIR, Policy, Workflow
from velac.compiler.ir.backend import (
    BackendInput,
    BackendSpec,
    checked_settings,
    chosen_layout,
    loss_diagnostics,
)
from velac.compiler.ir.clusters import NEWEST_KUBERNETES
from velac.compiler.ir.context import Context
from velac.compiler.ir.manifest import AppManifests, ManifestSet
from velac.compiler.ir.plan import AppPlan, Plan
from velac.compiler.ir.values import Values
from velac.compiler.ir.verify import verify_plan
from velac.compiler.known_kinds import unknown_kinds
from velac.compiler.link import link
from velac.compiler.load.ahead import Ahead
from velac.compiler.load.bundle import IGNORED, Bundle, Later, load, load_more, place_of_kind
from velac.compiler.load.files import InputFile
from velac.compiler.lower import documents
from velac.compiler.lower.plan import lower_plan
from velac.compiler.lower.resolve import Resolver
from velac.compiler.manifests import Workshop, render_app
from velac.compiler.options import Options
from velac.compiler.pipeline import run_passes
from velac.compiler.project import Project
from velac.compiler.registry import load_backends, load_passes, own_backend
from velac.compiler.render.engine import Extras, Templates
from velac.compiler.render.repository import RepositoryObjects
from velac.compiler.render.scoped import ScopedPolicies
from velac.compiler.render.stats import Stats
from velac.compiler.result import CompileResult, Statistics
from velac.compiler.secrets import guard_secrets
from velac.compiler.strictness import Strictness
from velac.compiler.workbench.known_schemas import KnownSchemas
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.revision.assign import Revisions

Progress = Callable[[str, int, int], None]
"""Called with a stage (`plan`, `render`, `build`), the number of Applications done, and their number."""


Place: TypeAlias = tuple[str, int]
"""The name of a file, and an offset."""


def compile(
    paths: str | Sequence[str],
    *,
    definitions: Sequence[str] = (),
    clusters: str | None = None,
    layout: str = "",
    backend: str | Sequence[str] = "plain",
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    kubernetes_version: str = NEWEST_KUBERNETES,
    verify: bool = False,
    labels: Mapping[str, str] | None = None,
    secrets: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> CompileResult:
    """Compile the Applications below `paths` to the manifests of every cluster.

    `definitions` are files or directories whose definitions win over those below `paths`; `clusters` is an inventory
    file (default: `clusters.yaml` at the root of a path); `labels` are added to every object. With several backends
    each has its own directory; `settings` are theirs by name. `secrets` is that part of a project file. Problems of the input are in the result, never raised.
    """
    roots = (paths,) if isinstance(paths, str) else tuple(paths)
    backends = dict(settings or {})
    project = Project(
        backends=backends, secrets=secrets or {}, values=Values({"backends": backends})
    )
    options = Options(
        roots,
        tuple(definitions),
        clusters,
        (backend,) if isinstance(backend, str) else tuple(backend),
        layout,
        kubernetes_version,
        verify,
        tuple((labels or {}).items()),
        project,
    )
    return Session(options, progress).run()


class Session:
    """One build."""

    __slots__ = (
        "_bundle", "_context", "_diagnostics", "_labels", "_memos", "_names", "_options", "_progress", "_resolver", "_revisions",
        "_settings", "_shop", "_skipped", "_targets", "ahead", "first_inventory", "held",
    )  # fmt: skip

    def __init__(self, options: Options, progress: Progress | None = None) -> None:
        self._options = options
        self._progress = progress
        self._diagnostics: list[Diagnostic] = []
        self._settings: dict[str, Mapping[str, Any]] = {}
        self._targets: list[BackendSpec] = []
        self._revisions: Revisions | None = None
        self._labels: frozenset[str] = frozenset()
        self._skipped: frozenset[str] = frozenset()
        self._names: dict[int, tuple[str, str]] = {}
        self._shop: Workshop | None = None
        self.held: dict[str, list[tuple[str, str]]] | None = None
        """The Applications by the name of their file, where a build was made in shares."""
        self.ahead: Ahead | None = None
        """Who reads a large file already."""
        self.first_inventory: bytes | bytearray | None = None
        """The inventory of a build that holds nothing of earlier ones, once it is written."""
        self._bundle = Bundle()
        self._context = Context()
        self._memos: dict[tuple[str, bool, str], dict[Any, Any]] = {}
        self._resolver = Resolver(self._bundle.definitions, self._diagnostics)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What was found so far."""
        return self._diagnostics

    @property
    def bundle(self) -> Bundle:
        """What `load` read."""
        return self._bundle

    @property
    def revisions(self) -> Revisions | None:
        """The revisions of Applications, where the project keeps any."""
        return self._revisions

    def keep_first(self, inventory: bytes | bytearray) -> None:
        """Note the inventory of this build, which holds nothing of earlier ones."""
        self.first_inventory = inventory

    def record(self) -> None:
        """Write the revisions of what was planned, where the project keeps any. Raises Rejected."""
        if self._revisions is not None:
            self._revisions.record(whole=self._options.paths == self.project.applications)

    @property
    def project(self) -> Project:
        """The settings of the repository."""
        return self._options.project

    @property
    def resolver(self) -> Resolver:
        """The definitions of what was loaded."""
        return self._resolver

    def run(self) -> CompileResult:
        """The result of all stages."""
        try:
            return self._run()
        except Rejected as error:
            self._diagnostics += error.diagnostics
            return self._result((), ())

    def _run(self) -> CompileResult:
        self._targets = [self._target(name) for name in dict.fromkeys(self._options.backends)]
        self.load()
        return self._finished(self.plan())

    def planned(self) -> tuple[CompileResult | None, tuple[AppPlan, ...]]:
        """The plans of all Applications, to be rendered by `finished` or in parts; a result where it ends here."""
        ended, _ = self.opened(divide=False)
        return (ended, ()) if ended is not None else self._planned()

    def _planned(self) -> tuple[CompileResult | None, tuple[AppPlan, ...]]:
        try:
            return None, self.plan()
        except Rejected as error:
            self._diagnostics += error.diagnostics
            return self._result((), ()), ()

    def opened(self, *, divide: bool = True) -> tuple[CompileResult | None, Later]:
        """Read what Applications have in common, and list the files of the others, for `take`; a result where it ends here.

        Where the output cannot be divided everything is read, and nothing listed.
        """
        later: Later = []
        try:
            self._targets = [self._target(name) for name in dict.fromkeys(self._options.backends)]
            divide = divide and self.is_divisible() and not self._options.project.revisions
            self.load(later=later if divide else None)
        except Rejected as error:
            self._diagnostics += error.diagnostics
            return self._result((), ()), []
        return None, later

    def take(
        self, files: Iterable[InputFile], documents: Sequence[Values] = ()
    ) -> tuple[AppPlan, ...] | None:
        """The plans of the Applications in these files and documents, instead of those before.

        None where there is more in the files. Diagnostics are those of these Applications. Raises Rejected.
        """
        self._diagnostics.clear()
        # Nothing of the Applications before is kept alive.
        self._context.memo.clear()
        self._memos.clear()
        if self._shop is not None:
            self._shop.specialiser.forget()
        self._bundle.applications = []
        found = load_more(files)
        if not found.is_applications:
            return None
        self._diagnostics += found.diagnostics
        self._bundle.applications = [*documents, *found.applications]
        return self._plan(whole=False)

    def all_of(self, later: Later) -> tuple[CompileResult | None, tuple[AppPlan, ...]]:
        """The plans of all Applications after `opened`, as `planned` gives them."""
        with lasting():
            found = [load_more([waiting.file], self.ahead) for waiting in later]
        if not all(bundle.is_applications for bundle in found):
            return self.whole()
        for waiting, bundle in reversed([*zip(later, found, strict=True)]):
            self._bundle.applications[waiting.place : waiting.place] = bundle.applications
            self._diagnostics += bundle.diagnostics
        return self._planned()

    def whole(self) -> tuple[CompileResult | None, tuple[AppPlan, ...]]:
        """What `planned` gives, from the beginning, whatever has been done before."""
        skipped, self._skipped = self._skipped, frozenset()
        Session.__init__(self, self._options, self._progress)
        self._skipped = skipped
        return self.planned()

    def finished(self, plans: Sequence[AppPlan], *, linked: bool = True) -> CompileResult:
        """The result of all stages after planning."""
        try:
            return self._finished(plans, linked=linked)
        except Rejected as error:
            self._diagnostics += error.diagnostics
            return self._result((), ())

    def is_divisible(self) -> bool:
        """Whether the output of some Applications is the same with and without the others."""
        targets = [(spec, self._layout(spec)) for spec in self._targets]
        layouts = [
            (spec.name, chosen_layout(spec, layout, self._settings[spec.name]))
            for spec, layout in targets
        ]
        return layouts in ([("plain", "app")], [("plain", "object")])

    def part(self, plans: Sequence[AppPlan]) -> CompileResult:
        """The result for some of the Applications, not linked; diagnostics are those of this part alone."""
        return self._finished(plans, linked=False)

    def result_of(
        self, plans: Sequence[AppPlan], diagnostics: list[Diagnostic], statistics: Statistics
    ) -> CompileResult:
        """The result of a build in parts."""
        result = self._result(plans, ())
        result.diagnostics = diagnostics
        result.statistics = statistics
        return result

    def skip(self, files: frozenset[str]) -> None:
        """Leave out files (real paths) that hold nothing but Applications, which somebody else answers for."""
        self._skipped = files

    @property
    def skipped(self) -> frozenset[str]:
        """See `skip`."""
        return self._skipped

    def uses(self, plan: AppPlan) -> tuple[tuple[tuple[str, str], ...], tuple[str, str]]:
        """The standalone policies, and the workflow, that an Application uses."""
        if not self._names:
            self._names = {id(policy): key for key, policy in self._context.policies.items()}
        app = plan.app
        found = {self._names[id(p)] for p in app.external_policies if id(p) in self._names}
        return tuple(sorted(found)), (app.namespace or "default", app.workflow.ref)

    def standalone(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The standalone policies and workflows."""
        return sorted(self._context.policies), sorted(self._context.workflows)

    def silenced(self) -> Progress | None:
        """Report no progress any more; who was told so far."""
        progress, self._progress = self._progress, None
        return progress

    def heard(self, progress: Progress | None) -> None:
        """Report progress again."""
        self._progress = progress

    def tell(self, stage: str, done: int, total: int) -> None:
        """Report progress."""
        self._tell(stage, done, total)

    def _finished(self, plans: Sequence[AppPlan], *, linked: bool = True) -> CompileResult:
        return self.completed(plans, *self.render(plans), linked=linked)

    def completed(
        self,
        plans: Sequence[AppPlan],
        manifests: tuple[AppManifests, ...],
        work: Stats,
        *,
        linked: bool = True,
    ) -> CompileResult:
        """The result of all stages after rendering. Raises Rejected."""
        targets = self._targets
        summaries = tuple(map(summary_of, manifests, plans))
        if linked:
            self._diagnostics += link(summaries, self._labels)
        result = self._result(plans, manifests)
        result.summaries = summaries
        result.statistics.work = work
        result.statistics.rendered = work.rendered
        if result.ok:
            result.manifests = self._guarded(result.manifests, plans)
            if result.manifests.apps != manifests:
                result.summaries = tuple(map(summary_of, result.manifests.apps, plans))
            given = [(spec, self._given(spec, result)) for spec in targets]
            losses = [loss for spec, one in given for loss in loss_diagnostics(spec, one)]
            result.diagnostics = arranged([*self._diagnostics, *losses])
            result.emit = lambda: _emitted(given)
        return result

    def _target(self, name: str) -> BackendSpec:
        backend = own_backend(name) or load_backends().get(name)
        if backend is None:
            backends = load_backends()
            hint = did_you_mean(name, backends, known="backends")
            raise Rejected(Diagnostic("V804", f"there is no backend `{name}`", help=hint))
        self._settings[name] = checked_settings(backend, self._options.project.settings_of(name))
        # Fails now rather than after everything has been rendered.
        chosen_layout(backend, self._layout(backend), self._settings[name])
        return backend

    def _guarded(self, manifests: ManifestSet, plans: Sequence[AppPlan]) -> ManifestSet:
        """The manifests as every backend gets them: Secrets guarded, images pinned."""
        project = self._options.project
        manifests, found = guard_secrets(manifests, project.secrets, plans)
        self._diagnostics += found
        if project.image_digests:
            from velac.compiler.supply.images import pin_images, read_digests

            digests = read_digests(project.image_digests)
            manifests, found = pin_images(manifests, digests)
            self._diagnostics += found
        return manifests

    def _given(self, spec: BackendSpec, result: CompileResult) -> BackendInput:
        settings = self._settings[spec.name]
        layout = chosen_layout(spec, self._layout(spec), settings)
        schemas = KnownSchemas(self._resolver)
        return BackendInput(result.plan, result.manifests, settings, layout, schemas)

    def _layout(self, spec: BackendSpec) -> str:
        """The layout asked for on the command line; that of the project's `output`, which goes with its backend."""
        project = self._options.project
        own = project.layout if project.wanted == (spec.name,) else ""
        return self._options.layout or own

    # -------------------------------------------------------------------------------------------------- stages

    def load(self, bundle: Bundle | None = None, later: Later | None = None) -> None:
        """Read all files, or take what somebody has read of just these options; `later` as for `load`."""
        options = self._options
        with lasting():
            self._bundle = bundle or load(
                options.paths,
                definitions=options.definitions,
                clusters=options.clusters,
                kubernetes_version=options.kubernetes_version,
                store=options.store,
                skip=self._skipped,
                later=later,
            )
        self._bundle.definitions.modules = options.project.modules
        self._diagnostics += self._bundle.diagnostics
        self._resolver = Resolver(self._bundle.definitions, self._diagnostics)
        if options.project.revisions:
            from velac.compiler.revision.assign import open_revisions

            self._revisions = open_revisions(options.project, self._resolver, self._diagnostics)
        self._context = Context(
            self._bundle.inventory,
            documents.policies(self._bundle.policies, self._diagnostics),
            documents.workflows(self._bundle.workflows, self._diagnostics),
            self._resolver.is_terraform,
            self._resolver.stage_of,
            self._diagnostics,
        )

    def plan(self) -> tuple[AppPlan, ...]:
        """Lower every Application, run the passes over it, find its definitions, group its clusters."""
        return self._plan(whole=not self._skipped)

    def _plan(self, *, whole: bool) -> tuple[AppPlan, ...]:
        passes = load_passes()
        apps = documents.applications(self._bundle.applications, self._diagnostics)
        if whole and not self._bundle.applications and not has_errors(self._diagnostics):
            listed = ", ".join(f"`{path}`" for path in self._options.paths)
            self._diagnostics.append(Diagnostic("V316", f"there is no Application below {listed}"))
        scoped = ScopedPolicies(self._resolver, self._diagnostics)
        plans = []
        for index, app in enumerate(apps):
            self._tell("plan", index, len(apps))
            if self._revisions is not None:
                app = self._revisions.published(app)
            written = app
            app = scoped.rewritten(app)
            context = self._context_of(app)
            if self._revisions is not None:
                context = self._revisions.surroundings(app, context)
            app = run_passes(app, passes, context, verify=self._options.verify)
            if self._revisions is not None:
                app = self._revisions.assigned(app, written, context)
            self._resolver.for_app(app).check(app)
            plan = lower_plan(app, context)
            if self._options.verify:
                verify_plan(plan, after="lowering")
            plans.append(plan)
        if whole:
            uses = [self.uses(plan) for plan in plans]
            policies = {key for used, _ in uses for key in used}
            self._diagnostics += self.unused(policies, {flow for _, flow in uses})
        self._labels = frozenset(app.label for app in apps)
        return tuple(plans)

    def _context_of(self, app: AppIR) -> Context:
        """What passes may ask for an Application: one that sees definitions of its own shares no results."""
        resolver = self._resolver.for_app(app)
        if resolver is self._resolver:
            return self._context
        return replace(
            self._context,
            is_terraform=resolver.is_terraform,
            stage_of=resolver.stage_of,
            memo=self._memos.setdefault(resolver.scope, {}),
        )

    def render(self, plans: Sequence[AppPlan]) -> tuple[tuple[AppManifests, ...], Stats]:
        """The objects of all Applications, and how they were rendered."""
        shop = self._shop = self._shop or self._workshop()
        shop.specialiser.stats = Stats()
        manifests = []
        for index, plan in enumerate(plans):
            self._tell("render", index, len(plans))
            manifests.append(render_app(plan, shop))
        self._tell("render", len(plans), len(plans))
        self._diagnostics[:] = without_ignored(self._diagnostics, self.referred())
        severity = shop.strictness.of("unknownKind")
        others = (document.data for document in self._bundle.objects)
        self._diagnostics += unknown_kinds(manifests, others, severity)
        return tuple(manifests), shop.specialiser.stats

    def _workshop(self) -> Workshop:
        project = self._options.project
        objects = RepositoryObjects(self._bundle.objects)
        return Workshop(
            self._resolver,
            self._bundle.inventory,
            self._diagnostics,
            dict(self._options.labels),
            strictness=Strictness(project.strictness, project.compat),
            templates=Templates(self._extras(objects)),
            objects=objects,
        )

    def _extras(self, objects: RepositoryObjects) -> Extras:
        """What the repository adds for templates: vendored charts, packages of CUE."""
        packages = objects.packages(self._diagnostics)
        if not self._options.project.charts:
            return Extras(packages=packages)
        from velac.compiler.render.charts import CLUSTER_VERSION, HELM_PACKAGE, HELM_RENDER, Charts

        charts = Charts(self._options.project.charts, objects)
        return Extras({HELM_RENDER: charts.render}, packages, {HELM_PACKAGE: CLUSTER_VERSION})

    def referred(self) -> set[Place]:
        """The places of the objects that components have referred to so far."""
        if self._shop is None:
            return set()
        spans = map(place_of_kind, self._shop.objects.used.values())
        return {(span.file.name, span.start) for span in spans}

    def _result(self, plans: Sequence[AppPlan], manifests: Sequence[AppManifests]) -> CompileResult:
        clusters = tuple(self._bundle.inventory.clusters)
        statistics = Statistics(
            applications=len(plans),
            clusters=len(set().union(*_cluster_tuples(manifests))),
            objects=sum(len(g.clusters) * len(g.manifests) for a in manifests for g in a.groups),
            classes=sum(len(plan.classes) for plan in plans),
        )
        return CompileResult(
            Plan(tuple(plans), clusters),
            ManifestSet(tuple(manifests), clusters),
            arranged(self._diagnostics),
            statistics,
        )

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(stage, done, total)

    def unused(
        self, policies: Collection[tuple[str, str]], flows: Collection[tuple[str, str]]
    ) -> list[Diagnostic]:
        """Warnings about standalone policies and workflows that no Application refers to."""
        return [
            _unused(what, key, item)
            for what, used, items in (
                ("Policy", policies, self._context.policies),
                ("Workflow", flows, self._context.workflows),
            )
            for key, item in items.items()
            if key not in used
        ]


def _unused(what: str, key: tuple[str, str], item: Policy | Workflow) -> Diagnostic:
    text = f"no Application in namespace `{key[0]}` uses the {what} `{key[1]}`"
    label = Label(item.origin.span(("metadata", "name")))
    return Diagnostic("V317", text, (label,), Severity.WARNING)


def without_ignored(diagnostics: Sequence[Diagnostic], used: Set[Place]) -> list[Diagnostic]:
    """The diagnostics but for those that say of objects at these places that they are ignored."""
    if not used:
        return [*diagnostics]
    return [d for d in diagnostics if d.code != IGNORED or _place(d.labels[0].span) not in used]


def _place(span: Span) -> Place:
    return span.file.name, span.start


def _emitted(targets: Sequence[tuple[BackendSpec, BackendInput]]) -> Iterator[tuple[str, bytes]]:
    """The files of all backends; several have a directory each."""
    if len(targets) == 1:
        spec, given = targets[0]
        yield from spec.emit(given)
        return
    for spec, given in targets:
        for path, content in spec.emit(given):
            yield f"{spec.name}/{path}", content


def _cluster_tuples(manifests: Sequence[AppManifests]) -> Iterable[tuple[str, ...]]:
    """The different tuples of clusters; most Applications share theirs with others."""
    return {id(g.clusters): g.clusters for app in manifests for g in app.groups}.values()
