"""V1xx: files that cannot be read."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V101", "yaml-syntax", "A YAML document cannot be parsed",
        what="The text at this place is not YAML: indentation, quoting or a bracket is wrong.",
        why="Nothing of the file can be trusted after a syntax error, so nothing of it is compiled.",
        example="components:\n  - name: web\n   type: webservice    # one column too far left",
        fix="Correct the line. The place shown is where the reader gave up, the cause is often a line above.",
    ),
    Code(
        "V102", "cue-syntax", "A CUE file or template cannot be parsed",
        what="A definition's CUE text has a syntax error.",
        why="A definition that does not parse cannot render anything.",
        example="template: {\n\toutput: {kind: \"ConfigMap\"\n}    # a brace is missing",
        fix="Correct the CUE text; `cue vet` or an editor shows the same place.",
    ),
    Code(
        "V103", "json-syntax", "A JSON document cannot be parsed",
        what="A file named *.json does not hold JSON.",
        why="Nothing of the file can be trusted after a syntax error.",
        example='{"kind": "Application",}',
        fix="Correct the JSON text; a comma after the last element is the usual cause.",
    ),
    Code(
        "V104", "unreadable-file", "A file or directory cannot be read",
        what="The operating system refused to open the path.",
        why="An input that is silently left out would silently remove objects from clusters.",
        example="velac build apps/    # apps/web.yaml is not readable for this user",
        fix="Correct the path or its permissions.",
    ),
    Code(
        "V105", "not-utf8", "A file is not UTF-8 text",
        what="YAML, JSON and CUE files are read as UTF-8; this one has other bytes.",
        why="Guessing an encoding would change names and values without anybody noticing.",
        example="a file saved as UTF-16 or Latin-1",
        fix="Save the file as UTF-8.",
    ),
    Code(
        "V106", "file-too-large", "A file is larger than velac reads",
        what="Input files are limited in size; an Application or a definition is far below the limit.",
        why="A huge file is nearly always a mistake (an archive, a log), and would only use up memory.",
        example="apps/backup.yaml with 200 MB",
        fix="Move the file out of the compiled directories, or split it.",
    ),
    Code(
        "V107", "path-escape", "A link leads out of the compiled directory",
        what="A symbolic link below PATH points to something outside of PATH.",
        why="A build must depend only on what it is given: such a link reads whatever is on the machine.",
        example="apps/shared.yaml -> ../../somewhere/shared.yaml",
        fix="Copy the file, or name the other directory as a PATH of its own.",
    ),
    Code(
        "V108", "duplicate-key", "A mapping has the same key twice",
        what="A key is repeated inside one YAML or JSON mapping.",
        why="Readers keep only one of the two values, and not all keep the same one.",
        example="properties:\n  image: a\n  image: b",
        fix="Remove one of the two.",
    ),
    Code(
        "V109", "no-such-path", "A path given on the command line does not exist",
        what="A PATH, a definitions path or the cluster file is not there.",
        why="A build of nothing would remove everything that an earlier one wrote.",
        example="velac build aps/",
        fix="Correct the path.",
    ),
    Code(
        "V110", "ignored-document", "A document was left out",
        what="The document is not a kind that velac compiles (Application, Policy, Workflow, definitions).",
        why="Only a note: directories often hold other manifests next to Applications.",
        example="kind: ConfigMap",
        fix="Nothing, or move the file elsewhere. To ship a plain object use the component `k8s-objects`.",
        severity=Severity.NOTE,
    ),
)  # fmt: skip
