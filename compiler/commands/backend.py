"""`velac backend`: the targets that output can be made for, and their settings."""

from __future__ import annotations

import json
from typing import Any

import click

from velac.compiler.commands.inputs import usage_error
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.backend import BackendSpec
from velac.compiler.registry import load_backends

_OUTPUT = click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", help="How to print it."
)


@click.group(help="Show what output can be made for.")
def COMMAND() -> None:
    """The group itself does nothing."""


@COMMAND.command("list", help="List the backends that are installed.")
@_OUTPUT
def list_backends(output: str) -> int:
    """Print the backends."""
    backends = [backend for _, backend in sorted(load_backends().items())]
    if output == "json":
        click.echo(json.dumps([_entry(backend) for backend in backends], indent=2))
        return 0
    names = max((len(backend.name) for backend in backends), default=0)
    for backend in backends:
        click.echo(f"{backend.name:<{names}}  {backend.title}")
    return 0


@COMMAND.command("show", help="Show the settings of the backend NAME and their schema.")
@click.argument("name")
@_OUTPUT
def show_backend(name: str, output: str) -> int:
    """Print a backend's settings as text; with json their schema too."""
    backends = load_backends()
    backend = backends.get(name)
    if backend is None:
        hint = did_you_mean(name, backends, known="backends")
        raise usage_error(f"there is no backend `{name}`", hint)
    if output == "json":
        click.echo(json.dumps({**_entry(backend), "schema": backend.schema()}, indent=2))
        return 0
    click.echo(f"{backend.name}: {backend.title}")
    click.echo(f"layouts: {', '.join(backend.layouts)}\n")
    click.echo(f"settings, below `backends.{name}` in velac.yaml:")
    properties = backend.schema()["properties"]
    for setting in backend.all_settings:
        click.echo(f"  {setting.name}: {_type(properties[setting.name])}")
        default = properties[setting.name].get("default")
        end = " (required)" if setting.required else ""
        end = f" [{json.dumps(default)}]" if default is not None else end
        click.echo(f"      {setting.text}{end}")
    return 0


def _entry(backend: BackendSpec) -> dict[str, Any]:
    return {"name": backend.name, "title": backend.title, "layouts": list(backend.layouts)}


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"mapping to {_type(schema['additionalProperties'])}"
    return str(schema.get("type", "anything"))
