"""Package `html`."""

from __future__ import annotations

from typing import Final

from velac.compiler.cue.builtins.go import htmltext
from velac.compiler.cue.builtins.package import package
from velac.compiler.cue.kinds import STRING

PACKAGE: Final = package("html")
_function = PACKAGE.function


@_function(STRING, result=STRING)
def Escape(text: str) -> str:
    """`<`, `>`, `&`, `'` and `"` as references."""
    return text.translate(htmltext.ESCAPES)


@_function(STRING, result=STRING)
def Unescape(text: str) -> str:
    """All character references as characters."""
    return htmltext.unescape(text)
