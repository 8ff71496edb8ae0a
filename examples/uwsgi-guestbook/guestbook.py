"""A guest book in one SQLite file."""
import os
import sqlite3
from datetime import datetime

from flask import Flask, g, redirect, render_template, request, url_for

app = Flask(__name__)
DATABASE = os.environ.get("GUESTBOOK", "/data/guestbook.sqlite3")
PAGE = 20

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    written TEXT NOT NULL
)
"""


def database():
    if "database" not in g:
        g.database = sqlite3.connect(DATABASE)
        g.database.row_factory = sqlite3.Row
        g.database.execute(SCHEMA)
    return g.database


@app.teardown_appcontext
def close(_error):
    connection = g.pop("database", None)
    if connection is not None:
        connection.close()


@app.get("/")
def index():
    entries = database().execute("SELECT * FROM entry ORDER BY id DESC LIMIT ?", [PAGE])
    return render_template("index.html", entries=entries.fetchall())


@app.post("/sign")
def sign():
    name = request.form.get("name", "").strip()[:80] or "匿名"
    message = request.form.get("message", "").strip()[:1000]
    if message:
        now = datetime.now().strftime("%Y-%m-%d %H:%M")
        with database() as connection:
            connection.execute(
                "INSERT INTO entry (name, message, written) VALUES (?, ?, ?)", [name, message, now]
            )
    return redirect(url_for("index"))


@app.get("/healthz")
def healthz():
    count = database().execute("SELECT count(*) FROM entry").fetchone()[0]
    return {"entries": count, "zone": datetime.now().astimezone().tzname()}
