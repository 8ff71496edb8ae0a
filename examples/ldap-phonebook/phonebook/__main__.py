import os

import click
import ldap

from . import __version__
from .directory import DirectoryError, search, search_filter


@click.group()
@click.version_option(__version__)
def main():
    """The company's phone book."""


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--url", default=lambda: os.environ.get("LDAP_URL", "ldap://localhost"))
@click.option("--base", default=lambda: os.environ.get("LDAP_BASE", "dc=example,dc=com"))
def find(words, url, base):
    """Find people by WORDS of their name, mail or number."""
    try:
        people = search(url, base, words)
    except DirectoryError as error:
        raise click.ClickException(f"{url}: {error}")
    for person in people:
        click.echo(f"{person.name:30} {person.phone:18} {person.mail}")


@main.command("filter")
@click.argument("words", nargs=-1, required=True)
def show_filter(words):
    """Print the LDAP filter for WORDS."""
    click.echo(search_filter(words))


@main.command()
def info():
    """Print what the client library can do."""
    click.echo(f"TLS {'yes' if ldap.TLS_AVAIL else 'no'}, SASL {'yes' if ldap.SASL_AVAIL else 'no'}")


main(prog_name="phonebook")
