"""Applications and contexts for tests of passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import dedent

import pytest

from velac.compiler.ir.app import AppIR
from velac.compiler.ir.clusters import Cluster, Inventory
from velac.compiler.ir.context import Context
from velac.compiler.load.documents import read_documents
from velac.compiler.lower.app import lower_application, lower_policy, lower_workflow
from velac.compiler.pipeline import run_passes
from velac.compiler.registry import load_passes
from velac.grammar.source import SourceFile

FLEET = {
    "eu-1": {"region": "eu", "stage": "prod"},
    "eu-2": {"region": "eu", "stage": "test"},
    "us-1": {"region": "us", "stage": "prod"},
}
Passed = Callable[..., tuple[AppIR, Context]]


@pytest.fixture
def passed() -> Passed:
    """`passed(spec, *others)`: an Application with this spec after all passes, and the context with diagnostics.

    `others` are standalone Policy and Workflow objects; `fleet` replaces the clusters.
    """

    def run(
        spec: str, *others: str, fleet: Mapping[str, Mapping[str, str]] = FLEET
    ) -> tuple[AppIR, Context]:
        head = "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: app, namespace: ns}\nspec:\n"
        body = "".join(f"  {line}\n" for line in dedent(spec).splitlines())
        problems: list[object] = []
        (document,) = read_documents(SourceFile("app.yaml", head + body), problems)  # type: ignore[arg-type]
        assert not problems
        policies, workflows = {}, {}
        for text in others:
            (other,) = read_documents(SourceFile("other.yaml", dedent(text)), problems)  # type: ignore[arg-type]
            if other.data["kind"] == "Policy":
                key, policy = lower_policy(other)
                policies[key] = policy
            else:
                key, workflow = lower_workflow(other)
                workflows[key] = workflow
        clusters = [Cluster(name, labels, "1.31") for name, labels in fleet.items()]
        context = Context(Inventory(clusters), policies, workflows)
        app = lower_application(document, lenient=True)
        return run_passes(app, load_passes(), context, verify=True), context

    return run
