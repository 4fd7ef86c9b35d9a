"""What a module with a rule needs: `from velac.compiler.lint.api import …`."""

from velac.compiler.diagnostics.model import Label, Severity
from velac.compiler.lint.edits import replaced, with_first_key, without_key
from velac.compiler.lint.group_view import GroupView
from velac.compiler.lint.object_view import (
    LONG_RUNNING,
    Container,
    ObjectView,
    Pod,
    dig,
    mappings,
    texts_of,
    words_of,
)
from velac.compiler.lint.rule import Finding, RuleSpec
from velac.compiler.lint.source_view import AppView, data_of, list_of, strings_of

__all__ = [
    "LONG_RUNNING", "AppView", "Container", "Finding", "GroupView", "Label", "ObjectView", "Pod", "RuleSpec",
    "Severity", "data_of", "dig", "list_of", "mappings", "replaced", "strings_of", "texts_of", "with_first_key", "without_key", "words_of",
]  # fmt: skip
