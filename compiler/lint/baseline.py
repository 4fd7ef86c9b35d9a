"""The baseline: what was there when linting began, so that only new findings count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.lint.result import Result


def read_baseline(path: str) -> frozenset[str]:
    """The fingerprints of a baseline file. Raises Rejected (V104) when it cannot be read."""
    import orjson

    try:
        with open(path, "rb") as file:
            data: Any = orjson.loads(file.read())
        return frozenset(item["fingerprint"] for item in data["findings"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = f"cannot read the baseline `{path}`: {error}"
        raise Rejected(Diagnostic("V104", text)) from None


def baseline_text(results: Iterable[Result]) -> str:
    """A baseline of everything that counts; the words beside the fingerprints are for its readers."""
    import json

    findings = [
        {
            "fingerprint": result.fingerprint,
            "code": result.code,
            "file": result.file,
            "message": result.message,
        }
        for result in results
        if not result.waived
    ]
    return json.dumps({"findings": findings}, indent=2, ensure_ascii=False) + "\n"


def apply_baseline(results: Iterable[Result], known: frozenset[str]) -> list[Result]:
    """The results, with those that the baseline knows marked."""
    return [replace(r, baselined=True) if r.fingerprint in known else r for r in results]
