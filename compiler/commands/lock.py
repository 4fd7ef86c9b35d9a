"""`velac lock`: which definitions the Applications use, and what reads them, with digests."""

from __future__ import annotations

import os
from difflib import unified_diff

import click

from velac.compiler.commands.inputs import chosen, with_inputs
from velac.compiler.commands.report import put_text, show
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.diagnostics.render import arranged, has_errors
from velac.compiler.driver import Session
from velac.compiler.supply.inputs import used_definitions
from velac.compiler.supply.statements import LOCK, json_text, lock_of


@click.command(help="Write velac.lock: the definitions in use and the versions that read them.")
@with_inputs
@click.option("--check", is_flag=True, help="Write nothing; print the differences, 1 if any.")
@click.option(
    "--file",
    "lock",
    metavar="FILE",
    type=click.Path(),
    help="The lock file [default: velac.lock beside velac.yaml, else here].",
)
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    check: bool,
    lock: str | None,
) -> int:
    """Plan, then write or compare; nothing is written when there are errors."""
    options = chosen(paths, definitions, clusters)
    session = Session(options)
    try:
        session.load()
        plans = session.plan()
    except Rejected as error:
        return show(arranged([*session.diagnostics, *error.diagnostics]))
    code = show(arranged(session.diagnostics))
    if has_errors(session.diagnostics):
        return code
    root = options.project.root
    file = lock or os.path.normpath(os.path.join(root, LOCK))
    text = json_text(lock_of(used_definitions(plans, session.resolver, root)))
    old = _content(file)
    if check:
        lines = unified_diff(
            (old or "").splitlines(True), text.splitlines(True), f"a/{LOCK}", f"b/{LOCK}"
        )
        click.echo("".join(lines), nl=False)
        return 0 if old == text else 1
    if old != text:
        put_text(file, text)
    return code


def _content(path: str) -> str | None:
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()
