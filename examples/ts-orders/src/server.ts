import Fastify, { type FastifyInstance } from 'fastify';
import { ZodError } from 'zod';

import { OrderBook, OrderRequest, type State } from './orders.js';

export function buildServer(book = new OrderBook()): FastifyInstance {
  const server = Fastify({ logger: process.env.NODE_ENV === 'production' });

  server.get('/healthz', async () => ({ status: 'ok', orders: book.all.length }));
  server.get('/orders', async () => book.all);
  server.get<{ Params: { id: string } }>('/orders/:id', async (req) => book.get(Number(req.params.id)));
  server.post('/orders', async (req, reply) => reply.code(201).send(book.place(OrderRequest.parse(req.body))));
  server.put<{ Params: { id: string; state: State } }>('/orders/:id/:state', async (req) =>
    book.move(Number(req.params.id), req.params.state),
  );

  server.setErrorHandler((error, _req, reply) => {
    if (error instanceof ZodError) {
      const [issue] = error.issues;
      return reply.code(400).send({ error: `${issue?.path.join('.')}: ${issue?.message}` });
    }
    return reply.code(error.statusCode ?? 500).send({ error: error.message });
  });
  return server;
}
