import type { AddressInfo } from 'node:net';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { Fault } from '@twinspan/protocol';
import { fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { App } from './app.ts';
import { describeRoutes } from './document.ts';
import { errorHandler, notFound } from './errors.ts';
import { CONNECTIONS, HEADER_BYTES, REQUEST_BYTES, REQUEST_MS, USUAL } from './limits.ts';
import { Watchers } from './live.ts';
import type { ApiModules } from './modules.ts';
import { pageRoutes } from './page.ts';
import { epochRoutes } from './routes/epochs.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { laneRoutes } from './routes/lanes.ts';
import { lockRoutes } from './routes/locks.ts';
import { messageRoutes } from './routes/messages.ts';
import { attestorRoutes, nodeRoutes } from './routes/nodes.ts';
import { queueRoutes } from './routes/queues.ts';
import { recordRoutes } from './routes/records.ts';
import { releaseRoutes } from './routes/releases.ts';
import { statusRoutes } from './routes/status.ts';
import { supplyRoutes } from './routes/supply.ts';

export interface Api {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves what people and machines may look at. Nothing here changes anything. */
export async function openApi(options: { host: string; port: number }, modules: ApiModules, log: Logger): Promise<Api> {
  const watchers = new Watchers(modules.live, (count) => {
    modules.metrics.list.watchers.set(count);
  });
  const app = await buildApi(modules, watchers, log);
  await app.listen(options);
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      watchers.close();
      await app.close();
    },
  };
}

/** The server with all its routes, not yet listening. */
export async function buildApi(modules: ApiModules, watchers: Watchers, log: Logger): Promise<App> {
  const app: App = fastify({
    bodyLimit: REQUEST_BYTES,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    http: { maxHeaderSize: HEADER_BYTES, headersTimeout: REQUEST_MS },
    routerOptions: { maxParamLength: 100 },
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(errorHandler(log)).setNotFoundHandler(notFound);
  await protect(app);
  await describeRoutes(app);
  healthRoutes(app, modules);
  statusRoutes(app, modules);
  queueRoutes(app, modules);
  laneRoutes(app, modules);
  lockRoutes(app, modules);
  epochRoutes(app, modules);
  messageRoutes(app, modules);
  releaseRoutes(app, modules);
  recordRoutes(app, modules);
  supplyRoutes(app, modules);
  nodeRoutes(app, modules);
  attestorRoutes(app, modules);
  eventRoutes(app, watchers);
  pageRoutes(app);
  await app.ready();
  return app;
}

/** No other site reads this one, and this one loads nothing from elsewhere. */
async function protect(app: App): Promise<void> {
  const none = ["'none'"];
  const own = ["'self'"];
  const directives = {
    ...{ defaultSrc: none, scriptSrc: own, styleSrc: own, connectSrc: own, imgSrc: own },
    ...{ baseUri: none, formAction: none, frameAncestors: none },
  };
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives },
    strictTransportSecurity: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  await app.register(rateLimit, {
    ...USUAL,
    errorResponseBuilder: (_request, { after }) => new Fault('REQUESTS_TOO_MANY', `ask again in ${after}`),
  });
}
