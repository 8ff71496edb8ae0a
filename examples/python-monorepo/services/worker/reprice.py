"""Reads lines of `sku quantity cents` and prints what they cost in every country."""
import sys

from pricing import Line, load_rules, quote

rules = load_rules()
basket = [Line(sku, int(quantity), int(cents)) for sku, quantity, cents in map(str.split, sys.stdin)]
for country in sorted(rules.tax):
    print(country, quote(basket, country, rules)["total"])
