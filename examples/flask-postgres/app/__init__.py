"""A small task list on Flask and PostgreSQL."""
import os

from flask import Flask, jsonify

from . import db, tasks

VERSION = "1.4.2"


def create_app():
    app = Flask(__name__)
    app.config["DATABASE_URL"] = os.environ.get("DATABASE_URL", "")
    app.register_blueprint(tasks.blueprint)
    app.teardown_appcontext(db.close)
    app.cli.add_command(db.init_db)

    @app.get("/healthz")
    def healthz():
        return jsonify(
            status="ok",
            version=VERSION,
            libpq=db.libpq_version(),
            database="configured" if app.config["DATABASE_URL"] else "none",
        )

    return app
