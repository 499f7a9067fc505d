import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { asFault } from '../asFault.ts';
import type { Metrics } from '../metrics.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What a path answers; undefined when it is not this route's. */
export type Route = (path: string) => Promise<Answer | undefined>;

interface Modules {
  readonly metrics: Metrics;
  /** Names of what is not ready yet; none when the node serves. */
  readonly waitingFor: () => readonly string[];
  readonly routes: readonly Route[];
}

export interface Api {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves what people and machines may look at. Nothing here changes anything. */
export async function openApi(options: { host: string; port: number }, modules: Modules): Promise<Api> {
  const server = createServer((request, response) => {
    respond(request, response, modules).catch((error: unknown) => {
      const { code, sentence } = asFault(error);
      writeJson(response, { status: 500, body: { code, sentence } });
    });
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, modules: Modules): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://node').pathname;
  if (request.method !== 'GET') {
    writeJson(response, { status: 405, body: { error: 'GET only' } });
    return;
  }
  if (path === '/metrics') {
    response.writeHead(200, { 'content-type': modules.metrics.registry.contentType });
    response.end(await modules.metrics.registry.metrics());
    return;
  }
  writeJson(response, (await healthOf(path, modules)) ?? (await routed(path, modules.routes)));
}

function healthOf(path: string, { waitingFor }: Modules): Promise<Answer | undefined> {
  if (path === '/healthz') return Promise.resolve({ status: 200, body: { alive: true } });
  if (path !== '/readyz') return Promise.resolve(undefined);
  const waiting = waitingFor();
  return Promise.resolve({ status: waiting.length === 0 ? 200 : 503, body: { waitingFor: waiting } });
}

async function routed(path: string, routes: readonly Route[]): Promise<Answer> {
  for (const route of routes) {
    const answer = await route(path);
    if (answer !== undefined) return answer;
  }
  return { status: 404, body: { error: 'nothing is here' } };
}

function writeJson(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${text}\n`);
}
