"""What runs: part of every key, so that nothing made by another velac is ever taken for ours.

Installed packages are known by the digests in their RECORD; a working copy by size and time of its files, which is
quick and good enough for what never leaves the machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from typing import Final

from velac.compiler.version import VERSION

_INFO: Final = ".dist-info"
_WORKING_COPY: Final = "direct_url.json"
_LIBRARIES: Final = frozenset(
    (
        "fnv_hash_fast",
        "google_re2",
        "jinja2",
        "kubernetes_validate",
        "networkx",
        "orjson",
        "pyyaml",
        "python_hcl2",
    )
)
"""Libraries that output may depend on; a name of a folder on the import path says their version."""


@cache
def identity() -> str:
    """Digest of this velac, of what extends it, and of the libraries that it computes with."""
    found = sha256(f"velac {VERSION} python {sys.version_info[:2]}".encode())
    for line in sorted(_distributions(sys.path)):
        found.update(line.encode() + b"\n")
    return found.hexdigest()


def _distributions(path: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for place in dict.fromkeys(path):
        try:
            names = os.listdir(place or ".")
        except OSError:
            continue
        for name in names:
            own = name.partition("-")[0].lower()
            if not name.endswith(_INFO) or own in seen:
                continue
            seen.add(own)
            if own in _LIBRARIES:
                yield name
            if os.path.exists(os.path.join(place, name, "entry_points.txt")):
                yield from _extension(os.path.join(place, name))


def _extension(folder: str) -> Iterator[str]:
    """What a distribution consists of, when it has entry points of ours."""
    text = _read(os.path.join(folder, "entry_points.txt"))
    if b"[velac." not in text:
        return
    yield sha256(text).hexdigest()
    record = _read(os.path.join(folder, "RECORD")).splitlines()
    yield from (line.decode("utf-8", "replace") for line in record if _is_module(line))
    if not record or b'"editable": true' in _read(os.path.join(folder, _WORKING_COPY)):
        for package in sorted(_packages(text.decode("utf-8", "replace"))):
            yield from _files(package)


def _is_module(line: bytes) -> bool:
    """Whether a line of RECORD is about a file that was in the wheel: scripts and notes differ between machines."""
    return not (line.startswith(b"..") or _INFO.encode() in line or line.endswith(b",,"))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _packages(text: str) -> set[str]:
    lines = (line.partition("=")[2].strip() for line in text.splitlines() if "=" in line)
    return {line.partition(".")[0].partition(":")[0] for line in lines if line}


def _files(package: str) -> Iterator[str]:
    """Path, size and time of every file of a package, which may consist of links to folders."""
    spec = find_spec(package)
    pending = list(spec.submodule_search_locations or ()) if spec is not None else []
    while pending:
        folder = pending.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name[0] not in "._":
                        pending.append(entry.path)
                elif not entry.name.endswith((".pyc", ".md")):
                    state = entry.stat()
                    yield f"{entry.path} {state.st_size} {state.st_mtime_ns}"
