"""A plan grows with classes of clusters, not with clusters: 5,000 Applications over 1,000 clusters fit in memory."""

from __future__ import annotations

import tracemalloc
from textwrap import dedent

import pytest

from velac.compiler.ir.app import AppIR
from velac.compiler.ir.clusters import Cluster, Inventory
from velac.compiler.ir.context import Context
from velac.compiler.load.documents import read_documents
from velac.compiler.lower.app import lower_application
from velac.compiler.lower.plan import lower_plan
from velac.compiler.pipeline import run_passes
from velac.compiler.registry import load_passes
from velac.grammar.source import SourceFile

APPLICATION = dedent("""\
    apiVersion: core.oam.dev/v1beta1
    kind: Application
    metadata: {name: app, namespace: ns}
    spec:
      components:
      - {name: web, type: w, properties: {image: "web:1", port: 80}}
      - {name: job, type: w, properties: {image: "job:1"}}
      policies:
      - {name: all, type: topology, properties: {clusterLabelSelector: {stage: prod}}}
      - {name: eu, type: topology, properties: {clusterLabelSelector: {region: eu}}}
      - {name: big, type: override, properties: {components: [{name: web, properties: {port: 81}}]}}
      workflow:
        steps:
        - {name: one, type: deploy, properties: {policies: [eu]}}
        - {name: two, type: deploy, properties: {policies: [all, big], auto: false}}
    """)


def fleet(size: int) -> Inventory:
    """Clusters of three regions, every fourth of them a test cluster."""
    return Inventory(
        Cluster(
            f"c{i:04}",
            {"region": ("eu", "us", "ap")[i % 3], "stage": "test" if i % 4 == 0 else "prod"},
            "1.31",
        )
        for i in range(size)
    )


def memory(apps: list[AppIR], clusters: int) -> tuple[int, int]:
    """Bytes that the plans of the Applications hold, and the number of their classes."""
    context = Context(fleet(clusters))
    passes = load_passes()
    lower_plan(run_passes(apps[0], passes, context), context)  # imports, memos
    tracemalloc.start()
    try:
        plans = [lower_plan(run_passes(app, passes, context), context) for app in apps]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return held, sum(len(plan.classes) for plan in plans)


def applications(count: int) -> list[AppIR]:
    (document,) = read_documents(SourceFile("app.yaml", APPLICATION), [])
    return [lower_application(document) for _ in range(count)]


def test_a_hundred_times_the_clusters_is_the_same_plan() -> None:
    apps = applications(20)
    few, classes = memory(apps, 12)
    many, same = memory(apps, 1200)
    assert classes == same
    assert many < 2 * few + 100_000


@pytest.mark.slow
def test_five_thousand_applications_on_a_thousand_clusters() -> None:
    held, classes = memory(applications(5000), 1000)
    assert classes == 3 * 5000
    # About 3 kB an Application; a plan of single clusters would need hundreds of times that.
    assert held < 40_000_000
