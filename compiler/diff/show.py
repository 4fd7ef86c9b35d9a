"""A difference for people and programs: text, unified, JSON, Markdown for a pull request, and one HTML file."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from velac.compiler.diff.compare import ADD, CHANGE, DELETE, RENAME, Change, Difference
from velac.compiler.diff.fields import ABSENT

COMMENT_LIMIT: Final = 65_536
"""The most characters that a pull request comment can have."""

_SIGNS: Final = {ADD: "+", DELETE: "-", CHANGE: "~", RENAME: "»"}
_ORDER: Final = {"high": 0, "medium": 1, "low": 2, "": 3}


def clusters_text(names: Sequence[str]) -> str:
    """`in 37 clusters (prod-eu-*, …)`: few by name, many by number and common beginnings."""
    if len(names) == 1:
        return f"in {names[0]}"
    if len(names) <= 4:
        return f"in {', '.join(names)}"
    stems = list(dict.fromkeys(name.rstrip("0123456789") for name in names))
    shown = ", ".join(stem + "*" if stem not in names else stem for stem in stems[:3])
    more = ", …" if len(stems) > 3 else ""
    return f"in {len(names)} clusters ({shown}{more})"


def summary(difference: Difference) -> str:
    """One line: how much of what, where."""
    apps = len({change.app for change in difference.changes})
    high = sum(change.risk == "high" for change in difference.changes)
    risky = f", {high} high-risk" if high else ""
    counts = ", ".join(
        f"{difference.count(verb)} to {verb}"
        for verb in (ADD, CHANGE, RENAME, DELETE)
        if difference.count(verb)
    )
    if not counts:
        return "no change in any cluster"
    return f"{_many(apps, 'Application')}, {_many(len(difference.clusters), 'cluster')}: {counts}{risky}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _by_app(changes: Iterable[Change]) -> dict[str, list[Change]]:
    apps: dict[str, list[Change]] = {}
    for change in changes:
        apps.setdefault(change.app, []).append(change)
    return apps


# ----------------------------------------------------------------------------------------------------- terminal


def to_text(difference: Difference) -> str:
    """For a terminal: Applications, their objects, the fields."""
    lines: list[str] = []
    for app, changes in _by_app(difference.changes).items():
        lines.append(app)
        for change in changes:
            lines.append(f"  {_SIGNS[change.verb]} {change.title} {clusters_text(change.clusters)}")
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
        out.append(f"# {change.app}: {change.title} {clusters_text(change.clusters)}")
        out += unified_lines(change)
    return "\n".join(out) + "\n" if out else ""


# --------------------------------------------------------------------------------------------------------- json


def to_data(difference: Difference) -> dict[str, Any]:
    """The difference as data."""
    return {
        "summary": summary(difference),
        "clusters": list(difference.clusters),
        "changes": [
            {
                "name": str(change.identity),
                "application": change.app,
                "verb": change.verb,
                "group": change.identity.group,
                "kind": change.identity.kind,
                "clusters": change.clusters,
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
            for change in difference.changes
        ],
    }


def to_json(difference: Difference) -> str:
    """The difference as JSON."""
    return json.dumps(to_data(difference), indent=2, ensure_ascii=False, default=str) + "\n"


# ----------------------------------------------------------------------------------------------------- markdown


def to_markdown(difference: Difference) -> str:
    """A pull request comment: the summary, a table, then bodies by risk as long as there is room."""
    head = [f"## velac: {summary(difference)}", ""]
    apps = _by_app(difference.changes)
    if apps:
        head += [
            "| Application | clusters | add | change | rename | delete | risk |",
            "|---|---|---|---|---|---|---|",
        ]
    for app, changes in apps.items():
        names = {name for change in changes for name in change.clusters}
        counts = [sum(c.verb == verb for c in changes) for verb in (ADD, CHANGE, RENAME, DELETE)]
        worst = min((c.risk for c in changes), key=_ORDER.__getitem__)
        head.append(
            f"| {_cell(app)} | {len(names)} | "
            + " | ".join(map(str, counts))
            + f" | {worst.upper() or '-'} |"
        )
    text = "\n".join(head) + "\n"
    if len(text) > COMMENT_LIMIT // 2:
        text = text[: COMMENT_LIMIT // 2].rsplit("\n", 1)[0] + "\n| … | | | | | | |\n"
    left_out = 0
    for change in sorted(difference.changes, key=lambda c: _ORDER[c.risk]):
        body = _details(change)
        if len(text) + len(body) > COMMENT_LIMIT - 200:
            left_out += 1
            continue
        text += body
    if left_out:
        text += f"\n{_many(left_out, 'change')} did not fit; see the full report.\n"
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _details(change: Change) -> str:
    risks = "".join(f"\n- **{risk.level}**: {_cell(risk.text)}" for risk in change.risks)
    causes = "".join(f"\n- from {_cell(cause)}" for cause in change.causes)
    lines = unified_lines(change)[2:]
    fence = "`" * max(3, 1 + max((_ticks(line) for line in lines), default=0))
    mark = f" ({change.risk} risk)" if change.risk else ""
    title = _cell(f"{change.app}: {change.title} {clusters_text(change.clusters)}{mark}")
    diff = "\n".join(lines)
    return f"\n<details><summary>{title}</summary>\n{risks}{causes}\n\n{fence}diff\n{diff}\n{fence}\n\n</details>\n"


def _ticks(line: str) -> int:
    return max(
        (len(run) for run in "".join(c if c == "`" else " " for c in line).split()), default=0
    )


# --------------------------------------------------------------------------------------------------------- html

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>velac diff</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1100px;padding:0 1rem;color:#222}
h1{font-size:1.4rem} table{border-collapse:collapse;margin:1rem 0} td,th{border:1px solid #ddd;padding:.25rem .6rem;text-align:left}
td.m{text-align:center;background:#fff5dd} details{border:1px solid #ddd;border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer} pre{overflow:auto;background:#f7f7f7;padding:.6rem;border-radius:4px} .a{color:#17692b}.d{color:#a4161a}
.high{background:#fdecea}.medium{background:#fff5dd} input{padding:.4rem .6rem;width:100%;box-sizing:border-box;font:inherit}
.matrix{overflow:auto}
</style></head><body>
<h1>{{ summary }}</h1>
<p><input id="q" type="search" placeholder="Search objects, Applications, clusters"></p>
{% if apps %}<div class="matrix"><table><tr><th>Application</th>{% for c in clusters %}<th>{{ c }}</th>{% endfor %}</tr>
{% for app, hit in apps %}<tr><td>{{ app }}</td>{% for c in clusters %}<td class="{{ 'm' if c in hit }}">{{ hit.get(c, '') }}</td>{% endfor %}</tr>
{% endfor %}</table></div>{% endif %}
{% for change in changes %}<details class="{{ change.risk }}" data-text="{{ change.search }}"><summary>{{ change.title }}</summary>
<ul>{% for risk in change.risks %}<li><b>{{ risk.level }}</b>: {{ risk.text }}</li>{% endfor %}
{% for cause in change.causes %}<li>from {{ cause }}</li>{% endfor %}<li>{{ change.clusters|join(', ') }}</li></ul>
<pre>{% for sort, line in change.lines %}<span class="{{ sort }}">{{ line }}</span>
{% endfor %}</pre></details>
{% endfor %}
<script>
document.getElementById('q').addEventListener('input', function () {
  var words = this.value.toLowerCase();
  document.querySelectorAll('details').forEach(function (d) {
    d.style.display = d.dataset.text.indexOf(words) >= 0 ? '' : 'none';
  });
});
</script></body></html>
"""


def to_html(difference: Difference) -> str:
    """One self-contained page: the summary, a matrix of clusters and Applications, all changes, a search."""
    from jinja2 import Environment

    matrix = []
    for app, changes in _by_app(difference.changes).items():
        hit: dict[str, int] = {}
        for change in changes:
            for cluster in change.clusters:
                hit[cluster] = hit.get(cluster, 0) + 1
        matrix.append((app, hit))
    page = Environment(autoescape=True).from_string(_PAGE)
    return page.render(
        summary=summary(difference),
        clusters=difference.clusters,
        apps=matrix,
        changes=[_html_change(change) for change in difference.changes],
    )


def _html_change(change: Change) -> dict[str, Any]:
    title = f"{change.app}: {change.title} {clusters_text(change.clusters)}"
    return {
        "title": title,
        "search": f"{title} {' '.join(change.clusters)}".lower(),
        "risk": change.risk,
        "risks": change.risks,
        "causes": change.causes,
        "clusters": change.clusters,
        "lines": [
            ({"+": "a", "-": "d"}.get(line[:1], ""), line) for line in unified_lines(change)[2:]
        ],
    }


FORMATS: Final[dict[str, Callable[[Difference], str]]] = {
    "text": to_text,
    "unified": to_unified,
    "json": to_json,
    "markdown": to_markdown,
    "html": to_html,
}
