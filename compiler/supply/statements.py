"""`velac.lock`, and the in-toto statement about a build; both are the same for the same input."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from velac.compiler.ir.clusters import NEWEST_KUBERNETES
from velac.compiler.supply.inputs import Item, UsedDefinition, digest_of
from velac.compiler.version import VERSION

LOCK: Final = "velac.lock"
CUE: Final = "v0.14.1"
"""The version of CUE whose language definitions are read in."""
BUILD_TYPE: Final = "urn:velac:build:1"
BUILDER: Final = "urn:velac:command-line"


def json_text(data: Any) -> str:
    """JSON for people and diffs: sorted keys, one line break at the end."""
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def lock_of(definitions: Iterable[UsedDefinition]) -> dict[str, Any]:
    """What has to stay the same so that a build of the same Applications does."""
    return {
        "version": 1,
        "velac": VERSION,
        "cue": CUE,
        "kubernetes": NEWEST_KUBERNETES,
        "definitions": [
            {"kind": d.kind, "name": d.name, "source": d.source, "sha256": d.digest}
            for d in definitions
        ],
    }


def statement_of(
    inputs: Sequence[Item],
    definitions: Sequence[UsedDefinition],
    outputs: Iterable[tuple[str, bytes]],
    backends: Sequence[str],
) -> dict[str, Any]:
    """An in-toto statement (v1) with SLSA provenance (v1): inputs and definitions, to every file of the output."""
    sources = {d.source: d.digest for d in definitions} | {i.name: i.digest for i in inputs}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": path, "digest": {"sha256": digest_of(content)}}
            for path, content in sorted(outputs)
        ],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"backends": list(backends)},
                "internalParameters": {
                    "velac": VERSION,
                    "cue": CUE,
                    "kubernetes": NEWEST_KUBERNETES,
                },
                "resolvedDependencies": [
                    {"name": name, "digest": {"sha256": digest}}
                    for name, digest in sorted(sources.items())
                ],
            },
            "runDetails": {"builder": {"id": BUILDER}},
        },
    }
