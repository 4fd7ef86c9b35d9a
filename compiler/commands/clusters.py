"""`velac clusters`: the inventory as velac reads it."""

from __future__ import annotations

import click

from velac.compiler.commands.report import show


@click.command(help="List the clusters of an inventory, in the order of the output.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--clusters", metavar="FILE", type=click.Path(), help="The cluster inventory.")
@click.option("--selector", metavar="KEY=VALUE,...", help="Only clusters with these labels.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="The form.")
def COMMAND(paths: tuple[str, ...], clusters: str | None, selector: str | None, output: str) -> int:
    """Print the clusters."""
    from velac.compiler.load.bundle import load_inventory

    inventory, diagnostics = load_inventory(paths or (".",), clusters)
    labels = dict(_pair(part) for part in selector.split(",")) if selector else {}
    chosen = [inventory.clusters[name] for name in inventory.select(labels)]
    if output == "json":
        import json

        listed = [
            {"name": c.name, "labels": dict(c.labels), "kubernetesVersion": c.version}
            for c in chosen
        ]
        click.echo(json.dumps(listed, indent=2))
        return show(diagnostics)
    widest = max((len(c.name) for c in chosen), default=0)
    for cluster in chosen:
        text = ",".join(f"{k}={v}" for k, v in sorted(cluster.labels.items()))
        click.echo(f"{cluster.name:<{widest}}  {cluster.version:<8}  {text}".rstrip())
    return show(diagnostics)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"`{text}` is not KEY=VALUE", param_hint="--selector")
    return key.strip(), value.strip()
