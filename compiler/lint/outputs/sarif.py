"""SARIF 2.1.0 within the limits of GitHub's code scanning: 25,000 results (5,000 are kept), text fields, tags."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from velac.compiler.diagnostics.codes import CODES
from velac.compiler.diagnostics.model import Label, Severity
from velac.compiler.lint.outputs.report import Report, region
from velac.compiler.lint.result import Result, clusters_text
from velac.grammar.source import NOWHERE

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS: Final = 5_000
_MAX_TEXT: Final = 1_024
_MAX_RELATED: Final = 10
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCORES: Final = {Severity.ERROR: "7.5", Severity.WARNING: "5.0", Severity.NOTE: "2.0"}


def sarif_report(report: Report) -> str:
    """One run; suppressed results are there as such. Past the limit the worst are kept and the rest is counted."""
    import json

    from velac import __version__

    ordered = [*report.worst_first, *(r for r in report.results if not r.counts)]
    kept = ordered[:MAX_RESULTS]
    codes = sorted({r.code for r in kept})
    index = {code: at for at, code in enumerate(codes)}
    notes = []
    if len(ordered) > len(kept):
        text = f"{len(ordered) - len(kept)} more results do not fit the limits of code scanning"
        notes.append({"level": "warning", "message": {"text": text}})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "velac",
                "semanticVersion": __version__,
                "rules": [_rule(report, code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": "velac/lint/"},
        "results": [_result(r, index[r.code]) for r in kept],
    }
    if notes:
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": notes}]
    data = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _rule(report: Report, code: str) -> dict[str, Any]:
    rule = report.rules.get(code)
    page = rule.page() if rule is not None else CODES.get(code)
    title, what, fix = (page.title, page.what, page.fix) if page else (code, code, "")
    severity = page.severity if page else Severity.ERROR
    properties: dict[str, Any] = {
        "tags": ["kubernetes", *(rule.presets if rule is not None else ())],
        "precision": "high",
        "problem.severity": "recommendation" if severity is Severity.NOTE else str(severity),
    }
    if rule is not None and "security" in rule.presets:
        properties["security-severity"] = _SCORES[severity]
    return {
        "id": code,
        "name": report.slug(code) or code,
        "shortDescription": {"text": title[:_MAX_TEXT]},
        "fullDescription": {"text": what[:_MAX_TEXT]},
        "help": {"text": fix or what},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": properties,
    }


def _result(result: Result, rule: int) -> dict[str, Any]:
    text = result.message
    if result.clusters:
        text += f" ({clusters_text(result.clusters)})"
    if result.help:
        text += f". {result.help}"
    data: dict[str, Any] = {
        "ruleId": result.code,
        "ruleIndex": rule,
        "level": _LEVELS[result.severity],
        "message": {"text": text},
        "locations": [_location(result)],
        "partialFingerprints": {
            "primaryLocationLineHash": result.fingerprint,
            "velac/v1": result.fingerprint,
        },
    }
    related = [_related(label) for label in result.related if label.span.file is not NOWHERE]
    related += [_logical(name, path) for name, path in result.objects]
    if related:
        data["relatedLocations"] = [
            {"id": at, **item} for at, item in enumerate(related[:_MAX_RELATED], 1)
        ]
    if not result.counts:
        waived = bool(result.waived)
        suppression = {"kind": "inSource" if waived else "external", "status": "accepted"}
        justification = result.waived or "in the baseline"
        data["suppressions"] = [{**suppression, "justification": justification}]
    return data


def _location(result: Result) -> dict[str, Any]:
    line, column, end_line, end_column = region(result)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(result.file or "velac.yaml")},
            "region": {
                "startLine": line,
                "startColumn": column,
                "endLine": end_line,
                "endColumn": end_column,
            },
        }
    }


def _related(label: Label) -> dict[str, Any]:
    line, column = label.span.file.position(label.span.start)
    return {
        "message": {"text": label.text or "related"},
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(label.span.file.name)},
            "region": {"startLine": line, "startColumn": column},
        },
    }


def _logical(name: str, path: str) -> dict[str, Any]:
    where = f"{name} {path}".rstrip()
    return {
        "message": {"text": f"rendered as {where}"},
        "logicalLocations": [{"fullyQualifiedName": where, "kind": "resource"}],
    }


def _uri(name: str) -> str:
    return quote(name, safe="/-._~")
