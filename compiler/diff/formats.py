"""The formats by the name that `--output` takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from velac.compiler.diff.change import Difference
from velac.compiler.diff.html import to_html
from velac.compiler.diff.markdown import to_markdown
from velac.compiler.diff.show import to_json, to_text, to_unified

FORMATS: Final[dict[str, Callable[[Difference], str]]] = {
    "text": to_text,
    "unified": to_unified,
    "json": to_json,
    "markdown": to_markdown,
    "html": to_html,
}
