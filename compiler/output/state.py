"""The state of an output directory: the index of what was written, and the journal of what is being done."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Final

import orjson

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.output.paths import STATE, Inside, content_of, is_safe_path

INDEX: Final = "index.json"
JOURNAL: Final = "journal.json"
_FORMAT: Final = 1
_BLOCK: Final = 10_000
_HEAD: Final = b'{\n"files": {\n'


def is_output(directory: str) -> bool:
    """Whether a directory is the output of a build, so that it is no input."""
    return os.path.isdir(os.path.join(directory, STATE))


def committed_paths(directory: str) -> set[str]:
    """The paths that an earlier build wrote there. Raises Rejected (V802) for a damaged index."""
    return set(read_index(directory)[0])


def committed_digests(directory: str) -> dict[str, str]:
    """The same with the digest of each file."""
    return read_index(directory)[0]


def index_is(directory: str, digest: str) -> bool:
    """Whether the index is the one with this digest, and no build is at work on what it says."""
    state = os.path.join(directory, STATE)
    if os.path.lexists(os.path.join(state, JOURNAL)):
        return False
    raw = content_of(os.path.join(state, INDEX))
    return raw is not None and content_digest(raw) == digest


def journal_bytes(renames: list[list[str]], removals: list[str]) -> bytes:
    """The journal of renames, from the stage into place, and removals."""
    data = {"format": _FORMAT, "renames": renames, "removals": removals}
    return json.dumps(data).encode()


def index_bytes(digests: dict[str, str]) -> bytes | bytearray:
    """The index of the files with these digests."""
    # As `json.dumps(…, indent=0, sort_keys=True)`, which is slow; in blocks, to hold it once.
    if not digests:
        return b'{\n"files": {},\n"format": %d\n}\n' % _FORMAT
    index = bytearray(_HEAD)
    paths = sorted(digests)
    for start in range(0, len(paths), _BLOCK):
        block = {path: digests[path] for path in paths[start : start + _BLOCK]}
        index += (b",\n" if start else b"") + _lines(block)
    index += b'\n},\n"format": %d\n}\n' % _FORMAT
    return index


def changed_index(raw: bytes, old: dict[str, str], digests: dict[str, str]) -> bytes | bytearray:
    """The index of the files with these digests; `raw` is that of `old`, which mostly has the same."""
    if raw.startswith(_HEAD) and digests.keys() == old.keys():
        index = bytearray(raw)
        at = 0
        for path in sorted([path for path, digest in digests.items() if digest != old[path]]):
            head = f'{quoted(path)}: "{old[path]}"'.encode()
            at = index.find(head, at)
            if at < 0:
                break  # written in another form
            at += len(head)
            index[at - len(old[path]) - 1 : at - 1] = digests[path].encode()
        else:
            return index
    return index_bytes(digests)


def _lines(block: dict[str, str]) -> bytes:
    """Paths and digests as members of a JSON object in ASCII, a line each."""
    with suppress(TypeError):
        found = orjson.dumps(block)
        # What is no ASCII (or DEL) it does not escape. Between quotes that are escaped there is a backslash.
        if found.isascii() and b"\x7f" not in found and not {",", ":"} & block.keys():
            return found[1:-1].replace(b'","', b'",\n"').replace(b'":"', b'": "')
    return ",\n".join(f'{quoted(path)}: "{digest}"' for path, digest in block.items()).encode()


def read_index(directory: str, known: str = "") -> tuple[dict[str, str], str, bytes]:
    """Digests by path of the earlier build, the digest of the index, and its bytes.

    Every path is checked to lie inside the directory, unless the index is the one that is known.
    """
    path = os.path.join(directory, STATE, INDEX)
    raw = content_of(path)
    if raw is None:
        return {}, "", b""
    digest = content_digest(raw)
    files: Any = _json(raw, path).get("files")
    if digest == known and isinstance(files, dict):
        return files, digest, raw
    if not isinstance(files, dict):
        raise _bad_index(path)
    for name, value in files.items():
        if not (isinstance(value, str) and is_safe_path(name)):
            raise _bad_index(path)
    return files, digest, raw


def checked_journal(directory: str, raw: bytes) -> tuple[list[list[str]], list[str]]:
    """The renames and removals of a journal. Raises Rejected: V802 for a damaged one, V805 for paths behind links."""
    path = os.path.join(directory, STATE, JOURNAL)
    data = _json(raw, path)
    renames: Any = data.get("renames")
    removals: Any = data.get("removals")
    try:
        pairs = [[str(name), str(to)] for name, to in renames]
        names = [str(name) for name in removals]
    except (TypeError, ValueError):
        raise _bad_index(path) from None
    inside = Inside(directory)
    for name, to in pairs:
        if not (name.isdigit() and is_safe_path(to)):
            raise _bad_index(path)
        inside.check(os.path.dirname(to), to)
    for name in names:
        if not is_safe_path(name):
            raise _bad_index(path)
        inside.check(os.path.dirname(name), name)
    return pairs, names


def _json(raw: bytes, path: str) -> dict[str, Any]:
    try:
        data = orjson.loads(raw)
    except ValueError:
        raise _bad_index(path) from None
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise _bad_index(path)
    return data


def _bad_index(path: str) -> Rejected:
    hint = "remove the output directory and build again"
    return Rejected(Diagnostic("V802", f"`{path}` is damaged", help=hint))


def content_digest(content: bytes | bytearray) -> str:
    """The digest of a file as an index holds it."""
    return hashlib.sha256(content).hexdigest()
