"""One connection a request, opened when it is first needed."""
import click
import psycopg2
import psycopg2.extras
from flask import abort, current_app, g
from flask.cli import with_appcontext

SCHEMA = """
CREATE TABLE IF NOT EXISTS task (
    id SERIAL PRIMARY KEY,
    title TEXT NOT NULL,
    done BOOLEAN NOT NULL DEFAULT FALSE,
    created TIMESTAMPTZ NOT NULL DEFAULT now()
);
"""


def libpq_version():
    """The version of the client library, as 15.6 and not as 150006."""
    major, minor = divmod(psycopg2.extensions.libpq_version(), 10000)
    return f"{major}.{minor}"


def connection():
    if "connection" not in g:
        url = current_app.config["DATABASE_URL"]
        if not url:
            abort(503, "no database is configured")
        try:
            g.connection = psycopg2.connect(url, connect_timeout=3)
        except psycopg2.OperationalError as error:
            abort(503, f"database: {error}")
    return g.connection


def query(sql, *args):
    """The rows that a statement gives, as dictionaries; commits."""
    with connection() as conn:
        with conn.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute(sql, args)
            return cursor.fetchall() if cursor.description else []


def close(_error=None):
    conn = g.pop("connection", None)
    if conn is not None:
        conn.close()


@click.command("init-db")
@with_appcontext
def init_db():
    """Create the tables."""
    query(SCHEMA)
    click.echo("tables are ready")
