"""V82x: the inventory and the revision store, what a build remembers of earlier ones."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V820", "bad-inventory-file", "The inventory of what is in the clusters cannot be used",
        what="The file is damaged, or does not hold what a build wrote: it was edited or merged by hand.",
        why="It decides what is deleted from clusters, so nothing is guessed.",
        example="two branches whose inventories git has merged line by line",
        fix="Take the file of an earlier commit and build again; or remove it, and nothing counts as obsolete.",
    ),
    Code(
        "V821", "bad-revision-store", "The revision store cannot be used",
        what="A file of the store is damaged, was edited, or belongs to another history; or the place is no store.",
        why="Revision numbers become labels of objects; a wrong history would give them twice.",
        example="a revision whose content does not have the digest that was recorded with it",
        fix="Take the file of an earlier commit. Nothing was written.",
    ),
    Code(
        "V822", "no-such-revision", "There is no such revision",
        what="The store has no record of the Application, or none of that number.",
        why="Revisions beyond the limit are dropped, and those of a removed Application go with it.",
        example="velac revision show demo/shop v9",
        fix="Name one that `velac revision list` shows.",
    ),
    Code(
        "V823", "revision-incomplete", "The definitions of a revision are gone",
        what="A definition that the revision was made with is neither in the store nor among those of the build.",
        why="The Application would not compile after the rollback, so nothing was written.",
        example="a rollback to a revision whose component type has been removed since",
        fix="Bring the definition back, or choose a later revision.",
    ),
    Code(
        "V824", "named-revision-changed", "A named revision of a definition has other content",
        what="A definition names its revision (`spec.version`), and one of that name is recorded with other content.",
        why="Named revisions never change: Applications that pin them rely on it.",
        example='version: "1.2.0"    # and the template was edited',
        fix="Raise the version.",
    ),
    Code(
        "V825", "publish-version-kept", "Edits wait for another publishVersion",
        what="`app.oam.dev/publishVersion` is that of the latest revision, so that one is compiled, not the file.",
        why="That is what publishing by version means; but edits that have no effect surprise.",
        example="annotations: {app.oam.dev/publishVersion: v1}    # unchanged, below it a new image",
        fix="Change the annotation's value when the edits are to be published.",
        severity=Severity.WARNING,
    ),
    Code(
        "V826", "publish-version-and-auto-update", "publishVersion and autoUpdate exclude each other",
        what="An Application has both annotations.",
        why="One freezes definitions, the other follows them; KubeVela's webhook rejects it.",
        example='annotations: {app.oam.dev/publishVersion: v1, app.oam.dev/autoUpdate: "true"}',
        fix="Keep one of the two.",
    ),
)  # fmt: skip
