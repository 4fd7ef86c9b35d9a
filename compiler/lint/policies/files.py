"""Policy files by what they are written in; what cannot be read is a finding (VL404), never a policy less."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.ir.values import Values
from velac.compiler.lint.object_view import ObjectView
from velac.compiler.lint.policies.cel import CelPolicies
from velac.compiler.lint.policies.cue import CuePolicies
from velac.compiler.lint.policies.rego import RegoPolicies
from velac.compiler.lint.rule import Finding
from velac.compiler.lint.run import Check, Coded, Subjects
from velac.compiler.load.documents import read_documents, unpacked
from velac.compiler.load.files import Files, InputFile
from velac.grammar.source import NO_SPAN, SourceFile

CANNOT_RUN: Final = "VL404"


@final
class PolicyCheck:
    """The policies of a project, as a check of a lint run. `paths` are files or directories."""

    __slots__ = ("_parts", "_paths")

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths: Final = paths
        self._parts: tuple[Check, ...] = ()

    def start(self, subjects: Subjects) -> Iterator[Coded]:
        """What is wrong with the policies, and what they say about Applications."""
        cue: list[SourceFile] = []
        rego: list[SourceFile] = []
        documents: list[Values] = []
        problems: list[Diagnostic] = []
        for source in _sources(self._paths, problems):
            if source.name.endswith(".cue"):
                cue.append(source)
            elif source.name.endswith(".rego"):
                rego.append(source)
            else:
                for document in read_documents(source, problems):
                    documents += unpacked(document)
        for problem in problems:
            yield CANNOT_RUN, Finding(problem.message, problem.span or NO_SPAN, problem.help)
        self._parts = (CuePolicies(cue), CelPolicies(documents), RegoPolicies(rego))
        for part in self._parts:
            yield from part.start(subjects)

    def look(self, view: ObjectView) -> Iterator[Coded]:
        """What the policies say about an object."""
        for part in self._parts:
            yield from part.look(view)


def _sources(paths: Iterable[str], problems: list[Diagnostic]) -> Iterator[SourceFile]:
    """The policy files below paths; Rego is not among what the loader of Applications looks for."""
    files = Files(problems)
    for path in paths:
        rego = [path] if path.endswith(".rego") else []
        if os.path.isdir(path):
            for folder, folders, names in os.walk(path):
                folders.sort()
                found = [
                    n for n in sorted(names) if n.endswith(".rego") and not n.endswith("_test.rego")
                ]
                rego += [os.path.join(folder, name) for name in found]
        listed = [InputFile(p, p.replace(os.sep, "/")) for p in rego]
        if path not in rego:
            listed += list(files.find([path]))
        for file in listed:
            source = files.read(file)
            if source is not None:
                yield source
