"""`velac lint --fix`: the edits that findings offer, made in the files, never changing what is compiled.

All edits are tried at once. What is compiled afterwards has to be the same, object by object; where it is not, the files
are put back and the edits of one rule after the other are tried. A file is replaced as a whole; files outside of the
project are left alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Fix, Rejected
from velac.compiler.lint.result import Result

Signature = object
Compile = Callable[[], Signature]
"""Compiles the project as it lies on disk: something to compare, None when there are errors."""

_MARK: Final = ".velac-fix"


@dataclass(slots=True)
class Fixed:
    """What was done: how many findings of each rule, and in which files; what was not, and why."""

    rules: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many findings were fixed."""
        return sum(self.rules.values())


def fix_all(results: Iterable[Result], root: str, compile_: Compile) -> Fixed:
    """Make the edits of counting results in files below `root`. Raises Rejected (V803) when a file cannot be written."""
    done = Fixed()
    offered = [(r, r.fix) for r in results if r.counts and r.fix is not None]
    wanted: list[tuple[str, Fix]] = []
    for result, fix in offered:
        if _is_inside(fix.span.file.name, root):
            wanted.append((result.code, fix))
        else:
            done.left.append(f"{result.span}: not below the project")
    if not wanted:
        return done
    before = compile_()
    if before is None:
        done.left.append("the sources do not compile: nothing was fixed")
        return done
    if not _tried(wanted, before, compile_, done):
        for code in dict.fromkeys(code for code, _ in wanted):
            own = [(c, fix) for c, fix in wanted if c == code]
            if not _tried(own, before, compile_, done):
                done.left.append(f"{code}: the output would change")
    return done


def _tried(
    wanted: Sequence[tuple[str, Fix]], before: Signature, compile_: Compile, done: Fixed
) -> bool:
    """Make edits, and undo them unless all that is compiled stays the same."""
    texts, made = _edited(wanted)
    originals = {name: _read(name) for name in texts}
    read = {fix.span.file.name: fix.span.file.text for _, fix in wanted}
    if originals != read:
        return False  # somebody, perhaps another rule, has been at a file since it was read
    try:
        _write_all(texts)
        same = compile_() == before
    except BaseException:
        _write_all(originals)
        raise
    if not same:
        _write_all(originals)
        return False
    done.files += sorted(texts)
    for code in made:
        done.rules[code] = done.rules.get(code, 0) + 1
    return True


def _edited(wanted: Iterable[tuple[str, Fix]]) -> tuple[dict[str, str], list[str]]:
    """The new texts of files, and the rules of the edits that were made; of two that overlap the first is."""
    by_file: dict[str, list[tuple[str, Fix]]] = {}
    for code, fix in wanted:
        by_file.setdefault(fix.span.file.name, []).append((code, fix))
    texts, made = {}, []
    for name, fixes in by_file.items():
        text = fixes[0][1].span.file.text
        parts: list[str] = []
        at = 0
        last: Fix | None = None
        for code, fix in sorted(fixes, key=lambda item: (item[1].span.start, item[1].span.end)):
            repeated = last is not None and last.span == fix.span and last.text == fix.text
            if fix.span.start < at or repeated:
                continue
            parts += (text[at : fix.span.start], fix.text)
            at = fix.span.end
            last = fix
            made.append(code)
        texts[name] = "".join((*parts, text[at:]))
    return texts, made


def _is_inside(name: str, root: str) -> bool:
    """Whether a file lies in the project, links followed."""
    top = os.path.realpath(root)
    real = os.path.realpath(name)
    return os.path.isfile(real) and os.path.commonpath((top, real)) == top


def _read(name: str) -> str:
    with open(name, encoding="utf-8", newline="") as file:
        return file.read()


def _write_all(texts: Mapping[str, str]) -> None:
    """Replace files, each by one rename."""
    for name, text in texts.items():
        target = os.path.realpath(name)
        beside = f"{target}{_MARK}"
        try:
            with open(beside, "x", encoding="utf-8", newline="") as file:
                file.write(text)
            os.chmod(beside, os.stat(target).st_mode & 0o7777)
            os.replace(beside, target)
        except OSError as error:
            if os.path.lexists(beside) and not isinstance(error, FileExistsError):
                os.remove(beside)
            text = f"cannot write `{name}`: {error.strerror}"
            raise Rejected(Diagnostic("V803", text)) from None
