"""Answers are those of the known sentence that has the most words in common with what is said."""

import msgpack


def words(text):
    return set(text.lower().replace("?", " ").replace("!", " ").split())


def load(path):
    with open(path, "rb") as f:
        return msgpack.unpack(f)


def answer(model, text):
    said = words(text)
    best = max(model, key=lambda entry: len(said & set(entry["words"])))
    if not said & set(best["words"]):
        return "I do not understand."
    return best["answer"]
