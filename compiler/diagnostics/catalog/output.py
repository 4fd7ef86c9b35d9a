"""V8xx: backends and the output directory."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code

CODES: Final = (
    Code(
        "V801", "foreign-file", "A file that velac did not write is in the way",
        what="The build has to write a path at which there is a file of somebody else.",
        why="velac never overwrites what it did not write.",
        example="dist/local/default/shop/manifest.yaml, written by hand",
        fix="Move the file away, or choose another output directory.",
    ),
    Code(
        "V802", "bad-index", "The index of the output directory cannot be used",
        what="The index file is damaged, or names paths outside of the directory.",
        why="velac removes only what the index says it wrote, so it has to be sound.",
        example="an index that was edited by hand or merged",
        fix="Remove the output directory and build again.",
    ),
    Code(
        "V803", "cannot-write", "The output cannot be written",
        what="The operating system refused to create, rename or remove a file of the output.",
        why="The directory keeps its old state, or is completed by the next build.",
        example="a full disk, a read-only directory",
        fix="Correct the permissions or free space, then build again.",
    ),
    Code(
        "V804", "unknown-backend", "There is no backend of that name",
        what="The backend or layout asked for is not installed.",
        why="There is nothing that could write the output.",
        example="velac build apps --layout app2",
        fix="Use one of those that the message lists.",
    ),
    Code(
        "V805", "unsafe-path", "A backend asked for a path outside of the output directory",
        what="A relative path of the output is absolute, has `..`, or collides with another one.",
        why="Files must never be written elsewhere.",
        example="../../etc/passwd",
        fix="Rename what the path is made of; if all names are sound, report the backend.",
    ),
)  # fmt: skip
