import assert from 'node:assert/strict';
import { test } from 'node:test';

import { buildServer } from '../src/server.js';

const order = { customer: 'Ada', lines: [{ sku: 'GE-040', quantity: 12 }] };

test('an order is paid before it is shipped', async () => {
  const server = buildServer();
  assert.equal((await server.inject({ method: 'POST', url: '/orders', payload: order })).statusCode, 201);
  assert.equal((await server.inject({ method: 'PUT', url: '/orders/1/shipped' })).statusCode, 409);
  assert.equal((await server.inject({ method: 'PUT', url: '/orders/1/paid' })).json().state, 'paid');
});

test('a bad item number is named', async () => {
  const payload = { ...order, lines: [{ sku: 'gear', quantity: 1 }] };
  const res = await buildServer().inject({ method: 'POST', url: '/orders', payload });
  assert.match(res.json().error, /^lines\.0\.sku/);
});
