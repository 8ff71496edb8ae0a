import unittest

from pricing import Line, load_rules, quote


class QuoteTest(unittest.TestCase):
    def test_discount_comes_before_tax(self):
        got = quote([Line("desk", 1, 10000)], "DE", load_rules())
        self.assertEqual(got, {"net": 10000, "discount": 300, "tax": 1843, "total": 11543})
