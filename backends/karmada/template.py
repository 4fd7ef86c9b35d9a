"""The objects of an Application as Karmada stores them: one template each, and what clusters see differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from velac.backends.delivery import AppDelivery
from velac.backends.difference import Operation, difference
from velac.compiler.ir.backend import BackendInput
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.manifest import Manifest


@dataclass(slots=True)
class Template:
    """An object, the version of it that most clusters get, and the clusters of each other version."""

    common: Manifest
    clusters: tuple[str, ...]
    """All clusters that get it, in order."""
    others: list[tuple[Manifest, tuple[str, ...]]] = field(default_factory=list)

    @property
    def overrides(self) -> Iterator[tuple[tuple[str, ...], list[Operation]]]:
        """For each other version its clusters, and what makes it of the common one."""
        for manifest, clusters in self.others:
            yield clusters, list(difference(self.common.object, manifest.object))


def templates(app: AppDelivery, given: BackendInput) -> list[Template]:
    """The templates of an Application in the order of its objects; `local` by the name that the settings give it."""
    found: dict[object, dict[str, tuple[Manifest, list[str]]]] = {}
    for group in app.groups:
        names = [member for c in group.clusters if (member := member_name(c, given))]
        for manifest in group.manifests if names else ():
            versions = found.setdefault(manifest.identity, {})
            versions.setdefault(manifest.text, (manifest, []))[1].extend(names)
    return [_template(list(versions.values())) for versions in found.values()]


def member_name(cluster: str, given: BackendInput) -> str:
    """The member cluster of a cluster; "" for `local` where no member is named."""
    return str(given.settings["local"]) if cluster == LOCAL else cluster


def _template(versions: list[tuple[Manifest, list[str]]]) -> Template:
    # The first of the largest ones, so that the fewest clusters need an override.
    common = max(versions, key=lambda version: len(version[1]))
    return Template(
        common[0],
        tuple(sorted(name for _, names in versions for name in names)),
        [(m, tuple(sorted(names))) for m, names in versions if m is not common[0]],
    )
