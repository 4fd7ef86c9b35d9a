"""Writes a fleet for velac: Applications, policies and the inventory, as a team would write them.

python -m benchmarks.corpus DIR [--preset A] [--clusters 200 --applications 10 …] [--seed 1] [--salt x]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.fleet import NAMESPACE, PRESETS, Fleet, Part, parts_of

_VERSIONS: Final = ("1.31", "1.32", "1.33")


def write_corpus(fleet: Fleet, directory: Path) -> None:
    """Write the fleet into a directory, which is made; files of the same names are overwritten."""
    apps = directory / "apps"
    apps.mkdir(parents=True, exist_ok=True)
    for app in fleet.app_names:
        (apps / f"{app}.yaml").write_text("".join(_application(fleet, app)), encoding="utf-8")
    if fleet.clusters:
        (directory / "clusters.yaml").write_text("".join(_clusters(fleet)), encoding="utf-8")
    if fleet.shared:
        text = "---\n".join(_shared_policies(fleet))
        (directory / "policies.yaml").write_text(text, encoding="utf-8")


def change_one_override(fleet: Fleet, directory: Path, value: str) -> None:
    """Edit one override of the first Application (case D): the image of its first component in the first class."""
    path = directory / "apps" / f"{fleet.app_names[0]}.yaml"
    text = path.read_text(encoding="utf-8")
    head, mark, tail = text.partition("    - name: override-0\n")
    start = tail.index("image: ")
    end = tail.index("\n", start)
    image = tail[start:end].rpartition(":")[0]
    path.write_text(f"{head}{mark}{tail[:start]}{image}:{value}{tail[end:]}", encoding="utf-8")


# ------------------------------------------------------------------------------------------------------- documents


def _application(fleet: Fleet, app: str) -> Iterator[str]:
    yield (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
        f"metadata:\n  name: {app}\n  namespace: {NAMESPACE}\n  labels:\n    fleet: {fleet.name}\n"
        "spec:\n  components:\n"
    )
    for part in parts_of(fleet, app):
        yield from _component(fleet, part)
    if not fleet.clusters:
        return
    if not fleet.shared:
        yield "  policies:\n"
        for group in range(fleet.classes):
            yield _topology(fleet, group)
            yield from _override(fleet, app, group)
    yield "  workflow:\n    steps:\n"
    for group in range(fleet.classes):
        yield (
            f"    - name: deploy-{group}\n      type: deploy\n      properties:\n"
            f"        policies: [override-{group}, class-{group}]\n"
        )


def _component(fleet: Fleet, part: Part) -> Iterator[str]:
    yield (
        f"    - name: {part.name}\n      type: webservice\n      properties:\n"
        f"        image: {fleet.image(part.app, part.name)}\n"
        f"        ports:\n        - port: {part.port}\n          name: http\n          expose: true\n"
        f"        cpu: {part.cpu}\n        memory: {part.memory}\n        env:\n"
    )
    for key, value in part.env.items():
        yield f"        - name: {key}\n          value: {json.dumps(value)}\n"
    yield "      traits:\n" if part.traits else ""
    for kind, values in part.traits:
        yield f"      - type: {kind}\n        properties: {_flow(values)}\n"


def _topology(fleet: Fleet, group: int) -> str:
    one = fleet.classes == fleet.clusters
    place = f"clusters: [cluster-{group}]" if one else f"clusterLabelSelector: {{class: c{group}}}"
    return f"    - name: class-{group}\n      type: topology\n      properties:\n        {place}\n"


def _override(fleet: Fleet, app: str, group: int) -> Iterator[str]:
    yield (
        f"    - name: override-{group}\n      type: override\n      properties:\n        components:\n"
    )
    for part in parts_of(fleet, app):
        image = fleet.image(app, part.name, group)
        yield f"        - name: {part.name}\n          properties:\n            image: {image}\n"


def _shared_policies(fleet: Fleet) -> Iterator[str]:
    for group in range(fleet.classes):
        yield _policy(
            f"class-{group}", "topology", {"clusterLabelSelector": {"class": f"c{group}"}}
        )
        values = {"REGION": f"region-{group}", "BUILD": fleet.digest("override", group)}
        trait = {"type": "env", "properties": {"env": values}}
        yield _policy(f"override-{group}", "override", {"components": [{"traits": [trait]}]})


def _policy(name: str, kind: str, properties: dict[str, Any]) -> str:
    return (
        "apiVersion: core.oam.dev/v1alpha1\nkind: Policy\n"
        f"metadata:\n  name: {name}\n  namespace: {NAMESPACE}\ntype: {kind}\nproperties: {_flow(properties)}\n"
    )


def _clusters(fleet: Fleet) -> Iterator[str]:
    yield "clusters:\n"
    for index, name in enumerate(fleet.cluster_names):
        group = fleet.class_of(index)
        version = _VERSIONS[group % len(_VERSIONS)]
        yield f'- name: {name}\n  labels: {{class: c{group}}}\n  kubernetesVersion: "{version}"\n'


def _flow(value: Any) -> str:
    """A value in flow style; JSON is YAML, with a space after each separator."""
    return json.dumps(value)


# --------------------------------------------------------------------------------------------------------- command


def main(args: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--preset", choices=PRESETS, default="tiny")
    for field in fields(Fleet):
        if field.name in ("name", "shared"):
            continue
        kind = str if field.name == "salt" else int
        parser.add_argument(f"--{field.name}", type=kind, default=None)
    given = vars(parser.parse_args(args))
    directory, preset = given.pop("directory"), given.pop("preset")
    fleet = replace(PRESETS[preset], **{k: v for k, v in given.items() if v is not None})
    write_corpus(fleet, directory)
    print(f"{directory}: fleet {fleet.name}, {fleet.objects} objects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
