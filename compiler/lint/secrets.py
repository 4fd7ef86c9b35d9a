"""What looks like a secret: by the name of a field and by the text in it."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = re.compile(
    r"(?:^|[_\-.]|(?<=[a-z]))(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key"
    r"|private[_-]?key|credentials?)$",
    re.IGNORECASE,
)
_TEXTS: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{36}\b"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10,}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.|://[^/\s:@$]+:[^/\s:@$]{3,}@"
)
_HARMLESS: Final = re.compile(
    r"|\$[({].*|.*(?:/|\.(?:pem|key|txt|json|yaml|crt)$).*|true|false|[0-9]+"
)


def is_secret(name: str, value: str) -> bool:
    """Whether `value` under `name` is a secret in plain text; paths, references and numbers are not."""
    if _TEXTS.search(value):
        return True
    return bool(_NAMES.search(name)) and not _HARMLESS.fullmatch(value)


def is_known_secret(value: str) -> bool:
    """Whether a text is a secret whatever it is called."""
    return bool(_TEXTS.search(value))
