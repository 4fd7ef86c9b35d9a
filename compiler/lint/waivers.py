"""Waivers: findings that somebody accepted, for a reason, perhaps until a day.

In a source file a comment on the line of the finding, or alone on the line above it:
`# velac: allow VL012 until=2030-01-31 owner=team-x reason=the rest of the line`. In a waiver file a list `waivers` of
`{rule, app, file, until, owner, reason}`, where `app` and `file` are patterns with `*`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic, Label, Severity
from velac.compiler.ir.shape import STRING, ListOf, Object, Scalar, check_shape
from velac.compiler.ir.values import Values
from velac.compiler.lint.edits import without_comment
from velac.compiler.lint.result import Result
from velac.compiler.lint.rule import RuleSpec
from velac.grammar.source import NOWHERE, SourceFile, Span

_COMMENT: Final = re.compile(r"(?:^|\s)(?:#|//)\s*velac:\s*(.*)$")
_WORD: Final = re.compile(r"(until|owner)=(\S+)\s*")


def _day_problem(text: str) -> str:
    return "" if _day(text) is not None else f"`{text}` is not a day such as `2030-01-31`"


FILE_SHAPE: Final = Object(
    {
        "waivers": ListOf(
            Object(
                {
                    "rule": STRING, "app": STRING, "file": STRING, "owner": STRING, "reason": STRING,
                    "until": Scalar("string", _day_problem),
                },
                frozenset({"rule", "reason"}),
                "a waiver",
            )
        )
    },
    frozenset({"waivers"}),
    "a waiver file",
)  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Waiver:
    """Allows findings of `codes`: on the lines `lines` of `file`, or matching the patterns."""

    codes: frozenset[str]
    reason: str
    span: Span
    owner: str = ""
    until: date | None = None
    lines: tuple[int, ...] = ()
    app: str = "*"
    file: str = "*"

    def covers(self, result: Result) -> bool:
        """Whether it is about a result, whatever the day."""
        if result.code not in self.codes:
            return False
        if self.lines:
            return result.span.file is self.span.file and result.span.line in self.lines
        return fnmatchcase(result.subject, self.app) and fnmatchcase(result.file, self.file)

    def text(self) -> str:
        """`reason (owner, until day)`."""
        terms = [t for t in (self.owner, f"until {self.until}" if self.until else "") if t]
        return self.reason + (f" ({', '.join(terms)})" if terms else "")


def inline_waivers(
    files: Iterable[SourceFile], rules: Mapping[str, RuleSpec], problems: list[Diagnostic]
) -> Iterator[Waiver]:
    """The waivers in the comments of files; malformed ones are reported (VL502)."""
    for file in files:
        if "velac:" not in file.text:
            continue
        at = file.text.find("velac:")
        while at >= 0:
            number = file.position(at)[0]
            line = file.line(number)
            match = _COMMENT.search(line)
            if match is not None:
                start = file.line_starts()[number - 1]
                span = Span(file, start + line.index("velac:", match.start()), start + len(line))
                alone = not line[: match.start()].strip()
                yield from _parsed(match[1], span, _covered(file, number, alone), rules, problems)
            at = file.text.find("velac:", at + 6)


def _covered(file: SourceFile, number: int, alone: bool) -> tuple[int, ...]:
    """The line itself; alone on its line a comment is about the next line that is no comment."""
    if not alone:
        return (number,)
    after = number + 1
    while file.line(after).lstrip().startswith(("#", "//")):
        after += 1
    return (number, after)


def _parsed(
    text: str,
    span: Span,
    lines: tuple[int, ...],
    rules: Mapping[str, RuleSpec],
    problems: list[Diagnostic],
) -> Iterator[Waiver]:
    verb, _, rest = text.strip().partition(" ")
    words, _, rest = rest.strip().partition(" ")
    codes = _codes(words, rules)
    until: date | None = None
    owner = ""
    rest = rest.strip()
    complaint = "" if verb == "allow" else f"`{verb}` is not `allow`"
    if not complaint and codes is None:
        complaint = f"`{words}` is not a lint rule" if words else "no rule is named"
    while match := _WORD.match(rest):
        rest = rest[match.end() :]
        if match[1] == "owner":
            owner = match[2]
        else:
            until = _day(match[2])
            complaint = complaint or _day_problem(match[2])
    if not complaint and not rest.removeprefix("reason=").strip():
        complaint = "there is no `reason=`"
    elif not complaint and not rest.startswith("reason="):
        complaint = f"`{rest.split()[0]}` is not `until=`, `owner=` or `reason=`"
    if complaint:
        problems.append(Diagnostic("VL502", f"waiver: {complaint}", (Label(span),)))
    elif codes is not None:
        reason = rest.removeprefix("reason=").strip().strip('"')
        yield Waiver(codes, reason, span, owner, until, lines)


def _codes(words: str, rules: Mapping[str, RuleSpec]) -> frozenset[str] | None:
    slugs = {rule.slug: code for code, rule in rules.items()}
    found = [slugs.get(word.lower(), word.upper()) for word in words.split(",") if word]
    known = all(code in rules for code in found)
    return frozenset(found) if found and known else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def file_waivers(
    document: Values, rules: Mapping[str, RuleSpec], problems: list[Diagnostic]
) -> Iterator[Waiver]:
    """The waivers of a waiver file."""
    found = check_shape(document, FILE_SHAPE)
    problems += found
    if found:
        return
    for index, item in enumerate(document.data["waivers"]):
        place = document.at("waivers", index)
        codes = _codes(item["rule"], rules)
        if codes is None:
            text = f"waiver: `{item['rule']}` is not a lint rule"
            problems.append(Diagnostic("VL502", text, (Label(place.span(("rule",))),)))
            continue
        yield Waiver(
            codes,
            item["reason"],
            place.span(),
            item.get("owner") or "",
            _day(item.get("until") or ""),
            (),
            item.get("app") or "*",
            item.get("file") or "*",
        )


def apply_waivers(
    results: Sequence[Result], waivers: Sequence[Waiver], today: date, ran: Container[str]
) -> tuple[list[Result], list[Diagnostic]]:
    """The results with what is waived marked; waivers that have expired (VL501) or waive nothing (VL503).

    A waiver for rules that did not run (`ran` holds those that did) may waive something another time.
    """
    used: set[int] = set()
    by_code: dict[str, list[int]] = {}
    for at, waiver in enumerate(waivers):
        for code in waiver.codes:
            by_code.setdefault(code, []).append(at)
    out = []
    for result in results:
        hits = [at for at in by_code.get(result.code, ()) if waivers[at].covers(result)]
        used.update(hits)
        valid = [waivers[at] for at in hits if not _expired(waivers[at], today)]
        out.append(replace(result, waived=valid[0].text()) if valid else result)
    idle = {at for at, w in enumerate(waivers) if at not in used and all(c in ran for c in w.codes)}
    return out, [d for at, w in enumerate(waivers) for d in _due(w, today, at in idle)]


def _expired(waiver: Waiver, today: date) -> bool:
    return waiver.until is not None and waiver.until < today


def _due(waiver: Waiver, today: date, idle: bool) -> Iterator[Diagnostic]:
    codes = ", ".join(sorted(waiver.codes))
    if _expired(waiver, today):
        whose = f" of {waiver.owner}" if waiver.owner else ""
        text = f"the waiver{whose} for {codes} expired on {waiver.until}"
        yield Diagnostic("VL501", text, (Label(waiver.span),))
    elif idle:
        text = f"the waiver for {codes} waives nothing"
        fix = without_comment(waiver.span.file, waiver.span) if waiver.lines else None
        yield Diagnostic("VL503", text, (Label(waiver.span),), Severity.WARNING, fix=fix)


def source_files(values: Iterable[Values]) -> list[SourceFile]:
    """The files that documents were read from, each once."""
    files = {id(v.span().file): v.span().file for v in values}
    return [file for file in files.values() if file is not NOWHERE]
