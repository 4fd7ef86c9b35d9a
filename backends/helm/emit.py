"""The files of the charts.

<namespace>/<app>/Chart.yaml
<namespace>/<app>/templates/<kind>-<name>.yaml
<namespace>/<app>/values.yaml             the values of the first cluster
<namespace>/<app>/values.schema.json
<namespace>/<app>/values/<cluster>.yaml   what another cluster has instead; empty for the first
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from velac.backends.helm.chart import Name, chart_of
from velac.backends.helm.schema import parameter_describer, values_schema
from velac.compiler.ir.backend import BackendInput, Files
from velac.grammar.yaml_writer import emit

Json = dict[str, Any]


def files(given: BackendInput) -> Files:
    """All charts, Application by Application."""
    for plan, app in zip(given.plan.apps, given.manifests.apps, strict=True):
        chart = chart_of(app)
        if not chart.templates:
            continue
        folder = f"{app.namespace}/{app.name}"
        head = {
            "apiVersion": "v2",
            "name": app.name,
            "description": f"{app.label}, compiled",
            "type": "application",
            "version": given.settings["version"],
        }
        yield f"{folder}/Chart.yaml", emit(head).encode()
        for name, text in chart.templates.items():
            yield f"{folder}/templates/{name}", text.encode()
        everything: dict[Name, Any] = {}
        for values in reversed(chart.values):
            everything |= values
        yield f"{folder}/values.yaml", emit(nested(everything)).encode()
        describe = parameter_describer(plan.app, given.parameter_schema)
        schema = values_schema(nested(everything), describe)
        text = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False)
        yield f"{folder}/values.schema.json", f"{text}\n".encode()
        for group, values in zip(app.groups, chart.values, strict=True):
            other = {
                name: value
                for name, value in values.items()
                if value != everything[name] or type(value) is not type(everything[name])
            }
            content = emit(nested(other)).encode()
            for cluster in group.clusters:
                yield f"{folder}/values/{cluster}.yaml", content


def nested(values: Mapping[Name, Any]) -> Json:
    """Values by path as the tree that they make."""
    tree: Json = {}
    for name, value in values.items():
        here = tree
        for step in name[:-1]:
            here = here.setdefault(step, {})
        here[name[-1]] = value
    return tree
