import assert from 'node:assert/strict';
import { test } from 'node:test';

import { read } from '../src/clock.js';

test('summer in Helsinki', () => {
  assert.equal(read('Europe/Helsinki', new Date('2024-06-01T12:00:00Z')).hour, 15);
});
