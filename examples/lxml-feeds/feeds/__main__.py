"""Merges RSS and Atom feeds into one page or one JSON list."""
import json
import sys

import click
from lxml import etree

from . import parse, render


@click.group()
def main():
    pass


@main.command()
@click.argument("files", type=click.File("rb"), nargs=-1)
@click.option("--format", "kind", type=click.Choice(["html", "json"]), default="html")
@click.option("--limit", default=20, show_default=True, help="How many entries to show.")
def merge(files, kind, limit):
    """Merge FILES (standard input when there is none), the newest entry first."""
    entries = []
    for file in files or [sys.stdin.buffer]:
        try:
            entries += parse.entries(file.read())
        except (etree.XMLSyntaxError, parse.UnknownFeed) as error:
            raise click.ClickException(f"{file.name}: {error}")
    entries.sort(key=lambda entry: entry.date, reverse=True)
    entries = entries[:limit]
    if kind == "json":
        click.echo(json.dumps([entry.as_dict() for entry in entries], indent=2))
    else:
        click.echo(render.page(entries))


@main.command()
def versions():
    """Print which XML libraries are in use."""
    for name, version in [("libxml2", etree.LIBXML_VERSION), ("libxslt", etree.LIBXSLT_VERSION)]:
        click.echo(f"{name} {'.'.join(map(str, version))}")


main(prog_name="feeds")
