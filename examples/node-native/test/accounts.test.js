'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { Accounts } = require('../src/accounts');

test('a password opens its own account only', async () => {
  const accounts = new Accounts();
  await accounts.create('ada', 'analytical engine');
  assert.ok(await accounts.verify('ada', 'analytical engine'));
  assert.ok(!(await accounts.verify('ada', 'difference engine')));
  await assert.rejects(accounts.create('ada', 'another password'), /taken/);
});
