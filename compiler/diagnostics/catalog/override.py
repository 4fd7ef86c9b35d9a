"""V6xx: override policies."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V601", "override-without-type", "An override adds a component without a type",
        what="A patch's name matches no component, so it becomes a new component; but it has no type.",
        why="Usually the name is misspelt. The new component could not be rendered.",
        example="components: [{name: wbe, properties: {image: x}}]",
        fix="Correct the name, or give the new component a type.",
    ),
    Code(
        "V602", "override-matches-nothing", "An override changes nothing",
        what="A patch's name or type, or an entry of the selector, matches no component.",
        why="Usually a misspelt name.",
        example="components: [{type: webservise, properties: {cpu: \"1\"}}]",
        fix="Correct the name or type.",
        severity=Severity.WARNING,
    ),
    Code(
        "V603", "override-pattern", "An override's name is not a valid pattern",
        what="Names with other characters than letters, digits, `-`, `.` and `*` are regular expressions (RE2).",
        why="The controller takes an invalid one as the name of a new component.",
        example="components: [{name: \"web(\"}]",
        fix="Correct the pattern.",
    ),
    Code(
        "V604", "override-keeps-nothing", "An override's selector keeps no component",
        what="`selector: []` keeps nothing; it does not mean all components.",
        why="Nothing at all is deployed by the steps that use the policy.",
        example="type: override\nproperties: {selector: []}",
        fix="Remove the selector, or list components.",
        severity=Severity.WARNING,
    ),
    Code(
        "V605", "override-shadowed", "A later override sets everything again",
        what="Every value of an override is set by a later override of the same step, in all steps that use it.",
        why="The override has no effect.",
        example="policies: [eu-images, eu-images-v2, eu]",
        fix="Change the order, or remove the override.",
        severity=Severity.WARNING,
    ),
    Code(
        "V606", "override-matches-more", "An override matches more components than its name says",
        what="The name of a patch is a pattern that is found anywhere in a component's name, so `web` hits `web-admin`, too.",
        why="The other component is changed as well, and nobody says so.",
        example="components: [{name: web, properties: {replicas: 3}}]  # components: web, web-admin",
        fix="Write `^web$` to mean one component, or `web*` where all of them are meant.",
        severity=Severity.WARNING,
    ),
)  # fmt: skip
