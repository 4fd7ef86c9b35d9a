"""What a command line names and is not there: a typing error must not look like an empty result."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence


def require(names: Iterable[str], roots: Sequence[str] = ("",)) -> None:
    """Raise Rejected (V109, which is wrong usage) for paths that are below none of the roots, with the nearest name."""
    missing = [
        name
        for name in dict.fromkeys(names)
        if not any(os.path.lexists(os.path.join(root, name)) for root in roots)
    ]
    if not missing:
        return
    from velac.compiler.diagnostics.model import Diagnostic, Rejected
    from velac.compiler.diagnostics.suggest import did_you_mean

    where = " on either side" if len(set(roots)) > 1 else ""
    problems = []
    for name in missing:
        folder, wanted = os.path.split(os.path.normpath(name))
        known = {near for root in roots for near in _listed(os.path.join(root, folder) or ".")}
        hint = did_you_mean(wanted, sorted(known))
        problems.append(Diagnostic("V109", f"`{name}` does not exist{where}", help=hint))
    raise Rejected(*problems)


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
