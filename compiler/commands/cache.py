"""`velac cache`: where work is kept between builds, how much there is, and making room."""

from __future__ import annotations

import os
from collections import defaultdict

import click

from velac.compiler.store.store import FORMAT, Store, open_store

_MIB = 1 << 20


@click.group(help="Look at the cache directory, or make room in it.")
def COMMAND() -> None:
    """The group itself does nothing."""


_directory = click.option(
    "--cache-dir",
    metavar="DIR",
    type=click.Path(),
    help="The cache directory [default: $VELAC_CACHE_DIR, else the user's cache].",
)


@COMMAND.command("info")
@_directory
@click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", help="How to print it."
)
def info(cache_dir: str | None, output: str) -> int:
    """Show where the cache is, and what it holds."""
    store = open_store(cache_dir)
    kinds: dict[str, list[int]] = defaultdict(list)
    root = os.path.join(store.directory, FORMAT) if store else ""
    for entry in store.entries() if store else ():
        kind, _, rest = os.path.relpath(entry.path, root).partition(os.sep)
        if rest:
            kinds[kind].append(entry.size)
    found = [(kind, len(sizes), sum(sizes)) for kind, sizes in sorted(kinds.items())]
    if output == "json":
        import json

        listed = [{"name": kind, "entries": n, "bytes": size} for kind, n, size in found]
        click.echo(json.dumps(listed, indent=2))
    elif not store:
        click.echo("there is no cache directory")
    else:
        click.echo(f"{store.directory}, at most {store.limit / _MIB:,.0f} MiB")
        for kind, number, size in found:
            click.echo(f"{kind}: {number} entries, {size / _MIB:.2f} MiB")
    return 0


@COMMAND.command("prune")
@_directory
@click.option(
    "--size",
    type=click.IntRange(0),
    default=None,
    metavar="MIB",
    help="What may stay [default: three quarters of the limit].",
)
def prune(cache_dir: str | None, size: int | None) -> int:
    """Remove what was not used for longest."""
    store = open_store(cache_dir)
    _show(store, store.limit * 3 // 4 if size is None else size * _MIB)
    return 0


@COMMAND.command("clear")
@_directory
def clear(cache_dir: str | None) -> int:
    """Remove everything."""
    _show(open_store(cache_dir), 0)
    return 0


def _show(store: Store, target: int) -> None:
    left = store.prune(target) if store and os.path.isdir(store.directory) else 0
    click.echo(f"{left / _MIB:.2f} MiB left")
