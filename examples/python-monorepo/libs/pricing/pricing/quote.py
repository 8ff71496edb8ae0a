from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    sku: str
    quantity: int
    cents: int


def quote(lines, country, rules):
    """Net, discount, tax and total of a basket in cents. Raises KeyError for an unknown country."""
    net = sum(line.quantity * line.cents for line in lines)
    discount = net * rules.discount(net) // 100
    tax = (net - discount) * rules.tax[country] // 100
    return {"net": net, "discount": discount, "tax": tax, "total": net - discount + tax}
