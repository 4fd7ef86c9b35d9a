"""Going back: the spec of an earlier revision as an edit of the file that the Application is written in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

from velac.compiler.commands.inputs import chosen
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.diagnostics.render import has_errors
from velac.compiler.disk import Disk
from velac.compiler.driver import Session
from velac.compiler.ir.values import Values
from velac.compiler.load.documents import read_documents, unpacked
from velac.compiler.revision.assign import PUBLISH_VERSION
from velac.compiler.revision.model import AppHistory, AppRevision, Data, as_number, digest_of
from velac.grammar.source import SourceFile, Span
from velac.grammar.yaml_writer import emit


@final
@dataclass(frozen=True, slots=True)
class Edit:
    """A file with its new text."""

    path: str
    text: str
    notes: tuple[Diagnostic, ...] = ()


def document_of(label: str) -> tuple[Values, Session]:
    """The Application as its file says it now, and the session that has read it. Raises Rejected."""
    session = Session(chosen((), (), None))
    session.load()
    for document in session.bundle.applications:
        if _label(document.data) == label:
            return document, session
    if has_errors(session.diagnostics):
        raise Rejected(*session.diagnostics)
    hint = "bring its file back from git; the spec is shown by `velac revision show`"
    raise Rejected(Diagnostic("V822", f"there is no Application `{label}` any more", help=hint))


def _label(data: Any) -> str:
    metadata = data.get("metadata") if isinstance(data, dict) else None
    if not isinstance(metadata, dict):
        return ""
    return f"{metadata.get('namespace') or 'default'}/{metadata.get('name')}"


def rolled_back(history: AppHistory, revision: AppRevision) -> Edit:
    """The edit that goes back to a revision. Raises Rejected (V822, V823) where the result would not compile."""
    document, session = document_of(history.label)
    notes = tuple(_definitions(session, history, revision))
    if has_errors(notes):
        raise Rejected(*notes)
    wanted = _wanted(document.data, revision)
    source = document.span().file
    for text in _candidates(document, wanted):
        if _says(source, text, document.data, wanted):
            return Edit(source.name, text, notes)
    place = (Label(document.span(("spec",))),)
    hint = "copy the spec that `velac revision show` prints"
    raise Rejected(Diagnostic("V822", "this file cannot be edited safely", place, help=hint))


def _wanted(now: Data, revision: AppRevision) -> Data:
    """The Application to write: its own metadata, apart from the publishVersion, which belongs to the revision."""
    metadata = dict(now["metadata"])
    annotations = dict(metadata.get("annotations") or {})
    if annotations.get(PUBLISH_VERSION, "") != revision.publish_version:
        annotations.pop(PUBLISH_VERSION, None)
        if revision.publish_version:
            annotations[PUBLISH_VERSION] = revision.publish_version
        metadata["annotations"] = annotations
        if not annotations:
            del metadata["annotations"]
    return {**now, "metadata": metadata, "spec": revision.content.spec}


def _definitions(
    session: Session, history: AppHistory, revision: AppRevision
) -> Iterator[Diagnostic]:
    """Which definitions of the revision the build does not have, or has with other content."""
    index = session.resolver.index.view(history.namespace)
    revisions = session.revisions
    assert revisions is not None, "somebody has asked for a revision"
    for kind, definitions in revision.content.definitions.items():
        for name, digest in definitions.items():
            live = index.find(kind, name)
            what = f"the {kind} definition `{name}` of {history.name}-v{revision.number}"
            if live is None:
                yield Diagnostic("V823", f"{what} is gone", help="bring the definition back first")
            elif revisions.store.digest_of(live) != digest:
                text = f"{what} has changed since: the next build makes a new revision"
                yield Diagnostic("V823", text, severity=Severity.WARNING)


def _candidates(document: Values, wanted: Data) -> Iterator[str]:
    """Texts to try: only the spec replaced as a block, then as a flow value; then the whole document."""
    whole = document.span()
    text = whole.file.text
    if wanted["metadata"] == document.data["metadata"]:
        key, value = document.key_span(("spec",)), document.span(("spec",))
        pad = " " * (key.start - (text.rfind("\n", 0, key.start) + 1))
        block = _indented(emit({"spec": wanted["spec"]}), pad)
        yield _replaced(text, Span(key.file, key.start, value.end), block)
        yield _replaced(text, value, _json(wanted["spec"]))
    pad = " " * (whole.start - (text.rfind("\n", 0, whole.start) + 1))
    yield _replaced(text, whole, _indented(emit(wanted), pad))
    yield _replaced(text, whole, _json(wanted))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=as_number)


def _indented(block: str, pad: str) -> str:
    lines = block.rstrip("\n").split("\n")
    return "\n".join([lines[0], *(pad + line if line else line for line in lines[1:])])


def _replaced(text: str, span: Span, new: str) -> str:
    # A block ends where the next thing begins; line breaks in between stay.
    end = len(text[: span.end].rstrip()) if text[: span.end].strip() else span.end
    return text[: span.start] + new + text[max(end, span.start) :]


def _says(source: SourceFile, text: str, before: Data, wanted: Data) -> bool:
    """Whether the new text holds what the old one did, apart from this Application."""
    problems: list[Diagnostic] = []

    def documents(content: str) -> list[str]:
        found = read_documents(SourceFile(source.name, content), problems, lenient=True)
        return [digest_of(item.data) for document in found for item in unpacked(document)]

    try:
        old, new = documents(source.text), documents(text)
    except (Rejected, TypeError, ValueError):
        return False
    expected = [digest_of(wanted) if one == digest_of(before) else one for one in old]
    return not problems and new == expected


def write_file(edit: Edit) -> None:
    """Put the text into place at once. Raises Rejected (V803)."""
    disk = Disk()
    fresh = f"{edit.path}.velac-new"
    try:
        disk.write(fresh, edit.text.encode("utf-8", "surrogatepass"))
        disk.rename(fresh, edit.path)
    except OSError as error:
        text = f"cannot write `{edit.path}`: {error.strerror or error}"
        raise Rejected(Diagnostic("V803", text)) from error
