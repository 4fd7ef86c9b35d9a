"""The HTML page of a diff in a real browser: nothing from elsewhere, the search, a picture that is not blank."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from velac.compiler.diff.change import Difference
from velac.compiler.diff.compare import compare
from velac.compiler.diff.html import to_html
from velac.compiler.driver import compile as compile_fleet

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)  # fmt: skip
needs_browser = pytest.mark.skipif(BROWSER is None, reason="chromium is not installed")
PICTURE = (1280, 1000)


@pytest.fixture(scope="module")
def difference(tmp_path_factory: pytest.TempPathFactory) -> Difference:
    root = Path(__file__).resolve().parents[3]
    base, head = (tmp_path_factory.mktemp(name) for name in ("base", "head"))
    for folder in (base, head):
        shutil.copytree(root / "examples/pull-request", folder, dirs_exist_ok=True)
    app = head / "apps/parcels.yaml"
    text = app.read_text().replace("api:3.4.1", "api:3.5.0").replace("replicas: 6", "replicas: 0")
    app.write_text(text.replace("value: 5s", "value: <script>alert('5s')</script>"))
    (head / "apps/labels.yaml").unlink()
    one, two = compile_fleet(str(base)), compile_fleet(str(head))
    assert one.ok
    assert two.ok
    return compare(one.manifests, two.manifests, (str(base), str(head)), (one.plan, two.plan))


def test_the_page_needs_nothing_else_and_runs_nothing_of_the_sources(difference: Difference) -> None:  # fmt: skip
    page = to_html(difference)
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|https?://", page)
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert" in page


def test_equal_sides_make_a_page(tmp_path: Path) -> None:
    assert "the same objects" in to_html(Difference([], ()))


def test_a_list_of_clusters_stands_on_the_page_once(difference: Difference) -> None:
    page = to_html(difference)
    listed = "prod-eu-1, prod-eu-2, prod-eu-3, prod-us-1, prod-us-2"
    places = re.search(r'id="places">(.*?)</script>', page)
    assert places is not None
    assert listed in json.loads(places[1])
    many = [change for change in difference.changes if ", ".join(change.clusters) == listed]
    assert many
    more = Difference([*difference.changes, *many * 100], difference.clusters)
    # Beside the list it is the title of a column.
    assert to_html(more).count(listed) == page.count(listed) <= 2


@needs_browser
@pytest.mark.oracle
@pytest.mark.slow
def test_in_a_browser(difference: Difference, tmp_path: Path) -> None:
    page = to_html(difference)
    (tmp_path / "diff.html").write_text(page)
    search = (
        "<script>var q=document.getElementById('q');q.value='claim printed';"
        "q.dispatchEvent(new Event('input'));</script>"
    )
    (tmp_path / "search.html").write_text(page.replace("</body>", f"{search}</body>"))
    total = len(difference.changes)
    assert f"{total} of {total}</span>" in dumped(tmp_path / "diff.html")
    assert f">1 of {total}</span>" in dumped(tmp_path / "search.html")
    in_cluster = search.replace("claim printed", "prod-eu-2 api")
    (tmp_path / "cluster.html").write_text(page.replace("</body>", f"{in_cluster}</body>"))
    hits = [c for c in difference.changes if "prod-eu-2" in c.clusters and "api" in c.title]
    assert f">{len(hits)} of {total}</span>" in dumped(tmp_path / "cluster.html")
    assert '<p class="dim where">prod-eu-1, prod-eu-2, ' in dumped(tmp_path / "diff.html")
    picture = tmp_path / "diff.png"
    size = ",".join(map(str, PICTURE))
    browse(
        tmp_path, f"--screenshot={picture}", f"--window-size={size}", str(tmp_path / "diff.html")
    )
    png = picture.read_bytes()
    assert png.startswith(b"\x89PNG")
    assert len(png) > 40_000, "next to nothing is on the page"


def dumped(page: Path) -> str:
    return browse(page.parent, "--dump-dom", f"file://{page}")


def browse(folder: Path, *arguments: str) -> str:
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={folder / 'profile'}", *arguments],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
