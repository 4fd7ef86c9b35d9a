"""CUE files by content: what was parsed once is read back as data.

The definitions of a wheel come with their trees beside them; everything else is kept in the cache. Either is used
only where it belongs to the very text, and a file with mistakes is parsed each time.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from velac.compiler.store.identity import identity
from velac.compiler.store.store import Store
from velac.grammar import ast
from velac.grammar.ast_data import FORMAT, BadTree, dump_file, load_file
from velac.grammar.source import SourceFile

KIND: Final = "cue"
SUFFIX: Final = ".tree"
"""Of the file beside a definition that holds its tree: a line that names form and text, then the data."""

_WORTH_IT: Final = 400
NO_STORE: Final = Store()


def parsed(source: SourceFile, store: Store = NO_STORE) -> ast.File:
    """The syntax tree of a file. Raises CueSyntaxError."""
    if not store or len(source.text) < _WORTH_IT:
        return _parse(source)
    key = sha256(f"{FORMAT} {identity()} {source.text}".encode("utf-8", "surrogatepass"))
    name = key.hexdigest()
    data = store.get(KIND, name)
    if data is not None:
        try:
            return load_file(data, source)
        except BadTree:
            pass
    tree = _parse(source)
    made = dump_file(tree)
    if made is not None:
        store.put(KIND, name, made)
    return tree


def shipped(path: str, source: SourceFile, store: Store = NO_STORE) -> ast.File:
    """The same for a file of a package that may have its tree beside it."""
    try:
        with open(path + SUFFIX, "rb") as file:
            head, _, data = file.read().partition(b"\n")
        if head == _head(source.text):
            return load_file(data, source)
    except (OSError, BadTree):
        pass
    return parsed(source, store)


def tree_of(text: str) -> bytes:
    """What is put beside a definition of this text when a wheel is built."""
    data = dump_file(_parse(SourceFile("", text)))
    assert data is not None, "JSON holds the tree of every definition of ours"
    return _head(text) + b"\n" + data


def _head(text: str) -> bytes:
    return f"{FORMAT} {sha256(text.encode()).hexdigest()}".encode()


def _parse(source: SourceFile) -> ast.File:
    from velac.grammar.parser import parse

    return parse(source)
