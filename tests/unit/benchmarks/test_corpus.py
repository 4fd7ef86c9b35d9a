"""The generated fleets: the same seed gives the same bytes, and they compile to what they claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.corpus import change_one_override, main, write_corpus
from benchmarks.fleet import AXES, PRESETS, Fleet, grown, parts_of

import velac

TINY = PRESETS["tiny"]


def files_of(fleet: Fleet, directory: Path) -> Mapping[str, str]:
    write_corpus(fleet, directory)
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in sorted(directory.rglob("*.yaml"))
    }


@pytest.mark.parametrize(
    "fleet", [TINY, replace(TINY, shared=True), replace(TINY, clusters=0, classes=0)]
)
def test_same_seed_same_bytes(fleet: Fleet, tmp_path: Path) -> None:
    assert files_of(fleet, tmp_path / "one") == files_of(fleet, tmp_path / "two")


def test_another_seed_gives_another_fleet(tmp_path: Path) -> None:
    assert files_of(TINY, tmp_path / "1") != files_of(replace(TINY, seed=2), tmp_path / "2")


def test_salt_changes_values_but_no_shapes(tmp_path: Path) -> None:
    plain = files_of(TINY, tmp_path / "plain")
    salted = files_of(replace(TINY, salt="x"), tmp_path / "salted")
    assert plain.keys() == salted.keys()
    assert plain["clusters.yaml"] == salted["clusters.yaml"]
    for name in plain:
        pairs = zip(plain[name].splitlines(), salted[name].splitlines(), strict=True)
        assert all(len(one) == len(two) for one, two in pairs)
    assert plain["apps/app-0.yaml"] != salted["apps/app-0.yaml"]


@pytest.mark.parametrize(
    "fleet",
    [
        TINY,
        replace(TINY, name="shared", traits=5, shared=True),
        replace(TINY, name="local", clusters=0, classes=0, traits=0),
        replace(TINY, name="seven", applications=1, components=1, traits=7),
        replace(TINY, name="nine", components=1, traits=9, clusters=0, classes=0),
        replace(TINY, name="own", classes=4),
    ],
    ids=lambda fleet: fleet.name,
)
def test_fleet_compiles_to_the_objects_it_claims(fleet: Fleet, tmp_path: Path) -> None:
    write_corpus(fleet, tmp_path)
    result = velac.compile(str(tmp_path))
    assert result.diagnostics == []
    text = b"".join(content for _, content in result.files()).decode()
    assert text.count("\nkind: ") == fleet.objects
    assert len(list(result.files())) == fleet.applications * fleet.places


def test_overrides_reach_their_clusters(tmp_path: Path) -> None:
    write_corpus(TINY, tmp_path)
    files = dict(velac.compile(str(tmp_path)).files())
    for index, cluster in enumerate(TINY.cluster_names):
        for app in TINY.app_names:
            text = files[f"{cluster}/fleet/{app}/manifest.yaml"].decode()
            for part in parts_of(TINY, app):
                assert f"image: {TINY.image(app, part.name, TINY.class_of(index))}\n" in text


def test_one_changed_override_is_one_changed_line(tmp_path: Path) -> None:
    before = files_of(TINY, tmp_path)
    change_one_override(TINY, tmp_path, "other")
    name = "apps/app-0.yaml"
    after = (tmp_path / name).read_text()
    lines = [
        b for a, b in zip(before[name].splitlines(), after.splitlines(), strict=True) if a != b
    ]
    assert lines == ["            image: registry.example.com/app-0/web-0-0:other"]
    change_one_override(TINY, tmp_path, "once-more")
    assert after.replace(":other", ":once-more") == (tmp_path / name).read_text()


@pytest.mark.parametrize("axis", AXES)
def test_growth_doubles_the_objects_of_its_axis(axis: str) -> None:
    one, two = (grown(PRESETS["E"], axis, factor) for factor in (32, 64))
    if axis == "traits":
        assert two.traits == 2 * one.traits
    elif axis == "overrides":
        assert (one.objects, 2 * one.classes) == (two.objects, two.classes)
    else:
        assert 1.9 <= two.objects / one.objects <= 2.1


def test_a_fleet_needs_classes_for_its_clusters() -> None:
    with pytest.raises(ValueError, match="3 classes of 2 clusters"):
        Fleet("wrong", clusters=2, classes=3)


def test_traits_of_one_type_do_not_go_with_overrides() -> None:
    with pytest.raises(ValueError, match="8 traits"):
        Fleet("wrong", clusters=2, classes=2, traits=8)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "x"), "--preset", "tiny", "--clusters", "6", "--salt", "s"]) == 0
    assert capsys.readouterr().out.endswith("fleet tiny, 96 objects\n")
    text = (tmp_path / "x/clusters.yaml").read_text()
    assert text.count("- name: ") == 6
