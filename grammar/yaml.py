"""YAML text to nodes with places, by the rules of sigs.k8s.io/yaml.

Takes a `SourceFile`, returns a `YamlFile`: the documents that could be read and the problems of the rest. Plain block
text is read by `yaml_block`, everything else by `yaml_reader`, whose libyaml is loaded for the first file that needs it.
"""

from __future__ import annotations

from typing import Final

from velac.grammar.problem import TextProblem
from velac.grammar.record import record
from velac.grammar.source import SourceFile, Span
from velac.grammar.yaml_block import Block, read_block
from velac.grammar.yaml_node import YNode

MAX_TEXT: Final = 16 * 1024 * 1024
"""Characters of a file."""


@record
class YamlFile:
    """The documents of a file (an empty one is a null scalar) and what was wrong; documents after a syntax error are missing."""

    documents: tuple[YNode, ...]
    problems: tuple[TextProblem, ...]


def read_yaml(file: SourceFile, block: list[Block] | None = None) -> YamlFile:
    """Read all documents of a file; never raises for what the text holds.

    `block` is what `block_data` has found in it, where somebody has asked that before.
    """
    if len(file.text) > MAX_TEXT:
        text = f"more than {MAX_TEXT >> 20} MiB of YAML"
        return YamlFile((), (TextProblem("V106", text, ((Span(file, 0, 1), ""),)),))
    documents = read_block(file, block)
    return YamlFile(documents, ()) if documents is not None else read_events(file)


def read_events(file: SourceFile) -> YamlFile:
    """As `read_yaml`, by libyaml's events in any case."""
    from velac.grammar.yaml_reader import documents_of

    documents, problems = documents_of(file)
    return YamlFile(tuple(documents), tuple(problems))
