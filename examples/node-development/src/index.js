'use strict';

const express = require('express');

const KEEP = 100;
const inbox = [];
const app = express();

app.use(express.text({ type: '*/*', limit: '256kb' }));

// What anybody posts is kept for a while, to be looked at while one writes the real receiver.
app.post('/hooks/:name', (req, res) => {
  inbox.unshift({ name: req.params.name, at: new Date().toISOString(), headers: req.headers, body: req.body });
  inbox.length = Math.min(inbox.length, KEEP);
  res.status(202).end();
});

app.get('/inbox', (req, res) => {
  const { name } = req.query;
  res.json(inbox.filter((hook) => !name || hook.name === name));
});

app.delete('/inbox', (req, res) => {
  inbox.length = 0;
  res.status(204).end();
});

app.listen(3000, () => console.log('webhook inbox on 3000'));
