"""OCI artifacts as a local OCI image layout (image-spec v1), with the media types of Flux.

Every byte follows from the content: files in order, no times, no owners. (The compressed bytes are zlib's, so another
zlib may choose others.)
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

from velac.compiler.ir.backend import Files

_INDEX: Final = "application/vnd.oci.image.index.v1+json"
_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
_CONFIG: Final = "application/vnd.cncf.flux.config.v1+json"
_CONTENT: Final = "application/vnd.cncf.flux.content.v1.tar+gzip"
_TAG: Final = "org.opencontainers.image.ref.name"
Contents = Sequence[tuple[str, bytes]]


def image_layout(artifacts: Iterable[tuple[str, Contents]]) -> Files:
    """The files of an OCI layout directory that holds an artifact per tag."""
    blobs: dict[str, bytes] = {}
    listed = []
    for tag, files in artifacts:
        descriptor = _artifact(files, blobs)
        listed.append({**descriptor, "annotations": {_TAG: tag}})
    yield "oci-layout", _json({"imageLayoutVersion": "1.0.0"})
    yield "index.json", _json({"schemaVersion": 2, "mediaType": _INDEX, "manifests": listed})
    for digest, content in sorted(blobs.items()):
        yield f"blobs/sha256/{digest}", content


def _artifact(files: Contents, blobs: dict[str, bytes]) -> dict[str, Any]:
    archive = tar(files)
    layer = _blob(_CONTENT, compressed(archive), blobs)
    diff = f"sha256:{sha256(archive).hexdigest()}"
    config = {
        "architecture": "",
        "os": "",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [diff]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": _blob(_CONFIG, _json(config), blobs),
        "layers": [layer],
    }
    return _blob(_MANIFEST, _json(manifest), blobs)


def _blob(media_type: str, content: bytes, blobs: dict[str, bytes]) -> dict[str, Any]:
    digest = sha256(content).hexdigest()
    blobs[digest] = content
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}


def _json(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode()


def tar(files: Contents) -> bytes:
    """A tar archive of the files, sorted, owned by nobody, from the beginning of time."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in sorted(files):
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def compressed(data: bytes) -> bytes:
    """gzip without name and time."""
    stream = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=stream, mtime=0) as file:
        file.write(data)
    return stream.getvalue()
