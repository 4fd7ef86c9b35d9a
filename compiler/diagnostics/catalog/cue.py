"""V2xx: what the CUE engine finds."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code

CODES: Final = (
    Code(
        "V201", "cue-error", "A CUE value is wrong",
        what="Evaluating CUE ended in an error: two values conflict, a bound or type is not met, a call failed.",
        why="CUE has no notion of a partly wrong value: everything that depends on it is wrong too.",
        example="replicas: int\nreplicas: \"3\"",
        fix="All places that contributed are shown; change the one that is mistaken.",
    ),
    Code(
        "V202", "cue-incomplete", "A CUE value is not concrete",
        what="A value is still a type or a choice where data is needed.",
        why="A manifest can only hold data.",
        example="image: string    # nothing says which",
        fix="Give the value, or give it a default in the definition.",
    ),
    Code(
        "V203", "cue-cycle", "CUE values depend on each other in a circle",
        what="A value needs itself to be known, or a structure contains itself and so would never end.",
        why="Such a value cannot be written down.",
        example="a: {b: a}",
        fix="Break the cycle, for instance with an optional field or a default.",
    ),
    Code(
        "V204", "cue-not-allowed", "A field is not allowed in a closed CUE struct",
        what="A definition (`#Name`) or `close({...})` lists its fields, and this one is not among them.",
        why="Closed structs are how an author says that nothing else has a meaning.",
        example="#Port: {port: int}\np: #Port & {prot: 80}",
        fix="Correct the name of the field, or open the struct with `...`.",
    ),
    Code(
        "V205", "cue-reference", "A CUE reference leads nowhere",
        what="A name in a template is not a field in scope, a let, or an imported package.",
        why="The template cannot be evaluated.",
        example="output: metadata: name: contxt.name",
        fix="Correct the name, or import the package.",
    ),
    Code(
        "V206", "cue-unused", "A CUE import, alias or let is unused or declared twice",
        what="An import or alias is never referred to, or its name is taken by something else in the same scope.",
        why="CUE takes it for a mistake and refuses the file.",
        example='import "strings"    // and no strings.…',
        fix="Remove it, or use it.",
    ),
    Code(
        "V207", "cue-import", "An imported CUE package does not exist",
        what="The import path is neither a package of CUE's library nor one that KubeVela offers here.",
        why="The template cannot be evaluated.",
        example='import "vela/op"    // only workflow steps have it',
        fix="Correct the path; templates may import CUE's library and `vela/...` packages.",
    ),
    Code(
        "V208", "cue-budget", "A template does not come to an end",
        what="An evaluation used up its budget of steps, depth, alternatives or output.",
        why="A runaway template must end in a message, not in a hang.",
        example="a long chain of disjunctions that multiply",
        fix="Simplify the template; `velac cue export` shows how far it gets.",
    ),
    Code(
        "V209", "cue-package", "The arguments do not make CUE packages",
        what="Files say different packages, a directory has none or several, a tag has no field, data has no schema.",
        why="A package is evaluated as one value, so it has to be clear which files make it.",
        example="velac cue export ./apps    # with `package a` and `package b` in it",
        fix="Name one package (`./apps:a`), the files themselves, or the schema beside the data.",
    ),
)  # fmt: skip
