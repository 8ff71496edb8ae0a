"""Names an iris by the measures of its flower."""
import json
from typing import Annotated

import joblib
import numpy as np
from fastapi import FastAPI, Query
from pydantic import BaseModel

from .train import MODEL

app = FastAPI(title="iris", version="0.9.0")
forest = joblib.load(MODEL / "forest.joblib")
card = json.loads((MODEL / "card.json").read_text())

Centimetres = Annotated[float, Query(gt=0, lt=30)]


class Prediction(BaseModel):
    species: str
    confidence: float


@app.get("/predict")
def predict(
    sepal_length: Centimetres,
    sepal_width: Centimetres,
    petal_length: Centimetres,
    petal_width: Centimetres,
) -> Prediction:
    flower = np.array([[sepal_length, sepal_width, petal_length, petal_width]])
    chances = forest.predict_proba(flower)[0]
    best = int(np.argmax(chances))
    return Prediction(species=card["species"][best], confidence=float(chances[best]))


@app.get("/model")
def model() -> dict:
    return card
