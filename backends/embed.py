"""Manifests inside other documents, and names for them: what several backends do with texts that exist already."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

_BREAK: Final = re.compile(r"\n(?=[^\n])")


def as_item(text: str, indent: int = 0) -> str:
    """A document as an item of a block list that stands at `indent`; the same data, as YAML's indentation is relative."""
    pad = " " * indent
    return f"{pad}- " + _BREAK.sub(f"\n{pad}  ", text)


def bounded(name: str, limit: int = 63) -> str:
    """The name itself, or its beginning and a hash of it where it is longer than `limit`."""
    if len(name) <= limit:
        return name
    digest = sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('.-')}-{digest}"
