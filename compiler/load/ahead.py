"""A large YAML file, read by a process of its own while this one still prepares to: one file of thousands of overrides is
a tenth of a build.

Only its data comes back; nodes are made from the text when somebody asks for places, as ever.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Any, BinaryIO, Final, final

from velac.compiler.load.files import MAX_BYTES
from velac.compiler.processes import Helper
from velac.grammar.source import SourceFile
from velac.grammar.yaml_block import Block, block_data

_WORTH_IT: Final = 200 * 1024
"""Bytes of a file that make up for a process."""

_SUFFIXES: Final = (".yaml", ".yml")


def largest(paths: Iterable[str]) -> str:
    """The file that is worth a process; "" where there is none."""
    size, found = _WORTH_IT, ""
    for path in paths:
        if path.endswith(_SUFFIXES):
            with suppress(OSError):
                here = os.stat(path).st_size
                if size <= here <= MAX_BYTES:
                    size, found = here, path
    return found


@final
class Ahead:
    """The data of one file, made by another process."""

    __slots__ = ("_helper", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        self._helper = Helper(partial(_read, path))

    def block_of(self, path: str, source: SourceFile) -> list[Block] | None:
        """What `block_data` gives for this file; None where nobody knows yet. To be asked once for a path."""
        if not self._helper.open or os.path.realpath(path) != self._path:
            return None
        raw = self._helper.answer() or b""
        if raw[:32] != sha256(source.text.encode("utf-8", "surrogatepass")).digest():
            return None
        try:
            # What is read was written by our own fork a moment ago.
            found: Any = marshal.loads(memoryview(raw)[32:])
        except (ValueError, EOFError, TypeError):
            return None
        return found  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the process."""
        self._helper.close()


def _read(path: str, stream: BinaryIO) -> None:
    with open(path, "rb") as file:
        raw = file.read(MAX_BYTES + 1)
    found = block_data(SourceFile(path, raw.decode()))
    if found is not None:
        # Numbers with a point are no data for it: such a file is read by who asks.
        stream.write(sha256(raw).digest() + marshal.dumps(found))
