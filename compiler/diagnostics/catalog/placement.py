"""V5xx: clusters and topologies."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V501", "unknown-cluster", "A cluster is not in the inventory",
        what="A topology or step names a cluster that the inventory does not list.",
        why="The step would fail; a misspelt cluster would go without its manifests.",
        example="clusters: [prod-eu-3]",
        fix="Correct the name, or add the cluster to clusters.yaml. `local` always exists.",
    ),
    Code(
        "V502", "no-cluster-matches", "A cluster selector matches nothing",
        what="No cluster of the inventory has all the labels asked for.",
        why="The controller fails the step, unless the topology says `allowEmpty: true`.",
        example="clusterLabelSelector: {region: eu-wets}",
        fix="Correct the labels, label the clusters, or set `allowEmpty: true`.",
    ),
    Code(
        "V503", "no-placement", "A topology places nothing",
        what="`clusters: []` selects no cluster at all; it does not mean all clusters.",
        why="The components are deployed nowhere, and the controller says nothing.",
        example="type: topology\nproperties: {clusters: []}",
        fix="List clusters, or use `clusterLabelSelector: {}` for all of them.",
        severity=Severity.WARNING,
    ),
    Code(
        "V504", "replication-selects-nothing", "A replication policy selects no component",
        what="The policy's selector is empty or names components that do not exist.",
        why="The controller fails the deploy step on it.",
        example="type: replication\nproperties: {keys: [a, b]}",
        fix="Add `selector: [component]`.",
    ),
    Code(
        "V505", "bad-inventory", "The cluster inventory cannot be used",
        what="clusters.yaml is not of the form `clusters: [{name, labels, kubernetesVersion}]`.",
        why="Without it no placement can be decided.",
        example="- prod-eu-1",
        fix="Write `clusters:` with a list of objects that have a `name`.",
    ),
    Code(
        "V507", "rule-selects-nothing", "A rule of a policy selects nothing",
        what="The selector of a rule has no condition, or only empty lists.",
        why="Such a selector matches no object at all, so the rule has no effect.",
        example="rules: [{selector: {}, strategy: never}]",
        fix="Name at least one of componentNames, componentTypes, oamTypes, traitTypes, resourceTypes, resourceNames.",
    ),
    Code(
        "V509", "replicas-collide", "The replicas of a component make the same object",
        what="A replication policy copies a component, but the names of what it makes do not tell the copies apart.",
        why="In a cluster every copy overwrites the one before, and a single object is left.",
        example="type: replication\nproperties: {keys: [a, b], selector: [web]}  # web's definition names all objects alike",
        fix="Use `context.replicaKey` in the names that the definition makes, or do not replicate the component.",
    ),
    Code(
        "V506", "clusters-collide", "Two clusters would share one directory",
        what="Two cluster names differ only in upper and lower case.",
        why="On many file systems their output directories are the same.",
        example="clusters: [{name: EU-1}, {name: eu-1}]",
        fix="Rename one of them.",
    ),
    Code(
        "V508", "placed-twice", "Two steps place a component in one spot",
        what="Two steps deploy one component to the same cluster and namespace.",
        why="The later one wins; if they run side by side, it is left to chance which that is at run time.",
        example="two deploy steps whose topologies overlap",
        fix="Let the topologies select different clusters, or join the steps.",
        severity=Severity.WARNING,
    ),
)  # fmt: skip
