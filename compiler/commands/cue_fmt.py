"""`velac cue fmt`: CUE files in their canonical layout."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

import click

from velac.compiler.commands.cue_options import show_error, write
from velac.compiler.cue.errors import CueError, Problem

_SKIPPED: Final = ("cue.mod",)


@click.command(help="Format CUE files in place; a file that is formatted already is not touched.")
@click.argument("inputs", nargs=-1, metavar="[FILE|DIR|-]...")
@click.option("--check", is_flag=True, help="Only list the files that are not formatted; 1 if any.")
@click.option("-d", "--diff", is_flag=True, help="Print the changes instead of writing them.")
@click.option("--files", is_flag=True, help="Take directories with everything below them.")
def COMMAND(inputs: tuple[str, ...], check: bool, diff: bool, files: bool) -> int:
    """Format all files or, if one cannot be read, none."""
    from velac.compiler.cue.packages import Reader
    from velac.grammar.format import format as format_file

    reader = Reader()
    problems: list[Problem] = []
    changed: list[tuple[str, str, str]] = []
    for name in dict.fromkeys(_names(inputs or (".",), files, problems)):
        try:
            source = (
                reader.standard() if name == "-" else reader.source(name, os.path.normpath(name))
            )
            text = format_file(reader.parse(source))
        except CueError as error:
            problems += error.problems
            continue
        if (name == "-" and not (check or diff)) or text != source.text:
            changed.append((name, source.text, text))
    if problems:
        return show_error(CueError(problems))
    for name, before, after in changed:
        if diff:
            write(_diff(name, before, after))
        elif check:
            write(name + "\n")
        elif name == "-":
            write(after)
        else:
            _replace(name, after)
    return 1 if check and changed else 0


def _names(inputs: tuple[str, ...], below: bool, problems: list[Problem]) -> Iterator[str]:
    """The files of the arguments; `DIR/...`, or a directory with `below`, with those below it."""
    for name in inputs:
        folder = name[:-3].rstrip("/") or "." if name.endswith("...") else name
        if name == "-" or os.path.isfile(name):
            yield name
        elif not os.path.isdir(folder):
            problems.append(Problem(f"`{name}` does not exist", code="V109"))
        else:
            found = list(_walk(folder, below or folder != name))
            if not found:
                problems.append(Problem(f"no CUE files in `{name}`", code="V109"))
            yield from found


def _walk(folder: str, below: bool) -> Iterator[str]:
    with os.scandir(folder) as listed:
        entries = sorted(listed, key=lambda entry: entry.name)
    for entry in entries:
        path = os.path.normpath(os.path.join(folder, entry.name))
        if entry.is_file() and entry.name.endswith(".cue"):
            yield path
        elif below and _is_walked(entry):
            yield from _walk(path, below)


def _is_walked(entry: os.DirEntry[str]) -> bool:
    hidden = entry.name[0] in "._" or entry.name in _SKIPPED
    return not hidden and entry.is_dir(follow_symlinks=False)


def _diff(name: str, before: str, after: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"{name}.orig", name
    )
    text = "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines
    )
    return f"diff {name}.orig {name}\n{text}"


def _replace(name: str, text: str) -> None:
    """Put a text in the place of a file, whole or not at all; its permissions stay."""
    import shutil
    import tempfile

    target = os.path.realpath(name)
    handle, path = tempfile.mkstemp(prefix=".velac-", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8", "surrogatepass"))
        shutil.copymode(target, path)
        os.replace(path, target)
    except BaseException:
        os.unlink(path)
        raise
