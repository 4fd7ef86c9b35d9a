"""What a delivery prunes, in the document of a plan and in its text and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from velac.compiler.fleet.prune import Obsolete
from velac.compiler.ir.plan import AppPlan
from velac.compiler.show.plan import Document

REMOVED: Final = "removed"
_EMPTY: tuple[str, ...] = (
    "waves", "otherSteps", "dependencies", "values", "classes", "policies",
)  # fmt: skip


def with_pruning(documents: Sequence[Document], obsolete: Iterable[Obsolete]) -> list[Document]:
    """The documents of a plan, each with `prune`; removed Applications have documents of their own."""
    found: dict[str, list[Document]] = {}
    for one in obsolete:
        found.setdefault(one.label, []).append(_entry(one))
    known = {f"{doc['namespace']}/{doc['name']}" for doc in documents}
    whole = [
        {**doc, "prune": found.get(f"{doc['namespace']}/{doc['name']}", [])} for doc in documents
    ]
    for label in found.keys() - known:
        namespace, _, name = label.partition("/")
        removed: Document = {"name": name, "namespace": namespace, "mode": REMOVED}
        whole.append({**removed, **{key: [] for key in _EMPTY}, "prune": found[label]})
    return sorted(whole, key=lambda doc: (doc["namespace"], doc["name"]))


def is_of(document: Document, wanted: str | None) -> bool:
    """Whether a document is of the Application called `wanted`, `name` or `namespace/name`."""
    name = document["name"]
    return wanted in (None, name, f"{document['namespace']}/{name}")


def is_plan_of(plan: AppPlan, wanted: str | None) -> bool:
    """The same for a plan."""
    return wanted in (None, plan.app.name, plan.app.label)


def _entry(one: Obsolete) -> Document:
    item = one.item
    entry: dict[str, Any] = {
        "fate": str(one.fate),
        "apiVersion": f"{item.identity.group}/{item.version}".lstrip("/"),
        "kind": item.identity.kind,
        "namespace": item.identity.namespace,
        "name": item.identity.name,
        "component": item.component,
        "clusters": list(one.clusters),
        "reason": one.reason,
        "rule": one.rule,
        "to": one.to,
        "wave": one.wave,
    }
    return entry


def prune_text(document: Document) -> Iterator[str]:
    """The lines of an Application."""
    for entry in document.get("prune", ()):
        yield f"  {_what(entry)} in {_clusters(entry['clusters'])}: {_why(entry)}"


def prune_markdown(document: Document) -> Iterator[str]:
    """A table of what an Application no longer makes."""
    entries = document.get("prune", ())
    if not entries:
        return
    yield "| prune | object | clusters | why |"
    yield "|---|---|---|---|"
    for entry in entries:
        cells = (
            _fate(entry), f"{entry['kind']} {_name(entry)}", _clusters(entry["clusters"]), _why(entry),
        )  # fmt: skip
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _what(entry: Document) -> str:
    return f"{_fate(entry)} {entry['kind']} {_name(entry)}"


def _fate(entry: Document) -> str:
    return f"{entry['fate']} to {entry['to']}" if entry["to"] else str(entry["fate"])


def _name(entry: Document) -> str:
    return "/".join(filter(None, (entry["namespace"], entry["name"])))


def _why(entry: Document) -> str:
    rule = f" [{entry['rule']}]" if entry["rule"] else ""
    wave = f" [after wave {entry['wave'] - 1}]" if entry["wave"] else ""
    return f"{entry['reason']}{rule}{wave}"


def _clusters(names: Sequence[str]) -> str:
    few = ", ".join(names[:6])
    return few if len(names) <= 6 else f"{len(names)} clusters ({', '.join(names[:3])}, ...)"
