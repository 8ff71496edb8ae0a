"""Writes the model from conversations: python -m bot.train conversations.yaml model.msgpack"""

import sys

import msgpack
import yaml

from bot.model import words


def main(source, target):
    with open(source) as f:
        entries = [{"words": sorted(words(said)), "answer": answer} for said, answer in yaml.safe_load(f)]
    with open(target, "wb") as f:
        msgpack.pack(entries, f)
    print(f"{len(entries)} sentences learned")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
