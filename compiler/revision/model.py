"""ApplicationRevisions and DefinitionRevisions as data, their equality, and the files that hold them.

Upstream's hashes need its Go library; ours are of canonical JSON and keep the same meaning: equal parts, equal hash.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected

FORMAT: Final = 1
Data = dict[str, Any]


@final
@dataclass(frozen=True, slots=True)
class Content:
    """What an Application consists of when a revision is made."""

    spec: Data
    policies: Mapping[str, Data] = field(default_factory=dict)
    """Standalone policies in use, by name."""
    workflow: Data | None = None
    """The standalone workflow in use."""
    definitions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Digests of the definitions in use, by kind and by type as written."""

    @property
    def own(self) -> str:
        """A digest of what the author of the Application decides; definitions are left out."""
        return digest_of([normal(self.spec), normal(dict(self.policies)), normal(self.workflow)])

    @property
    def hash(self) -> str:
        """A digest of everything."""
        return digest_of([self.own, {kind: dict(own) for kind, own in self.definitions.items()}])


@final
@dataclass(frozen=True, slots=True)
class AppRevision:
    """One ApplicationRevision."""

    number: int
    content: Content
    publish_version: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@final
@dataclass(frozen=True, slots=True)
class AppHistory:
    """The revisions of one Application by number; `latest` is the one in use, `highest` the last number given."""

    namespace: str
    name: str
    revisions: Mapping[int, AppRevision] = field(default_factory=dict)
    latest: int = 0
    highest: int = 0

    @property
    def label(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"

    @property
    def current(self) -> AppRevision | None:
        """The revision in use."""
        return self.revisions.get(self.latest)

    def with_latest(self, revision: AppRevision, limit: int) -> AppHistory:
        """The history once a revision is in use: the oldest beyond the limit and the one in use are dropped."""
        known = {**self.revisions, revision.number: revision}
        # Upstream: total - limit - those in use (gc_rev.go); the one in use never goes.
        surplus = len(known) - limit - 1
        for number in sorted(known):
            if surplus > 0 and number != revision.number:
                del known[number]
                surplus -= 1
        highest = max(self.highest, revision.number)
        return replace(self, revisions=known, latest=revision.number, highest=highest)


@final
@dataclass(frozen=True, slots=True)
class DefinitionRevision:
    """One DefinitionRevision: `version` is `v3`, or `v1.2.0` for one that its definition names."""

    version: str
    digest: str
    body: Data


@final
@dataclass(frozen=True, slots=True)
class DefinitionHistory:
    """The revisions of one definition, oldest first; `highest` is the last number given."""

    type: str
    namespace: str
    """"" for a definition that all Applications share."""
    name: str
    revisions: tuple[DefinitionRevision, ...] = ()
    highest: int = 0

    def of_digest(self, digest: str) -> DefinitionRevision | None:
        """The latest revision of this content."""
        return next((r for r in reversed(self.revisions) if r.digest == digest), None)

    def of_version(self, version: str) -> DefinitionRevision | None:
        """The revision `v3`, if it is kept."""
        return next((r for r in self.revisions if r.version == version), None)


def normal(value: Any, *, raw: bool = False) -> Any:
    """A value as Kubernetes compares it: fields without content are absent, but not inside of `properties`."""
    if raw:
        return value
    if isinstance(value, dict):
        found = {k: normal(v, raw=k == "properties") for k, v in value.items()}
        return {k: v for k, v in found.items() if v not in (None, "", [], {}) or v is False}
    if isinstance(value, list):
        return [normal(item) for item in value]
    return value


def digest_of(value: Any) -> str:
    """A digest of plain data; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=as_number)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def as_number(value: Any) -> float:
    """A decimal number for `json.dumps`: Kubernetes keeps them with double precision, too."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no data")


# ------------------------------------------------------------------------------------------------------ files


def encoded(data: Data) -> bytes:
    """A file of the store: readable, one field a line, with a digest of all of it."""
    whole = {"format": FORMAT, **data}
    whole = {"digest": digest_of(whole), **whole}
    text = json.dumps(whole, indent=1, sort_keys=True, default=as_number)
    return f"{text}\n".encode("utf-8", "surrogatepass")


def decoded(raw: bytes, place: str) -> Data:
    """The data of a file. Raises Rejected (V821) where it is not what was written."""
    try:
        data: Any = json.loads(raw, parse_float=Decimal)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError("format")
        digest = data.pop("digest")
    except (ValueError, KeyError, RecursionError):
        raise damaged(place, "is damaged") from None
    if digest != digest_of(data):
        raise damaged(place, "does not have the content that was recorded: it was edited or merged")
    return data


def damaged(place: str, why: str) -> Rejected:
    """The diagnostic of a file that cannot be used."""
    hint = "take the file of an earlier commit, such as `git checkout HEAD -- PATH`"
    return Rejected(Diagnostic("V821", f"`{place}` of the revision store {why}", help=hint))


def encoded_history(history: AppHistory) -> bytes:
    """The file of an Application."""
    rows = []
    for number in sorted(history.revisions):
        revision = history.revisions[number]
        content = revision.content
        row: Data = {
            "number": number,
            "hash": content.hash,
            "publishVersion": revision.publish_version,
            "labels": dict(revision.labels),
            "annotations": dict(revision.annotations),
            "spec": content.spec,
            "policies": dict(content.policies),
            "workflow": content.workflow,
            "definitions": {kind: dict(own) for kind, own in content.definitions.items()},
        }
        rows.append(row)
    return encoded(
        {
            "namespace": history.namespace,
            "name": history.name,
            "latest": history.latest,
            "highest": history.highest,
            "revisions": rows,
        }
    )


def decoded_history(raw: bytes, place: str) -> AppHistory:
    """See `encoded_history`. Raises Rejected (V821)."""
    data = decoded(raw, place)
    try:
        revisions = {}
        for row in data["revisions"]:
            content = Content(row["spec"], row["policies"], row["workflow"], row["definitions"])
            if content.hash != row["hash"]:
                raise ValueError("hash")
            revisions[_number(row["number"])] = AppRevision(
                row["number"],
                content,
                str(row["publishVersion"]),
                row["labels"],
                row["annotations"],
            )
        found = AppHistory(
            str(data["namespace"]),
            str(data["name"]),
            revisions,
            _number(data["latest"]),
            _number(data["highest"]),
        )
        if found.latest not in revisions or max(revisions) > found.highest:
            raise ValueError("latest")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise damaged(place, "is damaged") from None
    return found


def encoded_definitions(history: DefinitionHistory) -> bytes:
    """The file of a definition."""
    rows = [{"version": r.version, "hash": r.digest, "body": r.body} for r in history.revisions]
    return encoded(
        {
            "type": history.type,
            "namespace": history.namespace,
            "name": history.name,
            "highest": history.highest,
            "revisions": rows,
        }
    )


def decoded_definitions(raw: bytes, place: str) -> DefinitionHistory:
    """See `encoded_definitions`. Raises Rejected (V821)."""
    data = decoded(raw, place)
    try:
        rows = tuple(
            DefinitionRevision(str(r["version"]), str(r["hash"]), dict(r["body"]))
            for r in data["revisions"]
        )
        who = (str(data["type"]), str(data["namespace"]), str(data["name"]))
        return DefinitionHistory(*who, rows, _number(data["highest"]))
    except (KeyError, TypeError, ValueError):
        raise damaged(place, "is damaged") from None


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value
