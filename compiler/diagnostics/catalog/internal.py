"""V9xx: velac itself."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code

CODES: Final = (
    Code(
        "V901", "internal-error", "velac has a bug",
        what="Something happened that no input should be able to cause.",
        why="The result cannot be trusted, so nothing is written. The exit code is 70.",
        example="a Python exception",
        fix="Run again with VELAC_TRACEBACK=1 and report the traceback with the input.",
    ),
    Code(
        "V902", "broken-plugin", "A plugin cannot be loaded",
        what="An installed package offers passes, backends or definitions, and importing it failed.",
        why="Leaving it out silently would change the output.",
        example="a wheel built for another version of velac",
        fix="Upgrade or uninstall the package that is named.",
    ),
    Code(
        "V903", "too-deep", "The input is nested too deeply",
        what="Python's recursion or memory limit was reached while compiling.",
        why="No real Application nests hundreds of levels.",
        example="[[[[[[ … ]]]]]]",
        fix="Flatten the input.",
    ),
    Code(
        "V904", "broken-ir", "A pass broke an invariant",
        what="The intermediate representation after a pass is not sound.",
        why="The result cannot be trusted.",
        example="a pass of a plugin that drops a component which others depend on",
        fix="Report it to the author of the pass that is named.",
    ),
)  # fmt: skip
