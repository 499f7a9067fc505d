import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** One question and the true answer to it. */
export interface Exchange {
  readonly method: string;
  readonly params: readonly unknown[];
  readonly id: unknown;
  readonly result: unknown;
  /** The whole answer as the node gave it. */
  readonly body: string;
}

/** What the client gets instead: another result, other text, nothing at all, or no end of waiting. */
export type Lied =
  | { readonly result: unknown }
  | { readonly status: number; readonly body: string }
  | { readonly body: string }
  | 'drop'
  | 'hang';

/** undefined: the truth. */
export type Lie = (exchange: Exchange) => Lied | undefined;

/** Stands before a real node and changes what it says. */
export class HostileRpc implements AsyncDisposable {
  readonly #server: Server;
  readonly #upstream: string;
  url = '';
  lie: Lie | undefined;

  private constructor(upstream: string) {
    this.#upstream = upstream;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(upstream: string): Promise<HostileRpc> {
    const proxy = new HostileRpc(upstream);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const address = proxy.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    proxy.url = `http://127.0.0.1:${address.port}`;
    return proxy;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const question = await text(request);
    const headers = { 'content-type': 'application/json' };
    const upstream = await fetch(this.#upstream, { method: 'POST', headers, body: question });
    const body = await upstream.text();
    const asked = JSON.parse(question) as { method: string; params?: readonly unknown[]; id: unknown };
    const { result } = JSON.parse(body) as { result?: unknown };
    const lied = this.lie?.({ method: asked.method, params: asked.params ?? [], id: asked.id, result, body });
    if (lied === 'hang') return;
    if (lied === 'drop') {
      response.destroy();
      return;
    }
    if (lied !== undefined && 'status' in lied) response.writeHead(lied.status, { 'content-type': 'text/plain' });
    else response.writeHead(200, headers);
    response.end(textOf(lied, asked.id, body));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function textOf(lied: Exclude<Lied, string> | undefined, id: unknown, truth: string): string {
  if (lied === undefined) return truth;
  return 'body' in lied ? lied.body : JSON.stringify({ jsonrpc: '2.0', id, result: lied.result });
}
