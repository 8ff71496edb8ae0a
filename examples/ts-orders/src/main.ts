import { buildServer } from './server.js';

const server = buildServer();
const port = Number(process.env.PORT ?? 3000);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close());
}
await server.listen({ host: '0.0.0.0', port });
