import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** How bad a line to the chain's node is; times in milliseconds. */
export interface Badness {
  /** Up to so long for every request. */
  readonly jitterMs: number;
  /** So many of a thousand requests take `slowMs`. */
  readonly slowPerMille: number;
  readonly slowMs: number;
  /** So many of a thousand requests get no answer; half of them after they got there. */
  readonly lostPerMille: number;
}

export interface BadLine extends AsyncDisposable {
  readonly url: string;
}

/** A way to a JSON-RPC node over which requests are slow or lost. */
export async function openBadLine(target: string, badness: Badness, random: () => number): Promise<BadLine> {
  const server = createServer((request, response) => {
    forward(target, badness, random, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  return { url: `http://127.0.0.1:${address.port}`, [Symbol.asyncDispose]: () => close(server) };
}

async function forward(
  target: string,
  badness: Badness,
  random: () => number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  await delay(random() * badness.jitterMs);
  if (random() * 1_000 < badness.slowPerMille) await delay(badness.slowMs);
  const isLost = random() * 1_000 < badness.lostPerMille;
  if (isLost && random() < 0.5) return void response.destroy();
  const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await answer.text();
  if (isLost) return void response.destroy();
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
