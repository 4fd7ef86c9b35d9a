"""JSON as people read it, put together piece by piece: a long list is never there as data as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def array_text(items: Iterable[Any], indent: str = "") -> str:
    """What `json.dumps(list(items), indent=2)` gives, with `indent` in front of all lines but the first."""
    inner = f"{indent}  "
    texts = [
        json.dumps(item, indent=2, ensure_ascii=False, default=str).replace("\n", f"\n{inner}")
        for item in items
    ]
    if not texts:
        return "[]"
    return f"[\n{inner}" + f",\n{inner}".join(texts) + f"\n{indent}]"
