"""`velac build`: Applications to the manifests of every cluster, on disk."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from velac.compiler.cache.memory import Memory, Whole, recall, write_whole
from velac.compiler.commands.inputs import check_names, chosen, usage_error, with_inputs
from velac.compiler.output.write import Written
from velac.compiler.store.store import Store, open_store
from velac.compiler.words import counted

if TYPE_CHECKING:
    from velac.compiler.driver import Progress
    from velac.compiler.options import Options
    from velac.compiler.result import CompileResult


@click.command(help="Compile the Applications below PATH... to the manifests of every cluster.")
@with_inputs
@click.option(
    "-o",
    "--out-dir",
    metavar="DIR",
    type=click.Path(),
    help="Where the manifests go [default: the project's, else dist].",
)
@click.option(
    "-b",
    "--backend",
    "backends",
    multiple=True,
    metavar="NAME",
    help="What the output is for; see `velac backend list` (repeatable: each gets its own directory).",
)
@click.option(
    "--layout",
    default="",
    metavar="LAYOUT",
    help="app, object or cluster: what a file holds; or a path such as {cluster}/{app}/{name}.yaml "
    "[default: the project's, else app].",
)
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; print what would change and exit with 1 if anything would.",
)
@click.option(
    "--print",
    "cluster",
    default="",
    metavar="CLUSTER",
    help="Print the manifests of one cluster instead of writing files.",
)
@click.option(
    "--compat", is_flag=True, help="Accept in silence the parameters that upstream accepts."
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="How many processes render and write [default: as many as there are cores, and as pay].",
)
@click.option(
    "--shard",
    default="",
    metavar="I/N",
    help="Build only every N-th Application; `velac merge` puts the shards together.",
)
@click.option(
    "--cache-dir",
    metavar="DIR",
    type=click.Path(),
    help="Where work is kept between builds [default: $VELAC_CACHE_DIR, else the user's cache].",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep earlier work.")
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    help="Who compiles: processes of this machine, or the workers of a Dask scheduler.",
)
@click.option(
    "--scheduler", default="", metavar="URL", help="The scheduler, such as tcp://build-1:8786."
)
@click.option(
    "--emit-origins",
    "origins",
    is_flag=True,
    help="Write beside the manifests which line each of their fields comes from.",
)
@click.option("--watch", is_flag=True, help="Build again whenever an input changes, until Ctrl-C.")
@click.option("--stats", is_flag=True, help="Print more numbers and the time of each stage.")
@click.option("--verify", is_flag=True, help="Check the invariants of every pass.")
@click.option("-v", "--verbose", is_flag=True, help="Show notes too.")
@click.option(
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How diagnostics are printed; json goes to stdout.",
)
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    out_dir: str | None,
    backends: tuple[str, ...],
    layout: str,
    check: bool,
    cluster: str,
    compat: bool,
    jobs: int,
    shard: str,
    cache_dir: str | None,
    no_cache: bool,
    engine: str,
    scheduler: str,
    origins: bool,
    watch: bool,
    stats: bool,
    verify: bool,
    verbose: bool,
    output: str,
) -> int:
    """Compile, then write; nothing is written when there are errors."""
    if watch:
        return _watch(out_dir, check or bool(cluster or shard))
    start = time.perf_counter()
    if origins and (check or cluster or shard):
        raise click.UsageError("--emit-origins does not go with --check, --print or --shard")
    if (engine == "dask") != bool(scheduler):
        raise click.UsageError("--engine dask and --scheduler URL go together")
    if scheduler and (check or cluster or shard or origins):
        raise click.UsageError(
            "--engine dask does not go with --check, --print, --shard or --emit-origins"
        )
    with _progress() as (tell, stages):
        if cluster:
            backends, layout = ("plain",), "cluster"
        options = chosen(
            paths, definitions, clusters, layout=layout, backends=backends, verify=verify
        )
        if compat:
            options = replace(options, project=replace(options.project, compat=True))
        out_dir = out_dir or options.project.directory
        store = open_store("" if no_cache else cache_dir)
        options = replace(options, store=store)
        memory = None
        elsewhere = origins or bool(scheduler)
        if not (check or cluster or shard or verify or verbose or elsewhere or output == "json"):
            # What is taken from the cache has no diagnostics, but may have had notes.
            memory = recall(options, store)
            whole = write_whole(memory, out_dir) if memory is not None else None
            if whole is not None:
                return _show_whole(whole, store, stats, time.perf_counter() - start)
        check_names(options, backends)
        if memory is not None:
            memory.begin(out_dir)
        try:
            result, written = _built(
                options,
                memory,
                out_dir,
                jobs,
                shard,
                write=not (check or cluster),
                tell=tell,
                origins=origins,
                scheduler=scheduler,
            )
        finally:
            if memory is not None:
                memory.close()
            store.close()
    code = _show(result, output, verbose)
    if result.ok and cluster:
        code = _print_cluster(result, cluster)
    elif result.ok and check:
        code = _print_changes(result, out_dir)
    if written is not None:
        numbers = result.statistics
        counts = (numbers.applications, numbers.clusters, numbers.objects)
        click.echo(_summary(counts, written, time.perf_counter() - start), err=True)
        _show_kept(written)
    if stats:
        _show_statistics(result, stages)
    return code


def _watch(out_dir: str | None, once: bool) -> int:
    """The command again and again, with what it was given."""
    from velac.compiler.commands.watch import changes_of, repeat

    if once:
        raise click.UsageError("--watch does not go with --check, --print or --shard")
    context = click.get_current_context()
    given = {**context.params, "watch": False}
    options = chosen(given["paths"], given["definitions"], given["clusters"])
    changes = changes_of(options, out_dir or options.project.directory)

    def build() -> int:
        code: int = context.invoke(COMMAND, **given)
        return code

    return repeat(build, changes)


def _built(
    options: Options,
    memory: Memory | None,
    out_dir: str,
    jobs: int,
    shard: str,
    *,
    write: bool,
    tell: Progress,
    origins: bool,
    scheduler: str,
) -> tuple[CompileResult, Written | None]:
    """Compile, and write unless told otherwise."""
    from velac.compiler.cache.build import remembering_build
    from velac.compiler.driver import Session
    from velac.compiler.parallel.build import build, build_shard
    from velac.compiler.parallel.shard import parse_shard

    if not write:
        return Session(options, tell).run(), None
    if shard:
        part = parse_shard(shard)
        if part is None:
            raise click.UsageError("--shard takes NUMBER/COUNT, such as 2/5")
        return build_shard(Session(options, tell), out_dir, part)
    if memory is not None:
        return remembering_build(memory, out_dir, jobs, tell)
    if scheduler:
        from velac.compiler.cache.inputs import digest_of_inputs
        from velac.compiler.parallel.remote import Unreachable, build_on_dask

        session = Session(options, tell)
        try:
            return build_on_dask(session, options, out_dir, scheduler, digest_of_inputs)
        except Unreachable as problem:
            raise click.UsageError(str(problem)) from None
    if origins:
        from velac.compiler.provenance.map import with_origins

        return build(Session(options, tell), out_dir, jobs, with_origins, divide=False)
    return build(Session(options, tell), out_dir, jobs)


def _show_whole(whole: Whole, store: Store, stats: bool, seconds: float) -> int:
    """Say what a build did that had everything in the cache."""
    store.close()
    counts = (whole.applications, whole.clusters, whole.objects)
    click.echo(_summary(counts, whole.written, seconds), err=True)
    _show_kept(whole.written)
    if stats:
        click.echo(f"classes of clusters: {whole.classes}", err=True)
        click.echo(f"from the cache: {counted(whole.applications, 'application')}", err=True)
    return 0


def _show_kept(written: Written) -> None:
    for path in written.kept:
        click.echo(f"kept `{path}`: no longer needed, but edited since it was written", err=True)


def _print_cluster(result: CompileResult, cluster: str) -> int:
    """The manifests of a cluster on stdout, and nothing else there; none is fine, an unknown cluster is not."""
    from velac.compiler.diagnostics.suggest import did_you_mean

    if cluster not in result.plan.clusters:
        hint = did_you_mean(cluster, result.plan.clusters, known="clusters")
        raise usage_error(f"there is no cluster `{cluster}`", hint)
    for path, content in result.files():
        if path == f"{cluster}/manifest.yaml":
            click.echo(content.decode(), nl=False)
    return 0


def _print_changes(result: CompileResult, out_dir: str) -> int:
    """The diff between what is on disk and what a build would write; 1 when there is any."""
    from velac.compiler.output.check import check_output

    changes = 0
    for diff in check_output(out_dir, result.files()):
        changes += 1
        click.echo(diff, nl=False)
    if changes:
        click.echo(f"{counted(changes, 'file')} of `{out_dir}` would change", err=True)
    return 1 if changes else 0


def _show(result: CompileResult, output: str, verbose: bool) -> int:
    if output == "json":
        from velac.compiler.diagnostics.render import render_json

        click.echo(render_json(result.diagnostics), nl=False)
        return 0 if result.ok else 1
    from velac.compiler.commands.report import show

    return show(result.diagnostics, verbose=verbose)


def _summary(counts: tuple[int, int, int], written: Written, seconds: float) -> str:
    applications, clusters, objects = counts
    files = f"{counted(written.written, 'file')} written, {written.unchanged} unchanged"
    if written.removed:
        files += f", {written.removed} removed"
    return (
        f"{counted(applications, 'application')}, {counted(clusters, 'cluster')}, "
        f"{counted(objects, 'object')}: {files} in {seconds:.2f} s"
    )


def _show_statistics(result: CompileResult, stages: dict[str, float]) -> None:
    numbers = result.statistics
    click.echo(f"classes of clusters: {numbers.classes}", err=True)
    work = numbers.work
    click.echo(
        f"component variants rendered: {numbers.rendered} ({work.fills} filled, {work.traces} traced)",
        err=True,
    )
    for name, done in sorted(work.traced.items()):
        traces = counted(done.count, "trace")
        click.echo(f"  traced `{name}`: {traces}, {done.seconds:.3f} s", err=True)
    for (name, why), done in sorted(work.evaluations.items()):
        times = counted(done.count, "evaluation")
        click.echo(f"  evaluated `{name}`: {times}, {done.seconds:.3f} s ({why})", err=True)
    for stage, seconds in stages.items():
        click.echo(f"{stage}: {seconds:.3f} s", err=True)


@contextmanager
def _progress() -> Iterator[tuple[Progress, dict[str, float]]]:
    """A progress callback and the seconds of each stage; a bar on a terminal, silence elsewhere."""
    stages: dict[str, float] = {}
    began = {"load": time.perf_counter()}

    def measure(stage: str) -> None:
        now = time.perf_counter()
        last, since = next(reversed(began.items()))
        if stage != last:
            stages[last] = now - since
            began[stage] = now

    if not sys.stderr.isatty():

        def silent(stage: str, done: int, total: int) -> None:
            measure(stage)

        yield silent, stages
        measure("")
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def show_bar(stage: str, done: int, total: int) -> None:
            measure(stage)
            if total and stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            if total:
                bar.update(tasks[stage], completed=done)  # type: ignore[arg-type]

        yield show_bar, stages
    measure("")
