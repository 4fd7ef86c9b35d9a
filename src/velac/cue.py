"""The CUE engine as a library: `velac.cue.export(text)` and friends, resolved on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from velac.compiler.cue.api import CueError as CueError
    from velac.compiler.cue.api import Problem as Problem
    from velac.compiler.cue.api import evaluate as evaluate
    from velac.compiler.cue.api import export as export
    from velac.compiler.cue.api import format as format
    from velac.compiler.cue.api import load as load
    from velac.compiler.cue.api import parse as parse
    from velac.compiler.cue.value import Value as Value

__all__ = ["CueError", "Problem", "Value", "evaluate", "export", "format", "load", "parse"]

_HOME: Final = "velac.compiler.cue.api"
_VALUE: Final = "velac.compiler.cue.value"


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_VALUE if name == "Value" else _HOME), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
