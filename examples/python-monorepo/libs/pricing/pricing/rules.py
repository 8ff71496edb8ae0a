from dataclasses import dataclass
from importlib import resources

import yaml


@dataclass(frozen=True)
class Rules:
    discounts: tuple  # (threshold in cents, percent), ascending
    tax: dict  # country code to percent

    def discount(self, net):
        return [percent for threshold, percent in self.discounts if net >= threshold][-1]


def load_rules():
    """The rules that ship with the package."""
    data = yaml.safe_load(resources.files(__package__).joinpath("rules.yaml").read_text())
    steps = sorted((step["from"], step["percent"]) for step in data["discounts"])
    return Rules(tuple(steps), data["tax"])
