import { z } from 'zod';
import type { App } from '../app.ts';
import type { ApiModules } from '../modules.ts';

const waiting = z.object({ waitingFor: z.array(z.string()) });

/** For whoever watches over the process. */
export function healthRoutes(app: App, { metrics, waitingFor }: ApiModules): void {
  const config = { rateLimit: false } as const;
  const tags = ['health'];
  app.get(
    '/healthz',
    {
      config,
      schema: { tags, summary: 'answers while the process runs', response: { 200: z.object({ alive: z.boolean() }) } },
    },
    () => ({ alive: true }),
  );
  app.get(
    '/readyz',
    { config, schema: { tags, summary: '503 until the node serves', response: { 200: waiting, 503: waiting } } },
    async (_request, reply) => {
      const names = [...waitingFor()];
      return reply.code(names.length === 0 ? 200 : 503).send({ waitingFor: names });
    },
  );
  app.get(
    '/metrics',
    { config, schema: { tags, summary: 'for Prometheus', response: { 200: z.string() } } },
    async (_request, reply) =>
      reply
        .type(metrics.registry.contentType)
        .serializer(String)
        .send(await metrics.registry.metrics()),
  );
}
