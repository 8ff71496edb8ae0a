'use strict';

const app = require('./app');

const port = Number(process.env.PORT || 3000);
const server = app.listen(port, () => console.log(`bookshelf listens on ${port}`));

process.on('SIGTERM', () => server.close());
