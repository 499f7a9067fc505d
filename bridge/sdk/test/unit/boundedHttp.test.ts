import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { createPublicClient } from 'viem';
import { boundedHttp } from '../../src/trading/boundedHttp.ts';
import { ask } from '../../src/trading/session.ts';

const BOUNDS = { timeoutMs: 200, maxResponseBytes: 1_000 };

type Answering = (response: ServerResponse, question: { id: number; method: string }, request: IncomingMessage) => void;

const json = (response: ServerResponse, answer: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
};

/** Asks an endpoint that answers like this for its newest block. */
async function asked(answering: Answering, times = 1): Promise<string> {
  const listener: RequestListener = (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      answering(response, JSON.parse(text) as { id: number; method: string }, request);
    });
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  try {
    const url = `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createPublicClient({ transport: boundedHttp(url, BOUNDS), cacheTime: 0 });
    let head = 0n;
    for (let time = 0; time < times; time++) head = await ask('eth_blockNumber', () => client.getBlockNumber());
    return `block ${head}`;
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a JSON-RPC endpoint', () => {
  it('is asked over one connection, with the credentials of its address', async () => {
    const sockets = new Set<unknown>();
    const head = await asked((response, { id }, request) => {
      sockets.add(request.socket);
      assert.equal(request.headers.authorization, `Basic ${Buffer.from('user:secret').toString('base64')}`);
      json(response, { jsonrpc: '2.0', id, result: '0x10' });
    }, 3);
    assert.deepEqual([head, sockets.size], ['block 16', 1]);
  });

  it('may close a kept connection: the question is asked again on another', async () => {
    let questions = 0;
    const head = await asked((response, { id }, request) => {
      questions += 1;
      if (questions === 2) request.socket.destroy();
      else json(response, { jsonrpc: '2.0', id, result: '0x11' });
    }, 2);
    assert.deepEqual([head, questions], ['block 17', 3]);
  });

  it('that drops a new connection is unreachable', async () => {
    assert.match(await asked((_response, _question, { socket }) => socket.destroy()), /^CHAIN_UNREACHABLE$/);
  });

  it('that breaks off in the middle of an answer is unreachable', async () => {
    const head = await asked((response, { id }) => {
      response.writeHead(200, { 'content-length': 1_000 }).write(`{"id":${id}`);
      setTimeout(() => response.destroy(), 10);
    });
    assert.match(head, /^CHAIN_UNREACHABLE$/);
  });

  it('is not waited for for ever, neither for a beginning nor for an end', async () => {
    assert.match(await asked(() => undefined), /^TIMED_OUT$/);
    assert.match(await asked((response) => response.writeHead(200).write('{')), /^TIMED_OUT$/);
  });

  it('is not read beyond the bound', async () => {
    const long = await asked((response, { id }) => {
      json(response, { jsonrpc: '2.0', id, result: '0x10', more: 'x'.repeat(10_000) });
    });
    assert.match(long, /^CHAIN_ANSWER_BAD$/);
  });

  it('that answers anything but JSON-RPC to this question answers badly', async () => {
    const bad: Answering[] = [
      (response) => response.end('<html>'),
      (response, { id }) => {
        json(response, { id });
      },
      (response, { id }) => {
        json(response, { id: id + 1, result: '0x10' });
      },
      (response) => {
        json(response, [1]);
      },
    ];
    for (const answering of bad) assert.match(await asked(answering), /^CHAIN_ANSWER_BAD$/);
  });

  it('behind a proxy that refuses is unreachable; a refusal of its own is read', async () => {
    const refused = await asked((response) => {
      json(response, { error: 'slow down' }, 429);
    });
    assert.match(refused, /^CHAIN_UNREACHABLE$/);
    const own = await asked((response, { id }) => {
      json(response, { id, error: { code: -32_000, message: 'missing trie node' } }, 500);
    });
    assert.match(own, /^STATE_PRUNED$/);
  });
});
