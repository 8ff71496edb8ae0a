'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const request = require('supertest');

const app = require('../src/app');

test('finds a book by author', async () => {
  const res = await request(app).get('/books').query({ q: 'austen' });
  assert.deepStrictEqual(res.body.map((book) => book.id), ['emma']);
});

test('refuses a book without a title', async () => {
  await request(app).post('/books').send({ author: 'Nobody' }).expect(400);
});
