"""`velac pull` against a real API server: what was applied comes back, and a build of it writes the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from tests.property.affected_world import example, world
from tests.unit.pull.cluster import Cluster, missing_tools, running
from tests.unit.pull.test_pull import add_things, app, built, objects_of, pull, refused, write

pytestmark = [
    pytest.mark.apiserver,
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(missing_tools()),
        reason=f"not on this machine: {', '.join(missing_tools())} (see docs/pull.md)",
    ),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster(server: Cluster) -> Iterator[Cluster]:
    """The server, empty."""
    yield server
    server.denied.clear()
    server.clear()


@pytest.mark.parametrize("start", ["world", "example"])
def test_a_build_of_what_was_applied_and_pulled_writes_the_same_bytes(
    cluster: Cluster, start: str, tmp_path: Path, root: Path
) -> None:
    files = world(Random(11)) if start == "world" else example(root)
    write(files, tmp_path / "original")
    cluster.apply(objects_of(files))
    result = pull(cluster.kubeconfig(tmp_path), tmp_path / "pulled")
    assert result.return_value == 0, result.exception
    add_things(files, tmp_path / "pulled")
    assert built(tmp_path / "pulled") == built(tmp_path / "original")


def test_lists_of_several_pages_come_whole(cluster: Cluster, tmp_path: Path) -> None:
    cluster.apply([app(f"app-{i}") for i in range(620)])
    assert pull(cluster.kubeconfig(tmp_path), tmp_path / "out").return_value == 0
    assert len(list((tmp_path / "out/applications/shop").iterdir())) == 620


def test_what_the_server_adds_is_dropped(cluster: Cluster, tmp_path: Path) -> None:
    cluster.apply([app("one", labels={"team": "a"})])
    assert pull(cluster.kubeconfig(tmp_path), tmp_path / "out").return_value == 0
    text = (tmp_path / "out/applications/shop/one.yaml").read_text()
    assert text == (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
        "metadata:\n  labels:\n    team: a\n  name: one\n  namespace: shop\n"
        "spec:\n  components:\n  - name: one\n    type: box\n"
    )


def test_a_token_that_the_server_does_not_know(cluster: Cluster, tmp_path: Path) -> None:
    result = pull(cluster.kubeconfig(tmp_path, "expired"), tmp_path / "out")
    assert refused(result, tmp_path / "out") == ["V833"]


def test_what_may_not_be_listed(cluster: Cluster, tmp_path: Path) -> None:
    cluster.denied |= {"policies", "traitdefinitions"}
    result = pull(cluster.kubeconfig(tmp_path), tmp_path / "out")
    assert refused(result, tmp_path / "out") == ["V833", "V833"]


def test_clusters_that_may_not_be_listed(cluster: Cluster, tmp_path: Path) -> None:
    cluster.denied |= {"managedclusters"}
    result = pull(cluster.kubeconfig(tmp_path), tmp_path / "out")
    assert result.return_value == 0
    assert "warning[V833]" in result.stderr
