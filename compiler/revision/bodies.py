"""Definitions as data that a store can keep, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.definition import Definition
from velac.compiler.load.definition_yaml import syntax_diagnostics
from velac.compiler.revision.model import Data, damaged, digest_of
from velac.grammar.errors import CueSyntaxError
from velac.grammar.format import format as formatted
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

_NAMED = "definitionrevision.oam.dev/name"


def body_of(definition: Definition) -> Data:
    """What is kept of a definition; the text of its template is formatted, so that layout makes no revision."""
    body: Data = {
        "spec": definition.spec,
        "labels": definition.labels,
        "annotations": definition.annotations,
    }
    if definition.template is not None:
        # What stands above the definition in its file is no part of it.
        body["template"] = formatted(replace(definition.template, comments=()))
    for key, value in (("terraform", definition.terraform), ("jinja", definition.jinja)):
        if value is not None:
            body[key] = value
    return body


def body_digest(body: Data) -> str:
    """The digest of what upstream compares: the spec, of which the template is a part."""
    return digest_of({k: v for k, v in body.items() if k not in ("labels", "annotations")})


def definition_of_body(type_: str, name: str, version: str, body: Data, place: str) -> Definition:
    """The definition that was kept, named `name-vN` as a DefinitionRevision is. Raises Rejected (V821)."""
    called = f"{name}-{version}"
    text: Any = body.get("template")
    template = None
    try:
        if text is not None:
            template = parse(SourceFile(f"{place}#{called}", text))
        return Definition(
            type_,
            called,
            template,
            dict(body["spec"]),
            dict(body["labels"]),
            dict(body["annotations"]),
            body.get("terraform"),
            jinja=body.get("jinja"),
        )
    except CueSyntaxError as error:
        raise Rejected(*syntax_diagnostics(error)) from None
    except (KeyError, TypeError, ValueError):
        raise damaged(place, "is damaged") from None


def own_version(definition: Definition) -> str:
    """The version that a definition gives itself (`v1.2.0`), or "" when its revisions are counted."""
    number = definition.spec.get("version")
    named = definition.annotations.get(_NAMED)
    own = number if isinstance(number, str) and number else named
    return f"v{own}" if own else ""
