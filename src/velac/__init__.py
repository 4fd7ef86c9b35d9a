"""velac: the offline compiler for OAM/KubeVela Applications.

The public API is `compile`, `CompileResult`, `Diagnostic` and `__version__`; `velac.cue` evaluates CUE. Names are
resolved on first use, so that `import velac` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from velac.compiler.diagnostics.model import Diagnostic as Diagnostic
    from velac.compiler.driver import compile as compile
    from velac.compiler.result import CompileResult as CompileResult

__all__ = ["CompileResult", "Diagnostic", "__version__", "compile"]

_HOMES: Final = {
    "compile": "velac.compiler.driver",
    "CompileResult": "velac.compiler.driver",
    "Diagnostic": "velac.compiler.diagnostics.model",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from velac.compiler.version import VERSION

        value: Any = VERSION
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
