"""Serves the pictures of a folder in other sizes and formats."""
import os
from pathlib import Path

from flask import Flask, Response, abort, jsonify, request

from . import convert

PICTURES = Path(os.environ.get("PICTURES", "samples"))

app = Flask(__name__)


def find(name):
    path = PICTURES / Path(name).name
    if not path.is_file():
        abort(404)
    return path


@app.get("/")
def index():
    return jsonify([convert.describe(path) for path in sorted(PICTURES.iterdir())])


@app.get("/<name>/<int:width>.<extension>")
def resized(name, width, extension):
    if not 1 <= width <= 2000:
        abort(400, "width must be 1 to 2000")
    try:
        data, mime = convert.resize(find(name), width, extension)
    except convert.Unsupported as error:
        abort(415, str(error))
    if request.args.get("info"):
        return jsonify(type=mime, bytes=len(data))
    return Response(data, mimetype=mime)
