import json
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass
class Item:
    text: str
    quantity: int
    price: Decimal

    @property
    def total(self):
        return self.quantity * self.price


@dataclass
class Invoice:
    number: str
    date: str
    customer: list[str]
    items: list[Item]
    tax_rate: Decimal

    @property
    def net(self):
        return sum((item.total for item in self.items), Decimal(0))

    @property
    def tax(self):
        return (self.net * self.tax_rate).quantize(CENT, ROUND_HALF_UP)

    @property
    def total(self):
        return self.net + self.tax


def load(file):
    """An invoice from JSON; prices are strings there, so that no cent gets lost."""
    data = json.load(file)
    items = [Item(i["text"], i["quantity"], Decimal(i["price"])) for i in data.pop("items")]
    return Invoice(items=items, tax_rate=Decimal(data.pop("tax_rate")), **data)
