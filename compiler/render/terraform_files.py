"""The blocks `variable` of a Terraform module that lies in a directory, as one text of HCL.

Only they are parsed: everything else in a module is Terraform's business. JSON (`*.tf.json`) is read too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from stat import S_ISREG
from typing import Any, Final, NoReturn

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.definition import Definition
from velac.compiler.project import MODULE_SUFFIXES
from velac.grammar.source import SourceFile, Span

MAX_TEXT: Final = 4 * 1024 * 1024
"""Of all files of a module together, in bytes."""
_TOKEN: Final = re.compile(
    r"""(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))
      | <<-?(?P<heredoc>[A-Za-z_][\w-]*)[ \t]*\r?\n
      | (?P<quote>")
      | (?P<open>[{(\[]) | (?P<close>[})\]])
      | (?P<word>[A-Za-z_][\w-]*)
      | (?P<line>\n)""",
    re.VERBOSE | re.DOTALL,
)
_STRING: Final = re.compile(
    r'[^"\\$%]+|\\.|\$\$\{|%%\{|(?P<template>[$%]\{)|(?P<end>")|[$%]', re.DOTALL
)
_IN_STRING: Final = -1


def module_directory(definition: Definition) -> str:
    """The directory of a definition's module, which is checked to lie where the project says. Raises Rejected."""
    root = definition.module
    path = (definition.terraform or {}).get("path") or ""
    text = str(path)
    found = os.path.normpath(os.path.join(root, text))
    if "\0" in text or os.path.isabs(text) or not _inside(found, root):
        _refuse(
            definition, f"the path `{_shown(text)}` of its Terraform module leads out of `{root}`"
        )
    if not os.path.isdir(found):
        hint = "`terraform.modules` of velac.yaml says where the module's address lies"
        _refuse(definition, f"its Terraform module is not there: `{found}` is no directory", hint)
    return found


def variable_blocks(definition: Definition) -> tuple[str, dict[str, dict[str, Any]]]:
    """The blocks of all files of a module as HCL, and what its JSON files say by name. Raises Rejected."""
    folder = module_directory(definition)
    texts: list[str] = []
    data: dict[str, dict[str, Any]] = {}
    budget = MAX_TEXT
    for name in module_files(folder):
        path = os.path.join(folder, name)
        source = _read(definition, path, budget)
        budget -= len(source.text)
        if name.endswith(".json"):
            data |= _of_json(source)
        else:
            texts += _blocks(source)
    return "\n".join(texts), data


def module_files(folder: str) -> list[str]:
    """The names of the files that Terraform reads in a directory, in its order: overrides come last."""
    try:
        names = [name for name in os.listdir(folder) if name.endswith(MODULE_SUFFIXES)]
    except OSError:
        return []
    names = [name for name in names if not name.startswith((".", "#")) and not name.endswith("~")]
    return sorted(names, key=lambda name: (_overrides(name), name))


def _overrides(name: str) -> bool:
    stem = name.removesuffix(".json").removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")


def _inside(path: str, root: str) -> bool:
    real, top = os.path.realpath(path), os.path.realpath(root)
    return real == top or real.startswith(top.rstrip(os.sep) + os.sep)


def _read(definition: Definition, path: str, budget: int) -> SourceFile:
    try:
        status = os.stat(path)
        if not S_ISREG(status.st_mode):
            _refuse(definition, f"`{path}` of its Terraform module is not a regular file")
        if not _inside(path, definition.module):
            _refuse(definition, f"`{path}` leads out of `{definition.module}`")
        if status.st_size > budget:
            limit = f"{MAX_TEXT >> 20} MiB"
            _refuse(definition, f"its Terraform module has more than {limit} of text")
        with open(path, "rb") as file:
            raw = file.read(budget + 1)
        return SourceFile(path.replace(os.sep, "/"), raw.decode("utf-8-sig"))
    except OSError as error:
        _refuse(definition, f"cannot read `{path}`: {error.strerror or error}")
    except UnicodeDecodeError:
        _refuse(definition, f"`{path}` of its Terraform module is not UTF-8 text")


def _refuse(definition: Definition, message: str, help: str = "") -> NoReturn:
    text = f"`{definition.name}`: {message}"
    raise Rejected(Diagnostic("V312", text, (Label(definition.span),), help=help))


def _shown(text: str) -> str:
    return text.replace("\0", "\\0")


# --------------------------------------------------------------------------------------------------- the text


def _of_json(source: SourceFile) -> dict[str, dict[str, Any]]:
    try:
        data = json.loads(source.text)
    except (ValueError, RecursionError):
        label = Label(Span(source, 0, 0))
        raise Rejected(Diagnostic("V312", "this file of a module is not JSON", (label,))) from None
    found = data.get("variable") if isinstance(data, dict) else None
    blocks = found if isinstance(found, list) else [found]
    return {
        str(name): body if isinstance(body, dict) else {}
        for block in blocks
        if isinstance(block, dict)
        for name, body in block.items()
    }


def _blocks(source: SourceFile) -> Iterator[str]:
    """The blocks `variable` at the top of a file. Raises Rejected where brackets or strings do not end."""
    text = source.text
    depth = 0
    start = -1
    at_line = True
    position = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        kind = match.lastgroup
        if kind == "line":
            at_line = at_line or depth == 0
            continue
        if kind == "comment":
            continue
        if kind == "heredoc":
            position = _after_heredoc(source, match)
        elif kind == "quote":
            position = _after_string(source, match.end())
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth < 0:
                _unsound(source, match.start(), "closes what was never opened")
            if depth == 0 and start >= 0:
                yield text[start:position]
                start = -1
        elif depth == 0 and at_line and match["word"] == "variable":
            start = match.start()
        at_line = False
    if depth:
        _unsound(source, max(start, 0), "is not closed")


def _after_heredoc(source: SourceFile, match: re.Match[str]) -> int:
    end = re.compile(rf"^[ \t]*{re.escape(match['heredoc'])}[ \t]*\r?$", re.MULTILINE)
    found = end.search(source.text, match.end())
    if found is None:
        _unsound(source, match.start(), f"does not end with {match['heredoc']}")
    return found.end()


def _after_string(source: SourceFile, position: int) -> int:
    """Where a string ends whose text starts at `position`; templates in it may hold strings themselves."""
    begin = position - 1
    stack = [_IN_STRING]  # else the number of open brackets of a template
    while stack:
        in_string = stack[-1] == _IN_STRING
        match = (_STRING if in_string else _TOKEN).search(source.text, position)
        if match is None:
            _unsound(source, begin, "does not end")
        position, kind = match.end(), match.lastgroup
        if in_string:
            if kind == "end":
                stack.pop()
            elif kind == "template":
                stack.append(1)
        elif kind == "quote":
            stack.append(_IN_STRING)
        elif kind == "open":
            stack[-1] += 1
        elif kind == "close":
            stack[-1] -= 1
            if stack[-1] == 0:
                stack.pop()
    return position


def _unsound(source: SourceFile, position: int, what: str) -> NoReturn:
    label = Label(Span(source, position, min(position + 1, len(source.text))))
    raise Rejected(Diagnostic("V312", f"this file of a module is not HCL: this {what}", (label,)))
