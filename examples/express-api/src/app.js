'use strict';

const express = require('express');
const helmet = require('helmet');
const morgan = require('morgan');

const { version } = require('../package.json');
const { Shelf, NotFound, Invalid } = require('./shelf');

const app = express();
const shelf = new Shelf(require('../data/books.json'));

app.use(helmet());
app.use(morgan('tiny'));
app.use(express.json());

app.get('/healthz', (req, res) => res.json({ status: 'ok', version, books: shelf.size }));
app.get('/books', (req, res) => res.json(shelf.search(req.query.q)));
app.get('/books/:id', (req, res) => res.json(shelf.get(req.params.id)));
app.post('/books', (req, res) => res.status(201).json(shelf.add(req.body)));
app.delete('/books/:id', (req, res) => {
  shelf.remove(req.params.id);
  res.status(204).end();
});

// Express tells error handlers by their four parameters.
app.use((err, req, res, next) => {
  const status = err instanceof NotFound ? 404 : err instanceof Invalid ? 400 : err.status || 500;
  if (status === 500) console.error(err);
  res.status(status).json({ error: err.message });
});

module.exports = app;
