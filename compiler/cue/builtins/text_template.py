"""Package `text/template`: Go's template language over plain data."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.cue.builtins.go import template_run
from velac.compiler.cue.builtins.package import package
from velac.compiler.cue.kinds import STRING, TOP

PACKAGE: Final = package("text/template")
_function = PACKAGE.function


@_function(STRING, TOP, result=STRING)
def Execute(template: str, data: Any) -> str:
    """The text of a template with data."""
    return template_run.execute(template, data)


@_function(STRING, result=STRING)
def HTMLEscape(text: str) -> str:
    """The text for HTML."""
    return template_run.html_escape(text)


@_function(STRING, result=STRING)
def JSEscape(text: str) -> str:
    """The text for a string of JavaScript."""
    return template_run.js_escape(text)
