'use strict';

const bcrypt = require('bcrypt');

const ROUNDS = Number(process.env.BCRYPT_ROUNDS || 10);
const MIN_LENGTH = 10;

class AccountError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
    this.expose = true; // Koa shows the message to the client.
  }
}

/** Accounts in memory; passwords only as bcrypt hashes. */
class Accounts {
  #hashes = new Map();

  async create(name, password = '') {
    if (!/^[a-z][a-z0-9-]{1,30}$/.test(name)) throw new AccountError(400, 'bad account name');
    if (password.length < MIN_LENGTH) throw new AccountError(400, `a password has at least ${MIN_LENGTH} characters`);
    if (this.#hashes.has(name)) throw new AccountError(409, `${name} is taken`);
    this.#hashes.set(name, null); // The name is reserved while the hash is computed.
    this.#hashes.set(name, await bcrypt.hash(password, ROUNDS));
  }

  async verify(name, password = '') {
    const hash = this.#hashes.get(name);
    return Boolean(hash) && bcrypt.compare(password, hash);
  }

  get names() {
    return [...this.#hashes.keys()].sort();
  }
}

module.exports = { Accounts, AccountError };
