"""A difference as text for a terminal, as unified diffs, and as JSON; and the words that all reports share."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from velac.compiler.diff.change import (
    ADD,
    CHANGE,
    DELETE,
    ORDER,
    PLAN,
    RENAME,
    REVISE,
    Change,
    Difference,
)
from velac.compiler.diff.fields import ABSENT
from velac.compiler.jsontext import array_text
from velac.compiler.words import counted

VERBS: Final = (ADD, CHANGE, RENAME, DELETE, ORDER, PLAN, REVISE)
RISK_ORDER: Final = {"high": 0, "medium": 1, "low": 2, "": 3}
_SIGNS: Final = {
    ADD: "+",
    DELETE: "-",
    CHANGE: "~",
    RENAME: "»",
    ORDER: "↕",
    PLAN: "→",
    REVISE: "·",
}
_FEW: Final = 4
_SPARED: Final = 3
_MANY: Final = 5


def where_text(change: Change) -> str:
    """The clusters of a change; those of the Application that it leaves out are named when they are the exception."""
    spared = change.spared
    text = clusters_text(change.clusters)
    if 0 < len(spared) <= _SPARED and len(change.clusters) > _MANY:
        text += f", not in {', '.join(spared)}"
    return text


def clusters_text(names: Sequence[str]) -> str:
    """`in 37 clusters (prod-eu-*, …)`: few by name, many by number and common beginnings."""
    if not names:
        return "in no cluster"
    if len(names) == 1:
        return f"in {names[0]}"
    if len(names) <= _FEW:
        return f"in {', '.join(names)}"
    stems = list(dict.fromkeys(name.rstrip("0123456789") for name in names))
    known = set(names)
    shown = ", ".join(stem + "*" if stem not in known else stem for stem in stems[:3])
    more = ", …" if len(stems) > 3 else ""
    return f"in {len(names)} clusters ({shown}{more})"


def summary(difference: Difference) -> str:
    """One line: how much of what, where."""
    apps = len({change.app for change in difference.changes})
    high = sum(change.risk == "high" for change in difference.changes)
    risky = f", {high} high-risk" if high else ""
    counts = ", ".join(
        f"{difference.count(verb)} to {verb}" for verb in VERBS if difference.count(verb)
    )
    if not counts:
        return "no change in any cluster"
    return f"{counted(apps, 'Application')}, {counted(len(difference.clusters), 'cluster')}: {counts}{risky}"


def by_app(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """The changes of each Application."""
    apps: dict[str, list[Change]] = {}
    for change in changes:
        apps.setdefault(change.app, []).append(change)
    return apps


# ----------------------------------------------------------------------------------------------------- terminal


def to_text(difference: Difference) -> str:
    """For a terminal: Applications, their objects, the fields."""
    lines: list[str] = []
    for app, changes in by_app(difference.changes).items():
        lines.append(app)
        for change in changes:
            lines.append(f"  {_SIGNS[change.verb]} {change.title} {where_text(change)}")
            lines += [f"      {line}" for line in field_lines(change)]
            lines += [f"      ! {risk.level}: {risk.text}" for risk in change.risks]
            lines += [f"      from {cause}" for cause in change.causes]
    lines.append(summary(difference))
    return "\n".join(lines) + "\n"


def field_lines(change: Change) -> Iterator[str]:
    """A line per changed field."""
    for item in change.fields:
        if item.before is ABSENT:
            yield f"{item.path}: {_short(item.after)} (new)"
        elif item.after is ABSENT:
            yield f"{item.path}: {_short(item.before)} (gone)"
        else:
            yield f"{item.path}: {_short(item.before)} -> {_short(item.after)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 100 else text[:97] + "..."


def unified_lines(change: Change) -> list[str]:
    """The texts of an object before and after, as a unified diff."""
    name = str(change.identity)
    before = change.before.text.splitlines() if change.before else []
    after = change.after.text.splitlines() if change.after else []
    return list(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm=""))


def to_unified(difference: Difference) -> str:
    """A unified diff for each change, with the clusters in a comment line."""
    out: list[str] = []
    for change in difference.changes:
        out.append(f"# {change.app}: {change.title} {where_text(change)}")
        out += unified_lines(change)
    return "\n".join(out) + "\n" if out else ""


# --------------------------------------------------------------------------------------------------------- json


def to_json(difference: Difference) -> str:
    """The difference as JSON."""
    clusters = array_text(difference.clusters, "  ")
    changes = array_text(map(_data, difference.changes), "  ")
    said = json.dumps(summary(difference), ensure_ascii=False)
    return f'{{\n  "summary": {said},\n  "clusters": {clusters},\n  "changes": {changes}\n}}\n'


def _data(change: Change) -> dict[str, Any]:
    return {
        "name": str(change.identity),
        "application": change.app,
        "verb": change.verb,
        "group": change.identity.group,
        "kind": change.identity.kind,
        "clusters": change.clusters,
        "spared": list(change.spared),
        "risk": change.risk or "none",
        "risks": [{"level": r.level, "text": r.text} for r in change.risks],
        "causes": list(change.causes),
        "fields": [
            {
                "path": f.path,
                "verb": f.verb,
                **({} if f.before is ABSENT else {"before": f.before}),
                **({} if f.after is ABSENT else {"after": f.after}),
            }
            for f in change.fields
        ],
    }
