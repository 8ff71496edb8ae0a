"""The /tasks resource."""
from flask import Blueprint, abort, jsonify, request

from . import db

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


@blueprint.get("")
def index():
    return jsonify(db.query("SELECT id, title, done, created FROM task ORDER BY id"))


@blueprint.post("")
def create():
    title = (request.get_json(silent=True) or {}).get("title", "").strip()
    if not title:
        abort(400, "a task needs a title")
    (task,) = db.query("INSERT INTO task (title) VALUES (%s) RETURNING *", title)
    return jsonify(task), 201


@blueprint.post("/<int:task_id>/done")
def done(task_id):
    rows = db.query("UPDATE task SET done = TRUE WHERE id = %s RETURNING *", task_id)
    if not rows:
        abort(404)
    return jsonify(rows[0])


@blueprint.delete("/<int:task_id>")
def delete(task_id):
    if not db.query("DELETE FROM task WHERE id = %s RETURNING id", task_id):
        abort(404)
    return "", 204
