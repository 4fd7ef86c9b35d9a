"""VL161: a label is not valid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity

_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")
_KEY = re.compile(r"(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for key, value in obj.mapping("metadata", "labels").items():
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            yield obj.finding(
                f"`{value}` is not a valid value of the label `{key}`", "metadata", "labels", key
            )
        elif not _KEY.fullmatch(key):
            yield obj.finding(f"`{key}` is not a valid name of a label", "metadata", "labels", key)


RULE = RuleSpec(
    "VL161",
    "label-invalid",
    "A label is not valid",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="The key or value of a label is longer than 63 characters, holds other characters than letters, digits, `-`, `_`, `.`, or is no text.",
    why="The API server refuses the object.",
    bad="""\
apiVersion: v1
kind: ConfigMap
metadata: {name: web, labels: {owner: 'Team Web'}}
""",
    good="""\
apiVersion: v1
kind: ConfigMap
metadata: {name: web, labels: {owner: team-web}}
""",
    fix="Use a valid value; longer texts go into annotations.",
    check=check,
)
