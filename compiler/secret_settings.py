"""`secrets` of the project file: what becomes of Secrets that hold values (secrets.py)."""

from __future__ import annotations

from typing import Final

from velac.compiler.ir.shape import STRING, STRINGS, Object, one_of

ALLOW: Final = "allow"
EXTERNAL: Final = "external"
REFUSE: Final = "refuse"

SHAPE: Final = Object(
    {
        "mode": one_of(REFUSE, ALLOW, EXTERNAL),
        "allow": STRINGS,
        "store": STRING,
        "storeKind": one_of("ClusterSecretStore", "SecretStore"),
        "key": STRING,
        "refreshInterval": STRING,
    },
    what="`secrets`",
)
"""`secrets` of the project file; `allow` are patterns of `namespace/name`."""
