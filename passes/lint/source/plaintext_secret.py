"""VL014: a secret stands in the source."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, strings_of
from velac.compiler.lint.secrets import is_known_secret, is_secret

_NAMES = frozenset({"password", "token", "apiKey", "accessKey", "secretKey", "privateKey"})


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    pieces = [c.properties for c in app.components] + [t.properties for _, t in app.traits()]
    pieces += [p.properties for p in app.policies()] + [s.properties for s in app.steps()]
    for values in pieces:
        for path, text in strings_of(values):
            name = next((step for step in reversed(path) if isinstance(step, str)), "")
            if values is not None and (
                is_known_secret(text) or (name in _NAMES and is_secret(name, text))
            ):
                yield app.finding(f"`{name}` holds a secret in plain text", values.span(path))


RULE = RuleSpec(
    "VL014",
    "plaintext-secret",
    "A secret stands in the source",
    "application",
    Severity.ERROR,
    ("recommended", "security"),
    what="A property holds something that is a private key, an access key or a token by its looks, or its name says so.",
    why="Whoever may read the repository knows it, for ever.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', labels: {x: y}, annotations: {key: AKIAABCDEFGHIJKLMNOP}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', labels: {x: y}}
""",
    fix="Put it into a secret store, replace it, and refer to it.",
    check=check,
)
