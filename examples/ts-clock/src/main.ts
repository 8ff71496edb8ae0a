import Fastify from 'fastify';

import { read } from './clock.js';

const server = Fastify();

server.get<{ Params: { '*': string } }>('/hour/*', async (req) => read(req.params['*'], new Date('2024-06-01T12:00:00Z')));
process.once('SIGTERM', () => void server.close());
await server.listen({ host: '0.0.0.0', port: 3000 });
