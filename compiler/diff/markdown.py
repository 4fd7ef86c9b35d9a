"""A difference as a comment on a pull request: the summary first, bodies by risk, never more than a comment holds."""

from __future__ import annotations

import re
from typing import Final

from velac.compiler.diff.change import Change, Difference
from velac.compiler.diff.show import (
    RISK_ORDER,
    VERBS,
    by_app,
    summary,
    unified_lines,
    where_text,
)
from velac.compiler.words import counted

COMMENT_LIMIT: Final = 65_536
"""The most characters that a pull request comment can have."""
_NAMES: Final = 8_000
"""Room for the names of what did not fit."""
_CAUSES: Final = 3
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>|#~])")
_LONG: Final = 400


def to_markdown(difference: Difference, limit: int = COMMENT_LIMIT) -> str:
    """The comment, in at most `limit` characters (4,000 at least); what does not fit is named or counted."""
    text = _head(difference, limit // 3)
    room = limit - min(_NAMES, limit // 4)
    left: list[Change] = []
    for change in sorted(difference.changes, key=lambda c: RISK_ORDER[c.risk]):
        # Bodies are made while they may fit: what comes after the limit costs nothing.
        body = _details(change, room - len(text)) if room - len(text) > _LONG else ""
        if body:
            text += body
        else:
            left.append(change)
    return text + _left_out(left, limit - len(text))


def _head(difference: Difference, limit: int) -> str:
    lines = [f"## velac diff: {summary(difference)}", ""]
    apps = by_app(difference.changes)
    used = [verb for verb in VERBS if difference.count(verb)]
    if apps:
        lines.append(f"| Application | clusters | {' | '.join(used)} | risk |")
        lines.append("|---|---|" + "--:|" * len(used) + "---|")
    size = sum(map(len, lines)) + len(lines)
    for at, (app, changes) in enumerate(apps.items()):
        names = {name for change in changes for name in change.clusters}
        counts = [str(sum(c.verb == verb for c in changes) or "") for verb in used]
        worst = min((c.risk for c in changes), key=RISK_ORDER.__getitem__)
        risk = f"**{worst}**" if worst == "high" else worst or "–"
        line = f"| {escaped(app)} | {len(names)} | {' | '.join(counts)} | {risk} |"
        size += len(line) + 1
        if size > limit:
            lines += ["", f"… and {counted(len(apps) - at, 'Application')} more."]
            break
        lines.append(line)
    return "\n".join(lines) + "\n"


def _details(change: Change, room: int) -> str:
    """A change with its diff; "" when it is larger than `room`."""
    lines = unified_lines(change)[2:]
    if sum(map(len, lines)) > room:
        return ""
    risks = "".join(f"\n- **{risk.level} risk**: {escaped(risk.text)}" for risk in change.risks)
    causes = "".join(f"\n- from `{_plain(cause)}`" for cause in change.causes[:_CAUSES])
    fence = "`" * max(3, 1 + max((_ticks(line) for line in lines), default=0))
    mark = f" — {change.risk} risk" if change.risk else ""
    title = f"{_html(change.app)}: <b>{_html(change.title)}</b> {_html(where_text(change))}{mark}"
    diff = "\n".join(lines) or "(the same text)"
    body = (
        f"\n<details><summary>{title}</summary>\n{risks}{causes}\n\n"
        f"{fence}diff\n{diff}\n{fence}\n\n</details>\n"
    )
    return body if len(body) <= room else ""


def _left_out(changes: list[Change], room: int) -> str:
    if not changes:
        return ""
    text = f"\n{counted(len(changes), 'change')} did not fit; the full report has them:\n\n"
    for at, change in enumerate(changes):
        line = f"- {escaped(f'{change.app}: {change.title} {where_text(change)}')}\n"
        if len(text) + len(line) > room - 40:
            return text + f"- … and {len(changes) - at} more\n"
        text += line
    return text


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line and not endless."""
    text = " ".join(text.split())
    return _MARKS.sub(r"\\\1", text[:_LONG] + ("…" if len(text) > _LONG else ""))


def _plain(text: str) -> str:
    """Text for a code span."""
    return " ".join(text.replace("`", "'").split())[:_LONG]


def _html(text: str) -> str:
    """Text for an HTML element inside Markdown."""
    text = " ".join(text.split())[:_LONG]
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_~\[\]])", lambda m: f"&#{ord(m[1])};", text)


def _ticks(line: str) -> int:
    return max((len(run) for run in re.findall("`+", line)), default=0)
