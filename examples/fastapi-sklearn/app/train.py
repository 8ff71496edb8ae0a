"""Trains the classifier and writes it, with its accuracy, to model/."""
import json
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

MODEL = Path("model")
SEED = 7


def main():
    iris = load_iris()
    x_train, x_test, y_train, y_test = train_test_split(
        iris.data, iris.target, test_size=0.25, random_state=SEED, stratify=iris.target
    )
    forest = RandomForestClassifier(n_estimators=50, random_state=SEED).fit(x_train, y_train)
    accuracy = forest.score(x_test, y_test)

    MODEL.mkdir(exist_ok=True)
    joblib.dump(forest, MODEL / "forest.joblib")
    card = {"species": list(iris.target_names), "accuracy": round(accuracy, 3)}
    (MODEL / "card.json").write_text(json.dumps(card))
    print(f"accuracy {accuracy:.3f}")


if __name__ == "__main__":
    main()
