"""Terraform modules that lie in the repository: the project file says which directory stands for which address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from velac.compiler.load.definition import Definition


def with_module(definition: Definition, modules: Mapping[str, str]) -> Definition:
    """The definition with the directory of its module's address, where the repository has one."""
    address = remote_module(definition) if modules else ""
    if not address:
        return definition
    known = {_plain(url): directory for url, directory in modules.items()}
    directory = known.get(_plain(address))
    return definition if directory is None else replace(definition, module=directory)


def remote_module(definition: Definition) -> str:
    """The address of a definition's Terraform module; empty where it has none elsewhere."""
    terraform = definition.terraform or {}
    address = terraform.get("configuration")
    is_remote = terraform.get("type") == "remote" and isinstance(address, str)
    return str(address) if is_remote else ""


def _plain(url: str) -> str:
    return url.strip().rstrip("/").removesuffix(".git")
