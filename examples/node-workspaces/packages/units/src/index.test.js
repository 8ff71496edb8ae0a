'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { convert } = require('.');

test('converts', () => {
  assert.strictEqual(convert('26.2', 'mi', 'km'), '42.1648128');
  assert.throws(() => convert(1, 'kg', 'm'), /do not measure the same/);
});
