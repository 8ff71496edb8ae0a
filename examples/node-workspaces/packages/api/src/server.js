'use strict';

const express = require('express');
const { convert, quantities } = require('@measures/units');

const app = express();

app.get('/units', (req, res) => {
  const entries = Object.entries(quantities).map(([name, units]) => [name, Object.keys(units)]);
  res.json(Object.fromEntries(entries));
});

app.get('/convert/:value/:from/:to', (req, res) => {
  const { value, from, to } = req.params;
  try {
    res.json({ value: convert(value, from, to), unit: to });
  } catch (err) {
    res.status(400).json({ error: err.message });
  }
});

const port = Number(process.env.PORT || 4000);
app.listen(port, () => console.log(`measures on ${port}`));
