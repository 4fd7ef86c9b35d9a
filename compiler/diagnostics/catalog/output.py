"""V8xx: backends and the output directory."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.model import Severity

CODES: Final = (
    Code(
        "V801", "foreign-file", "A file that velac did not write is in the way",
        what="The build has to write a path at which there is a file of somebody else.",
        why="velac never overwrites what it did not write.",
        example="dist/local/default/shop/manifest.yaml, written by hand",
        fix="Move the file away, or choose another output directory.",
    ),
    Code(
        "V802", "bad-index", "The index of the output directory cannot be used",
        what="The index file is damaged, or names paths outside of the directory.",
        why="velac removes only what the index says it wrote, so it has to be sound.",
        example="an index that was edited by hand or merged",
        fix="Remove the output directory and build again.",
    ),
    Code(
        "V803", "cannot-write", "The output cannot be written",
        what="The operating system refused to create, rename or remove a file of the output.",
        why="The directory keeps its old state, or is completed by the next build.",
        example="a full disk, a read-only directory",
        fix="Correct the permissions or free space, then build again.",
    ),
    Code(
        "V804", "unknown-backend", "There is no backend of that name",
        what="The backend or layout asked for is not installed.",
        why="There is nothing that could write the output.",
        example="velac build apps --layout app2",
        fix="Use one of those that the message lists.",
    ),
    Code(
        "V805", "unsafe-path", "A backend asked for a path outside of the output directory",
        what="A relative path of the output is absolute, has `..`, or collides with another one.",
        why="Files must never be written elsewhere.",
        example="../../etc/passwd",
        fix="Rename what the path is made of; if all names are sound, report the backend.",
    ),
    Code(
        "V806", "unknown-revision", "A side of a diff cannot be had",
        what="It is neither a directory nor a commit that git knows, or git is not installed.",
        why="There is nothing to compare with.",
        example="velac diff no-such-branch",
        fix="Name a branch, tag or commit of this repository, or a directory.",
    ),
    Code(
        "V807", "workers-differ", "A worker of a build on several machines sees something else",
        what="The files that a worker reads, or its version of velac, are not those of the process that asks.",
        why="The output has to be the same whoever makes it.",
        example="a worker whose checkout is one commit behind",
        fix="Give all workers the same files under the same paths, and the same version of velac.",
    ),
    Code(
        "V810", "not-expressible", "The target cannot express a part of the plan",
        what="A backend writes for a tool that has no words for something that the Application says.",
        why="What is delivered would differ from the plan, or an order or a gate would get lost silently.",
        example="a manual gate with the backend `flux`, which has no button for approval",
        fix="Do what the help says; or accept all losses of a backend with `backends.NAME.unsupported: ignore`.",
        severity=Severity.WARNING,
    ),
    Code(
        "V811", "plain-secret", "A Secret would be written with its values in the open",
        what="A rendered Secret holds values, and output is made to be committed.",
        why="Whoever can read the repository could read the values; base64 hides nothing.",
        example="stringData: {password: open-sesame}",
        fix="Let the cluster make the Secret; or set `secrets.mode: external` with a `store`, or list it in `secrets.allow`.",
    ),
    Code(
        "V812", "bad-secret-store", "The store of external secrets is not named",
        what="The project file asks for ExternalSecrets, but does not say where their values are.",
        why="An ExternalSecret without a store never becomes a Secret.",
        example="secrets: {mode: external}",
        fix="Name it: `secrets: {mode: external, store: vault}`.",
    ),
    Code(
        "V813", "bad-digests", "The file of image digests cannot be used",
        what="The file that `imageDigests` names is missing, or is not a mapping of images to SHA-256 digests.",
        why="An image pinned to nothing, or to a typing error, would not start.",
        example="nginx:1.27: 64f0",
        fix="Write `nginx:1.27: sha256:` and the 64 digits that the registry shows.",
    ),
    Code(
        "V814", "image-without-digest", "An image is not in the file of digests",
        what="The project pins images to digests, but the file does not know this one.",
        why="What a tag points to can change between two deployments of the same output.",
        example="a new tag, while the file still has the old one",
        fix="Add the image to the file, or write its digest into the Application.",
        severity=Severity.WARNING,
    ),
)  # fmt: skip
