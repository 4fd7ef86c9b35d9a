"""Wheels carry the syntax trees of the definitions beside them, so that an installed velac need not parse them.

The trees are made when a wheel is built, from the very files that go into it: nothing to keep up to date, and a tree
is used only for the text it was made from. A working copy has none, and keeps what it parsed in its cache.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TreesOfDefinitions(BuildHookInterface):  # type: ignore[type-arg, unused-ignore]
    """Adds `<definition>.cue.tree` beside each `<definition>.cue`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the trees, unless the build is an editable one."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, os.path.join(self.root, "src"))
        try:
            import velac

            # A source distribution has no links in src/velac.
            velac.__path__.append(self.root)
            from velac.compiler.load.parsed import SUFFIX, tree_of
        finally:
            del sys.path[0]
        self._folder = tempfile.TemporaryDirectory()
        definitions = Path(self.root, "compiler", "definitions")
        for number, path in enumerate(sorted(definitions.rglob("*.cue"))):
            made = Path(self._folder.name, f"{number}{SUFFIX}")
            made.write_bytes(tree_of(path.read_text(encoding="utf-8")))
            place = path.relative_to(self.root).as_posix()
            build_data["force_include"][str(made)] = f"velac/{place}{SUFFIX}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Throw the temporary files away."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
