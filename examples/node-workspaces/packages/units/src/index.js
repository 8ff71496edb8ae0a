'use strict';

const Decimal = require('decimal.js');

// Factors to the base unit of each quantity, as text: 0.1 is no binary number.
const quantities = {
  length: { m: '1', km: '1000', cm: '0.01', in: '0.0254', ft: '0.3048', mi: '1609.344' },
  mass: { kg: '1', g: '0.001', lb: '0.45359237', oz: '0.028349523125' },
  volume: { l: '1', ml: '0.001', gal: '3.785411784', pt: '0.473176473' },
};

/** The quantity that a unit measures. */
function quantityOf(unit) {
  const found = Object.keys(quantities).find((quantity) => unit in quantities[quantity]);
  if (!found) throw new RangeError(`unknown unit ${unit}`);
  return found;
}

/** Converts without rounding errors; the result is text of at most 12 digits. */
function convert(value, from, to) {
  const quantity = quantityOf(from);
  if (quantityOf(to) !== quantity) throw new RangeError(`${from} and ${to} do not measure the same`);
  const factors = quantities[quantity];
  return new Decimal(value).times(factors[from]).div(factors[to]).toSignificantDigits(12).toString();
}

module.exports = { convert, quantities, quantityOf };
