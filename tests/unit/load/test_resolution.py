"""Which definition a type means: versions, automatic updates, namespaces, levels, duplicates."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from velac.compiler.driver import compile
from velac.compiler.load.bundle import Bundle, load, load_definitions
from velac.compiler.load.version import newest
from velac.compiler.result import CompileResult


def trait(mark: str, *, version: str = "", namespace: str = "", name: str = "mark") -> str:
    """A TraitDefinition whose patch writes `mark` into an annotation."""
    place = f", namespace: {namespace}" if namespace else ""
    return dedent(
        f"""\
        apiVersion: core.oam.dev/v1beta1
        kind: TraitDefinition
        metadata: {{name: {name}{place}}}
        spec:
          {f"version: {version}" if version else "podDisruptive: false"}
          schematic: {{cue: {{template: 'patch: metadata: annotations: mark: "{mark}"'}}}}
        """
    )


def revision(mark: str, number: str, *, namespace: str = "", name: str = "mark") -> str:
    """A DefinitionRevision of the same."""
    place = f", namespace: {namespace}" if namespace else ""
    return dedent(
        f"""\
        apiVersion: core.oam.dev/v1beta1
        kind: DefinitionRevision
        metadata: {{name: {name}-{number}{place}}}
        spec:
          traitDefinition:
            metadata: {{name: {name}}}
            spec: {{schematic: {{cue: {{template: 'patch: metadata: annotations: mark: "{mark}"'}}}}}}
        """
    )


def application(type_: str = "mark", *, namespace: str = "", auto_update: bool = False) -> str:
    place = f", namespace: {namespace}" if namespace else ""
    notes = ', annotations: {app.oam.dev/autoUpdate: "true"}' if auto_update else ""
    return dedent(
        f"""\
        apiVersion: core.oam.dev/v1beta1
        kind: Application
        metadata: {{name: shop{place}{notes}}}
        spec:
          components:
          - name: web
            type: worker
            properties: {{image: nginx}}
            traits: [{{type: {type_}}}]
        """
    )


def built(tmp_path: Path, *texts: str, given: str = "") -> CompileResult:
    """The build of some documents; `given` is a definition named by `-d`."""
    (tmp_path / "all.yaml").write_text("---\n".join(texts))
    paths = []
    if given:
        folder = tmp_path.parent / f"{tmp_path.name}-given"
        folder.mkdir()
        (folder / "d.yaml").write_text(given)
        paths = [str(folder)]
    return compile(str(tmp_path), definitions=paths)


def mark(tmp_path: Path, *texts: str, given: str = "") -> str:
    """What the trait that the build has found writes."""
    result = built(tmp_path, *texts, given=given)
    assert result.ok, [d.message for d in result.diagnostics]
    (app,) = result.manifests.apps
    return str(app.groups[0].manifests[0].object["metadata"]["annotations"]["mark"])


def refusal(tmp_path: Path, *texts: str) -> tuple[str, str]:
    """Message and help of the only error."""
    (problem,) = [d for d in built(tmp_path, *texts).diagnostics if d.severity == "error"]
    return problem.message, problem.help


# --------------------------------------------------------------------------------------------------- versions


def test_versions_of_one_definition_stand_side_by_side(tmp_path: Path) -> None:
    old, new = trait("old", version="1.9.0"), trait("new", version="1.10.0")
    assert mark(tmp_path, new, old, application("mark@v1.9.0")) == "old"
    assert mark(tmp_path, new, old, application("mark@v1.10.0")) == "new"
    assert mark(tmp_path, new, old, application("mark")) == "new"
    assert mark(tmp_path, old, new, application("mark")) == "new"


def test_auto_update_takes_the_newest_that_fits(tmp_path: Path) -> None:
    known = [revision(v, v) for v in ("v1.2.0", "v1.10.1", "v2.0.0", "v1.10.0")]
    base = trait("v2.0.0", version="2.0.0")

    def chosen(type_: str) -> str:
        return mark(tmp_path, base, *known[:2], known[3], application(type_, auto_update=True))

    assert chosen("mark@v1") == "v1.10.1"
    assert chosen("mark@v1.2") == "v1.2.0"
    assert chosen("mark@v1.10.0") == "v1.10.0"
    assert chosen("mark@v2") == "v2.0.0"
    assert chosen("mark") == "v2.0.0"


def test_without_auto_update_a_version_is_exact(tmp_path: Path) -> None:
    message, hint = refusal(tmp_path, trait("x", version="1.2.0"), application("mark@v1"))
    assert message == "there is no trait definition `mark@v1`"
    assert hint == 'there is `mark@v1.2.0`; `app.oam.dev/autoUpdate: "true"` takes the newest v1'


def test_a_version_needs_its_v(tmp_path: Path) -> None:
    _, hint = refusal(tmp_path, trait("x", version="1.2.0"), application("mark@1.2.0"))
    assert hint == "there is `mark@v1.2.0`"


def test_auto_update_and_a_published_version_exclude_each_other(tmp_path: Path) -> None:
    app = application("mark", auto_update=True).replace(
        "annotations: {", "annotations: {app.oam.dev/publishVersion: v1, "
    )
    (problem,) = [d for d in built(tmp_path, trait("x"), app).diagnostics if d.code == "V320"]
    first, second = (label.span for label in problem.labels)
    assert first.file.text[first.start : first.end] == "app.oam.dev/autoUpdate"
    assert second.file.text[second.start : second.end] == "app.oam.dev/publishVersion"


def test_the_annotation_names_a_revision(tmp_path: Path) -> None:
    text = trait("x").replace(
        "{name: mark}", "{name: mark, annotations: {definitionrevision.oam.dev/name: blue-green}}"
    )
    assert mark(tmp_path, text, application("mark@vblue-green")) == "x"


def test_a_cluster_has_numbered_what_it_exports(tmp_path: Path) -> None:
    text = trait("three") + "status: {latestRevision: {name: mark-v3, revision: 3}}\n"
    known = [text, revision("two", "v2")]
    assert mark(tmp_path, *known, application("mark@v3")) == "three"
    assert mark(tmp_path, *known, application("mark@v2")) == "two"
    assert refusal(tmp_path, *known, application("mark@v1"))[1] == "there is `mark@v2`, `mark@v3`"


@pytest.mark.parametrize(
    ("versions", "wanted"),
    [
        (["v1.2.0", "v1.10.0", "v1.9.9"], "v1.10.0"),
        (["v1.0.0-rc.2", "v1.0.0-rc.10", "v1.0.0-beta"], "v1.0.0-rc.10"),
        (["v1.0.0-rc.1", "v1.0.0"], "v1.0.0"),
        (["v2", "v10"], "v10"),
        (["vblue", "v0.0.1"], "v0.0.1"),
    ],
)
def test_the_newest_version(versions: list[str], wanted: str) -> None:
    assert newest(versions) == newest(reversed(versions)) == wanted


# ------------------------------------------------------------------------------------------------- namespaces


def test_the_namespace_of_the_application_comes_first(tmp_path: Path) -> None:
    texts = [trait("team", namespace="team"), trait("shared", namespace="vela-system")]
    assert mark(tmp_path, *texts, application(namespace="team")) == "team"
    assert mark(tmp_path, *texts, application(namespace="prod")) == "shared"
    assert mark(tmp_path, *texts, application(namespace="team"), given=trait("given")) == "team"


def test_a_namespace_that_is_not_named_is_default(tmp_path: Path) -> None:
    texts = [trait("own", namespace="default"), trait("shared")]
    assert mark(tmp_path, *texts, application()) == "own"


def test_other_namespaces_are_out_of_sight(tmp_path: Path) -> None:
    message, hint = refusal(tmp_path, trait("x", namespace="team"), application(namespace="prod"))
    assert message == "there is no trait definition `mark`"
    assert hint == "there is one in namespace `team`, which only Applications there can use"


def test_dry_run_sees_every_namespace(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(trait("x", namespace="team"))
    assert load_definitions([str(path)]).definitions.find("trait", "mark") is not None


# ----------------------------------------------------------------------------------------- levels, duplicates


def test_given_wins_over_the_project_and_that_over_what_is_built_in(tmp_path: Path) -> None:
    own = trait("project", name="labels")
    app = application("labels")
    assert mark(tmp_path, own, app) == "project"
    assert mark(tmp_path, own, app, given=trait("given", name="labels")) == "given"


def test_a_project_may_define_what_an_addon_brings(tmp_path: Path) -> None:
    assert mark(tmp_path, trait("x", name="helm-labels"), application("helm-labels")) == "x"


def test_what_addons_bring_is_there_for_a_build_but_not_for_a_dry_run() -> None:
    assert load([]).definitions.find("component", "helm") is not None
    assert load_definitions([]).definitions.find("component", "helm") is None


def duplicates(bundle: Bundle) -> list[str]:
    return [d.message for d in bundle.diagnostics if d.code == "V311"]


def test_duplicates_say_what_and_where(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(trait("a", namespace="team"))
    (tmp_path / "b.yaml").write_text(trait("b", namespace="team"))
    (tmp_path / "c.yaml").write_text(trait("c", namespace="other"))
    bundle = load([str(tmp_path)])
    assert duplicates(bundle) == [
        "the trait definition `mark` is given twice in namespace `team`",
    ]
    (problem,) = [d for d in bundle.diagnostics if d.code == "V311"]
    assert [str(label.span) for label in problem.labels] == [
        f"{tmp_path}/b.yaml:3:18",
        f"{tmp_path}/a.yaml:3:18",
    ]


def test_one_version_twice_is_a_duplicate(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(trait("a", version="1.0.0"))
    (tmp_path / "b.yaml").write_text(trait("b", version="1.0.0"))
    assert duplicates(load([str(tmp_path)])) == ["the trait definition `mark` is given twice"]


def test_an_export_of_a_cluster_is_taken_as_it_is(tmp_path: Path) -> None:
    """A List with several kinds, namespaces, and what the cluster has added."""
    items = [
        trait("team", namespace="team"),
        trait("system", namespace="vela-system").replace(
            "{name: mark,",
            '{name: mark, uid: x, resourceVersion: "7", generation: 2, managedFields: [],',
        )
        + "status: {configMapRef: s, latestRevision: {name: mark-v2, revision: 2, revisionHash: h}}\n",
        revision("old", "v1", namespace="vela-system"),
    ]
    indented = ["- " + text.replace("\n", "\n  ").rstrip() + "\n" for text in items]
    export = "apiVersion: v1\nkind: List\nmetadata: {resourceVersion: ''}\nitems:\n" + "".join(
        indented
    )
    assert mark(tmp_path, export, application(namespace="team")) == "team"
    assert mark(tmp_path, export, application("mark@v1", namespace="prod")) == "old"
    assert mark(tmp_path, export, application("mark@v2", namespace="prod")) == "system"
