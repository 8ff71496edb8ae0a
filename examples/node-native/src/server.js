'use strict';

const Koa = require('koa');
const Router = require('@koa/router');
const bodyParser = require('koa-bodyparser');

const { Accounts } = require('./accounts');

const accounts = new Accounts();
const router = new Router();

router.get('/accounts', (ctx) => {
  ctx.body = accounts.names;
});
router.post('/accounts', async (ctx) => {
  const { name, password } = ctx.request.body;
  await accounts.create(name, password);
  ctx.status = 201;
});
router.post('/login', async (ctx) => {
  const { name, password } = ctx.request.body;
  ctx.status = (await accounts.verify(name, password)) ? 204 : 401;
});

const app = new Koa();
app.use(bodyParser());
app.use(router.routes());
app.use(router.allowedMethods());

const port = Number(process.env.PORT || 8000);
const seed = (process.env.ACCOUNTS || '').split(',').filter(Boolean);
Promise.all(seed.map((pair) => accounts.create(...pair.split(':')))).then(() => {
  app.listen(port, () => console.log(`accounts on ${port}`));
});
