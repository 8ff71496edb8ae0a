from html import escape
from typing import List, Optional

import typer
from rich.console import Console
from rich.table import Table

from . import __version__, store

app = typer.Typer(no_args_is_help=True, help=f"Bookmarks with tags (version {__version__}).")
database = typer.Option("sqlite:///bookmarks.sqlite3", envvar="BOOKMARKS_DATABASE")


@app.command()
def add(url: str, tag: List[str] = typer.Option([]), database: str = database):
    """Add URL, or tags to it."""
    with store.open_store(database) as session:
        bookmark = store.add(session, url, tag)
        typer.echo(f"{bookmark.url}: {', '.join(t.name for t in bookmark.tags) or 'no tags'}")


@app.command("list")
def show(tag: Optional[str] = None, database: str = database):
    """Show the bookmarks, or those with a TAG."""
    table = Table("id", "address", "tags")
    with store.open_store(database) as session:
        for bookmark in store.find(session, tag):
            table.add_row(str(bookmark.id), bookmark.url, " ".join(t.name for t in bookmark.tags))
    Console().print(table)


@app.command()
def export(database: str = database):
    """Print the bookmarks in the format that browsers import."""
    typer.echo("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL>")
    with store.open_store(database) as session:
        for bookmark in store.find(session):
            tags = ",".join(t.name for t in bookmark.tags)
            url = escape(bookmark.url)
            typer.echo(f'<DT><A HREF="{url}" TAGS="{escape(tags)}">{url}</A>')
    typer.echo("</DL>")
