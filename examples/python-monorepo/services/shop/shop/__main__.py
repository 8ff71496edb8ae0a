"""The shop's quote service: GET /quote?country=DE&item=desk:2&item=lamp:1"""
import os

import waitress
from bottle import Bottle, HTTPError, request
from pricing import Line, load_rules, quote

CATALOGUE = {"desk": 24900, "lamp": 4990, "chair": 11900}

app = Bottle()
rules = load_rules()


def line(text):
    sku, _, quantity = text.partition(":")
    try:
        return Line(sku, int(quantity or 1), CATALOGUE[sku])
    except (KeyError, ValueError):
        raise HTTPError(400, f"bad item: {text}")


@app.get("/quote")
def get_quote():
    lines = [line(text) for text in request.query.getall("item")]
    try:
        return quote(lines, request.query.get("country", "DE"), rules)
    except KeyError as error:
        raise HTTPError(400, f"no tax rate for {error.args[0]}")


@app.get("/healthz")
def healthz():
    return {"status": "ok", "countries": sorted(rules.tax)}


waitress.serve(app, listen=f"*:{os.environ.get('PORT', '8080')}")
