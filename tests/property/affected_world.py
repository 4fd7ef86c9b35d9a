"""Repositories that use every way in which one file reaches another, and edits that change them at random."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import yaml

Files = dict[str, str]
"""Texts by path."""

_SERVICE = """\
service: {
    type: "component"
    attributes: workload: definition: {apiVersion: "v1", kind: "Service"}
}
template: {
    output: {
        apiVersion: "v1", kind: "ConfigMap"
        metadata: name: context.name
        data: {text: parameter.text, flavour: "plain"}
    }
    parameter: text: *"none" | string
}
"""
_VERSIONED = """\
versioned: {type: "component", attributes: workload: type: "autodetects.core.oam.dev"}
template: {
    output: {
        apiVersion: "v1", kind: "ConfigMap"
        metadata: name: context.name
        data: {minor: "\\(context.clusterVersion.minor)", where: context.cluster}
    }
    parameter: {}
}
"""
_MARK = """\
mark: {
    type: "trait"
    attributes: {podDisruptive: false, appliesToWorkloads: ["*"]}
}
template: {
    patch: data: marked: parameter.mark
    parameter: mark: *"yes" | string
}
"""
_BESIDE = """\
apiVersion: core.oam.dev/v1beta1
kind: TraitDefinition
metadata: {name: beside}
spec:
  podDisruptive: false
  appliesToWorkloads: ["*"]
  schematic:
    cue:
      template: |
        outputs: extra: {
          apiVersion: "v1"
          kind: "ConfigMap"
          metadata: name: context.name + "-beside"
          data: size: "\\(parameter.size)"
        }
        parameter: size: *1 | int
"""
_AT_HOME = (
    _BESIDE.replace("{name: beside}", "{name: at-home}")
    .replace("  podDisruptive: false\n", "  podDisruptive: false\n  controlPlaneOnly: true\n")
    .replace('"-beside"', '"-home"')
)
_REPORT = """\
report: {type: "policy", attributes: {}}
template: {
    output: {
        apiVersion: "v1", kind: "ConfigMap"
        metadata: name: context.appName + "-" + context.name
        data: owner: parameter.owner
    }
    parameter: owner: string
}
"""
_STAMP = """\
apiVersion: core.oam.dev/v1beta1
kind: PolicyDefinition
metadata: {name: stamp}
spec:
  scope: Application
  global: true
  schematic:
    cue:
      template: |
        parameter: {}
        output: labels: stamped: "first"
"""
_REVISION = """\
apiVersion: core.oam.dev/v1beta1
kind: DefinitionRevision
metadata: {name: service-v1}
spec:
  revision: 1
  revisionHash: "1"
  definitionType: Component
  componentDefinition:
    metadata: {name: service}
    spec:
      workload: {type: autodetects.core.oam.dev}
      schematic:
        cue:
          template: |
            output: {apiVersion: "v1", kind: "ConfigMap", metadata: name: context.name, data: text: "v1"}
            parameter: text?: string
"""


def _object(kind: str, name: str, version: str = "v1alpha1", **more: Any) -> dict[str, Any]:
    head = {"apiVersion": f"core.oam.dev/{version}", "kind": kind}
    return {**head, "metadata": {"name": name, "namespace": "shop"}, **more}


def _texts(*objects: dict[str, Any]) -> str:
    return yaml.safe_dump_all(objects, sort_keys=False)


def world(random: Random) -> Files:
    """A small repository; the numbers and choices in it are random."""
    clusters = [
        {
            "name": f"c{i}",
            "labels": {"stage": ["dev", "prod"][i % 2], "zone": f"z{i % 3}"},
            **({"kubernetesVersion": f"1.{30 + i % 3}"} if i % 2 else {}),
        }
        for i in range(6)
    ]
    shared = [
        _object("Policy", "dev", type="topology", properties={"clusterLabelSelector": {"stage": "dev"}}),
        _object("Policy", "some", type="topology", properties={"clusters": ["c1", "c2"]}),
        _object(
            "Policy", "louder", type="override",
            properties={"components": [{"type": "service", "traits": [{"type": "mark"}]}]},
        ),
        _object(
            "Workflow", "roll",
            steps=[
                {"name": "one", "type": "deploy", "properties": {"policies": ["dev"]}},
                {"name": "two", "type": "deploy", "properties": {"policies": ["louder", "some"]}},
            ],
        ),
    ]  # fmt: skip
    files = {
        "velac.yaml": "applications: [apps]\ndefinitions: [extra]\ninventory: clusters.yaml\n",
        "clusters.yaml": yaml.safe_dump({"clusters": clusters}),
        "apps/shared.yaml": _texts(*shared),
        "apps/defs/service.cue": _SERVICE,
        "apps/defs/versioned.cue": _VERSIONED,
        "extra/mark.cue": _MARK,
        "apps/defs/traits.yaml": _BESIDE + "---\n" + _AT_HOME,
        "apps/defs/report.cue": _REPORT,
        "apps/things.yaml": _texts(*(_thing(f"thing-{i}") for i in range(7))),
        "attic/old.yaml": _texts(_app("attic", random)),
    }
    for at in range(random.randint(4, 7)):
        files[f"apps/app-{at}.yaml"] = _texts(_app(f"app-{at}", random))
    return files


def _thing(name: str) -> dict[str, Any]:
    """An object that a component refers to."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "0"}}


def _app(name: str, random: Random) -> dict[str, Any]:
    kind = random.choice(["service", "service", "versioned", "service@v1"])
    traits = [{"type": t} for t in ("mark", "beside", "at-home") if random.random() < 0.3]
    components: list[Any] = [{"name": name, "type": kind, "traits": traits}]
    if random.random() < 0.3 and name.startswith("app-"):
        one = {"resource": "configmap", "name": name.replace("app", "thing")}
        own: dict[str, Any] = {
            "name": f"{name}-r",
            "type": "ref-objects",
            "properties": {"objects": [one]},
        }
        components = [own, *components] if random.random() < 0.5 else [own]
    if random.random() < 0.5:
        text = {"text": str(random.random())}
        components.append(
            {"name": f"{name}-b", "type": "service", "properties": text, "traits": []}
        )
    spec: dict[str, Any] = {"components": components}
    match random.randrange(5):
        case 0:
            spec["workflow"] = {"ref": "roll"}
        case 1:
            near = {"clusterLabelSelector": {"stage": "prod"}}
            spec["policies"] = [{"name": "here", "type": "topology", "properties": near}]
        case 2:
            steps = [
                {"name": "go", "type": "deploy", "properties": {"policies": ["dev", "louder"]}}
            ]
            spec["workflow"] = {"steps": steps}
        case 3:
            cluster = random.choice(["c0", "c3", "c4"])
            where: dict[str, Any] = {"clusters": [cluster], "namespace": "other"}
            spec["policies"] = [
                {"name": "here", "type": "topology", "properties": where},
                {"name": "notes", "type": "report", "properties": {"owner": "me"}},
            ]
    return _object("Application", name, "v1beta1", spec=spec)


# ------------------------------------------------------------------------------------------------------- edits


def edited(files: Files, random: Random) -> tuple[Files, str]:
    """The repository after one to three edits, and what was done."""
    made = dict(files)
    done = []
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        edit = random.choice(EDITS)
        try:
            edit(made, random)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError):
            continue  # nothing there to edit in this way
        done.append(edit.__name__)
    return made, ", ".join(done)


def _pick(files: Files, random: Random, *ends: str) -> str:
    return random.choice(
        [name for name in sorted(files) if name.endswith(ends or (".yaml", ".cue"))]
    )


def _with_object(
    files: Files, random: Random, kinds: tuple[str, ...], change: Callable[[dict[str, Any]], None]
) -> None:
    """Change a random object of some kinds."""
    places = []
    for name in sorted(files):
        if name.endswith(".yaml"):
            documents = list(yaml.safe_load_all(files[name]))
            places += [
                (name, documents, d)
                for d in documents
                if isinstance(d, dict) and str(d.get("kind")).endswith(kinds)
            ]
    name, documents, chosen = random.choice(places)
    change(chosen)
    files[name] = _texts(*documents)


_ANY = ("Application", "Policy", "Workflow", "Definition", "Revision")


def rename_object(files: Files, random: Random) -> None:
    new = random.choice(["app-0", "app-1", "dev", "roll", "mark", "service", "fresh", "some"])
    _with_object(files, random, _ANY, lambda o: o["metadata"].update(name=new))


def change_namespace(files: Files, random: Random) -> None:
    new = random.choice(["shop", "other", "default"])
    _with_object(files, random, _ANY, lambda o: o["metadata"].update(namespace=new))


def change_metadata(files: Files, random: Random) -> None:
    def change(o: dict[str, Any]) -> None:
        kind = random.choice(["labels", "annotations"])
        key = random.choice(["team", "app.oam.dev/publishVersion", "policy.oam.dev/skip-global"])
        o["metadata"].setdefault(kind, {})[key] = random.choice(["true", "a", "b"])

    _with_object(files, random, _ANY, change)


def change_leaf(files: Files, random: Random) -> None:
    def change(o: dict[str, Any]) -> None:
        leaves = list(_leaves(o.get("spec") or o.get("properties") or o.get("steps")))
        holder, key = random.choice(leaves)
        value = holder[key]
        if isinstance(value, bool):
            holder[key] = not value
        elif isinstance(value, int):
            holder[key] = value + 1
        else:
            words = ["c1", "c5", "prod", "dev", "mark", "beside", "service", "versioned", "some"]
            holder[key] = random.choice([*words, f"{value}x"])

    _with_object(files, random, _ANY, change)


def _leaves(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value or ())
    for key, item in list(items):
        if isinstance(item, dict | list):
            yield from _leaves(item)
        else:
            yield value, key


def drop_key(files: Files, random: Random) -> None:
    def change(o: dict[str, Any]) -> None:
        holder, key = random.choice(list(_leaves(o.get("spec") or o.get("properties"))))
        del holder[key]

    _with_object(files, random, _ANY, change)


def change_type(files: Files, random: Random) -> None:
    def change(o: dict[str, Any]) -> None:
        component = random.choice(o["spec"]["components"])
        component["type"] = random.choice(["service", "versioned", "service@v1", "webservice"])

    _with_object(files, random, ("Application",), change)


def change_traits(files: Files, random: Random) -> None:
    def change(o: dict[str, Any]) -> None:
        component = random.choice(o["spec"]["components"])
        component["traits"] = [{"type": random.choice(["mark", "beside", "at-home", "labels"])}]

    _with_object(files, random, ("Application",), change)


def change_attributes(files: Files, random: Random) -> None:
    attribute = random.choice(
        ["podDisruptive", "controlPlaneOnly", "manageWorkload", "global", "stage", "applies"]
    )

    def change(o: dict[str, Any]) -> None:
        spec = o["spec"]
        if attribute == "stage":
            spec["stage"] = random.choice(["PreDispatch", "PostDispatch"])
        elif attribute == "applies":
            spec["appliesToWorkloads"] = random.choice([["*"], ["deployments.apps"]])
        else:
            spec[attribute] = not spec.get(attribute)

    _with_object(files, random, ("Definition",), change)


def change_cue(files: Files, random: Random) -> None:
    name = _pick(files, random, ".cue", "traits.yaml")
    old, new = random.choice(
        [
            ('"none"', '"nothing"'), ('"plain"', '"salty"'), ('"yes"', '"no"'), ('"-beside"', '"-b"'),
            ("context.name", 'context.name + "x"'), ("*1 |", "*2 |"), ("false", "true"),
            ("owner: parameter.owner", "owner: context.namespace"), ("// ", "//  "),
        ]
    )  # fmt: skip
    files[name] = files[name].replace(old, new, 1)


def comment(files: Files, random: Random) -> None:
    name = _pick(files, random)
    files[name] = ("# " if name.endswith(".yaml") else "// ") + "a remark\n" + files[name]


def delete_file(files: Files, random: Random) -> None:
    del files[_pick(files, random)]


def move_file(files: Files, random: Random) -> None:
    name = _pick(files, random)
    folder = random.choice(["apps", "apps/defs", "extra", "attic", "apps/.hidden", "apps/deep/er"])
    files[f"{folder}/{random.choice(['', 'z-'])}{name.rpartition('/')[2]}"] = files.pop(name)


def swap_files(files: Files, random: Random) -> None:
    one = _pick(files, random, ".yaml")
    two = _pick(files, random, ".yaml")
    files[one], files[two] = files[two], files[one]


def copy_file(files: Files, random: Random) -> None:
    name = _pick(files, random)
    files[f"{random.choice(['apps', 'extra'])}/copy-{name.rpartition('/')[2]}"] = files[name]


def reorder_documents(files: Files, random: Random) -> None:
    name = _pick(files, random, ".yaml")
    documents = [d for d in yaml.safe_load_all(files[name]) if d]
    random.shuffle(documents)
    files[name] = _texts(*documents)


def join_files(files: Files, random: Random) -> None:
    apps = [name for name in sorted(files) if "/app-" in name]
    one, two = random.sample(apps, 2)
    files[one] += "---\n" + files.pop(two)


def shadow(files: Files, random: Random) -> None:
    folder = random.choice(["apps/defs", "extra"])
    what = random.choice(["scaler", "webservice", "mark", "service", "beside", "report", "deploy"])
    text = {
        "scaler": _MARK.replace("mark:", "scaler:", 1), "webservice": _SERVICE.replace("service:", "webservice:", 1),
        "mark": _MARK.replace('"yes"', '"shadow"'), "service": _SERVICE.replace('"plain"', '"shadow"'),
        "beside": _MARK.replace("mark:", "beside:", 1), "report": _REPORT.replace("parameter.owner", '"shadow"'),
        "deploy": _REPORT.replace("report:", "deploy:", 1).replace('"policy"', '"workflow-step"'),
    }[what]  # fmt: skip
    files[f"{folder}/shadow-{what}.cue"] = text


def unshadow(files: Files, random: Random) -> None:
    del files[random.choice([name for name in sorted(files) if "shadow-" in name])]


def stamp(files: Files, random: Random) -> None:
    if random.random() < 0.5 and "apps/stamp.yaml" in files:
        del files["apps/stamp.yaml"]
    else:
        files["apps/stamp.yaml"] = _STAMP.replace("first", random.choice(["first", "second"]))


def revise(files: Files, random: Random) -> None:
    text = random.choice([_REVISION, _REVISION.replace('"v1"', '"one"'), ""])
    files["apps/defs/revision.yaml"] = text
    if not text:
        del files["apps/defs/revision.yaml"]


def add_application(files: Files, random: Random) -> None:
    name = f"new-{random.randrange(100)}"
    files[f"apps/{name}.yaml"] = _texts(_app(name, random))


def change_thing(files: Files, random: Random) -> None:
    new = str(random.random())
    _with_object(files, random, ("ConfigMap",), lambda o: o["data"].update(a=new))


def rename_thing(files: Files, random: Random) -> None:
    new = random.choice(["thing-1", "thing-2", "lost"])
    _with_object(files, random, ("ConfigMap",), lambda o: o["metadata"].update(name=new))


def own_definition(files: Files, random: Random) -> None:
    """A definition that only one namespace sees."""
    name = random.choice(["beside", "at-home"])
    text = _BESIDE.replace("{name: beside}", f"{{name: {name}, namespace: shop}}")
    files["apps/own.yaml"] = text.replace("*1 |", random.choice(["*5 |", "*6 |"]))


def _with_clusters(files: Files, change: Callable[[list[Any]], None]) -> None:
    data = yaml.safe_load(files["clusters.yaml"])
    change(data["clusters"])
    files["clusters.yaml"] = yaml.safe_dump(data)


def add_cluster(files: Files, random: Random) -> None:
    new = {"name": f"n{random.randrange(50)}", "labels": {"stage": random.choice(["dev", "prod"])}}
    _with_clusters(files, lambda c: c.insert(random.randrange(len(c) + 1), new))


def remove_cluster(files: Files, random: Random) -> None:
    _with_clusters(files, lambda c: c.remove(random.choice(c)))


def relabel_cluster(files: Files, random: Random) -> None:
    key, value = random.choice([("stage", "dev"), ("stage", "prod"), ("zone", "z9"), ("new", "x")])
    _with_clusters(files, lambda c: random.choice(c).setdefault("labels", {}).update({key: value}))


def upgrade_cluster(files: Files, random: Random) -> None:
    new = f"1.{random.randint(27, 36)}"
    _with_clusters(files, lambda c: random.choice(c).update(kubernetesVersion=new))


def local_cluster(files: Files, random: Random) -> None:
    new = {
        "name": "local",
        "kubernetesVersion": f"1.{random.randint(27, 36)}",
        "labels": {"stage": "dev"},
    }
    _with_clusters(files, lambda c: c.append(new))


def reorder_clusters(files: Files, random: Random) -> None:
    _with_clusters(files, random.shuffle)


def change_settings(files: Files, random: Random) -> None:
    data = yaml.safe_load(files.get("velac.yaml", "")) or {}
    key, value = random.choice(
        [
            ("labels", {"team": random.choice("ab")}), ("labels", {"team": random.choice("cd")}), ("labels", None), ("compat", random.random() < 0.5),
            ("kubernetesVersion", f"1.{random.randint(27, 36)}"), ("definitions", ["extra", "attic"]),
            ("definitions", []), ("definitions", ["extra"]), ("applications", ["apps", "attic"]),
            ("applications", ["apps"]), ("strictness", {"unusedParameter": random.choice(["off", "warning"])}),
            ("output", {"directory": random.choice("de")}), ("inventory", "clusters.yaml"),
            ("lint", {"presets": ["strict"]}),
        ]
    )  # fmt: skip
    data[key] = value
    if value is None:
        del data[key]
    files["velac.yaml"] = yaml.safe_dump(data)


def change_text(files: Files, random: Random) -> None:
    """Change a digit anywhere, whatever it belongs to."""
    name = _pick(files, random)
    places = [at for at, c in enumerate(files[name]) if c.isdigit()]
    at = random.choice(places)
    files[name] = files[name][:at] + random.choice("0123456789") + files[name][at + 1 :]


EDITS: list[Callable[[Files, Random], None]] = [
    rename_object, change_namespace, change_metadata, change_leaf, change_leaf, drop_key, change_type,
    change_traits, change_attributes, change_cue, change_cue, comment, delete_file, move_file, swap_files,
    copy_file, reorder_documents, join_files, shadow, unshadow, stamp, revise, add_application, change_thing, rename_thing, own_definition,
    add_cluster, remove_cluster, relabel_cluster, upgrade_cluster, local_cluster, reorder_clusters,
    change_settings, change_settings, change_text,
]  # fmt: skip


def example(root: Path) -> Files:
    """The example fleet, with a project file."""
    folder = root / "examples/fleet"
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".yaml", ".cue")
    }
    return {**files, "velac.yaml": "inventory: clusters.yaml\n"}
