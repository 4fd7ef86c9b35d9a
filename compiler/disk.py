"""The few operations that change a disk, in one place, so that a test can stop a build before any of them."""

from __future__ import annotations

import os
from typing import Final

_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


class Disk:
    """Every change of the output directory goes through one of these methods."""

    __slots__ = ()

    def write(self, path: str, content: bytes | bytearray) -> None:
        """Create or overwrite a file that nobody relies on yet."""
        # Two thirds of the time of `open`: files are many and small.
        handle = os.open(path, _CREATE, 0o666)
        try:
            written = os.write(handle, content)
            while written < len(content):
                written += os.write(handle, content[written:])
        finally:
            os.close(handle)

    def rename(self, source: str, target: str) -> None:
        """Atomically put `source` at `target`, replacing a file there."""
        os.replace(source, target)

    def remove(self, path: str) -> None:
        """Remove a file."""
        os.unlink(path)

    def make_directory(self, path: str) -> None:
        """Create a directory and its parents; existing ones are fine."""
        try:
            os.mkdir(path)
        except OSError:
            os.makedirs(path, exist_ok=True)

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        os.rmdir(path)

    def remove_tree(self, path: str) -> None:
        """Remove a directory of ours with all it holds."""
        import shutil

        shutil.rmtree(path)
