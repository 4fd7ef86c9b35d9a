"""CustomResourceDefinitions in files: in the repository beside the Applications, or given one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.load.documents import read_documents, unpacked
from velac.compiler.load.files import Files

_KIND: Final = "CustomResourceDefinition"


def found_crds(paths: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """The CRD objects in files and below directories; what cannot be read is reported by the build."""
    problems: list[Diagnostic] = []
    files = Files(problems)
    for file in files.find(paths):
        source = files.read(file) if file.suffix != ".cue" else None
        # A glance at the text keeps the files of Applications from being parsed twice.
        if source is None or _KIND not in source.text:
            continue
        for found in read_documents(source, problems):
            for document in unpacked(found):
                data = document.data
                if isinstance(data, dict) and data.get("kind") == _KIND:
                    yield data
