'use strict';

const { v4: uuid } = require('uuid');

class NotFound extends Error {}
class Invalid extends Error {}

/** Books in memory, found by id or by words of their title and author. */
class Shelf {
  constructor(books = []) {
    this.books = new Map(books.map((book) => [book.id, book]));
  }

  get size() {
    return this.books.size;
  }

  search(words = '') {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return [...this.books.values()].filter((book) => {
      const text = `${book.title} ${book.author}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
  }

  get(id) {
    const book = this.books.get(id);
    if (!book) throw new NotFound(`no book ${id}`);
    return book;
  }

  add({ title, author, year } = {}) {
    if (!title || !author) throw new Invalid('a book needs a title and an author');
    const book = { id: uuid(), title, author, year };
    this.books.set(book.id, book);
    return book;
  }

  remove(id) {
    if (!this.books.delete(id)) throw new NotFound(`no book ${id}`);
  }
}

module.exports = { Shelf, NotFound, Invalid };
