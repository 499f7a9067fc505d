import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { faults, isFaultCode } from '@twinspan/protocol';
import { ApiNode } from '../../fakes/apiNode.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('the port', () => {
  let node: ApiNode;
  let port: number;

  const send = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = options;
      const sent = request({ port, host: '127.0.0.1', path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const raw = (text: string): Promise<string> =>
    new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.on('data', (part) => (answer += part.toString('latin1')));
      socket.on('close', () => {
        resolve(answer);
      });
      socket.on('error', () => undefined);
    });

  async function refuses(path: string, status: number, code: string, said: RegExp, method = 'GET'): Promise<void> {
    const answer = await send(path, { method });
    const body = JSON.parse(answer.body) as { code: string; sentence: string; next: string };
    assert.deepEqual([answer.status, body.code], [status, code], `${method} ${path}: ${answer.body}`);
    assert.match(body.sentence, said);
    assert.ok(isFaultCode(body.code));
    assert.equal(body.next, faults[body.code].advice);
  }

  before(async () => {
    node = await ApiNode.start();
    await node.crossed();
    await node.app.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = node.app.server.address() as AddressInfo);
  });

  after(() => node[Symbol.asyncDispose]());

  it('refuses every verb but GET, also those of the local socket', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      await refuses('/v1/status', 405, 'REQUEST_BAD', /only answers GET/, method);
      await refuses('/v1/lanes/7/pause', 405, 'REQUEST_BAD', /only answers GET/, method);
      await refuses('/v1/jobs/retry', 405, 'REQUEST_BAD', /only answers GET/, method);
    }
    assert.equal(node.modules.pauses.all().length, 0);
    assert.equal((await send('/v1/status', { method: 'POST' })).headers.allow, 'GET, HEAD');
  });

  it('has nothing but its routes', async () => {
    for (const path of ['/v1', '/v1/lanes/7/pause', '/v1/log', '/../../etc/passwd', '/page.js/..%2f..%2fserver.ts'])
      await refuses(path, 404, 'NOT_FOUND', /nothing is at this path/);
  });

  it('refuses what is not of the right form and names the field', async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['/v1/messages?limit=0', /limit: expected a number from 1 to 100/],
      ['/v1/messages?limit=101', /limit/],
      ['/v1/messages?limit=1e1', /limit/],
      ['/v1/messages?limit=5&limit=6', /limit/],
      ['/v1/messages?cursor=7', /cursor: expected the `next`/],
      ['/v1/messages?lane=8&cursor=7:1', /cursor: it is of lane 7/],
      ['/v1/epochs?lane=8&cursor=7:1', /cursor: it is of lane 7/],
      ['/v1/messages?lane=-1', /lane: expected a decimal/],
      [`/v1/messages?lane=${2n ** 64n}`, /lane: expected at most 64 bits/],
      ['/v1/messages?stage=lost', /stage/],
      ['/v1/messages?reason=none', /reason/],
      ['/v1/messages?recipient=0x12', /recipient: expected an address/],
      ['/v1/messages?record=0x12', /record/],
      ['/v1/messages?nonsense=1', /nonsense/],
      ["/v1/messages/7/1'--", /index/],
      ['/v1/messages/07/1', /lane/],
      ['/v1/records', /lane/],
      ['/v1/supply?lane=x', /lane/],
      ['/v1/queues/deliver?parked=yes', /parked/],
    ];
    for (const [path, said] of wrong) await refuses(path, 400, 'REQUEST_BAD', said);
  });

  it('says what it does not know', async () => {
    await refuses('/v1/messages/7/12', 404, 'NOT_FOUND', /knows no message 12 of lane 7/);
    await refuses('/v1/messages/8/0', 404, 'NOT_FOUND', /knows no lane 8/);
    await refuses('/v1/supply?lane=8', 404, 'NOT_FOUND', /knows no lane 8/);
    await refuses('/v1/queues/nothing', 404, 'NOT_FOUND', /they are seal, /);
  });

  it('keeps what is wrong inside to itself', async () => {
    const lanes = node.modules.lanes;
    const all = lanes.all.bind(lanes);
    lanes.all = () => {
      throw new Error('a secret of this machine');
    };
    try {
      const { status, body } = await send('/v1/lanes');
      assert.equal(status, 500);
      assert.deepEqual(JSON.parse(body), {
        code: 'INTERNAL',
        sentence: "the node's log says more",
        next: faults.INTERNAL.advice,
      });
    } finally {
      lanes.all = all;
    }
  });

  it('reads no long requests: head, path or body', async () => {
    assert.match(await raw(`GET /v1/status HTTP/1.1\r\nx-long: ${'a'.repeat(9_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
    assert.equal((await send(`/v1/messages/7/${'1'.repeat(200)}`)).status, 414);
    const body = await send('/v1/status', { method: 'POST', body: 'a'.repeat(5_000) });
    assert.ok([405, 413].includes(body.status));
  });

  it('answers garbage with a refusal and goes on', async () => {
    const answer = await raw('\x16\x03\x01\x02\x00garbage\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.equal((await send('/healthz')).status, 200);
  });

  it('tells browsers to keep other sites out', async () => {
    const { headers } = await send('/', { headers: { origin: 'https://elsewhere.test' } });
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none';script-src 'self';.*frame-ancestors 'none'/,
    );
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['access-control-allow-origin'], undefined);
  });

  it('serves a page that loads only its own files, and the document of its routes', async () => {
    const page = await send('/');
    assert.match(page.headers['content-type'] ?? '', /text\/html/);
    for (const [, url = ''] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.ok(url.startsWith('/'), url);
      assert.equal((await send(url)).status, 200, url);
    }
    assert.doesNotMatch(page.body, /<script(?![^>]*src=)|style=|\son[a-z]+=/);
    const { paths } = JSON.parse((await send('/v1/openapi.json')).body) as { paths: Record<string, object> };
    assert.ok(Object.values(paths).every((verbs) => Object.keys(verbs).join() === 'get'));
  });

  it('answers only so many expensive questions at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 70 }, () => send('/v1/attestors')));
    const refused = answers.filter(({ status }) => status === 429);
    assert.equal(refused.length, 10);
    assert.equal((JSON.parse(refused[0]?.body ?? '') as { code: string }).code, 'REQUESTS_TOO_MANY');
    assert.ok(Number(refused[0]?.headers['retry-after']) > 0);
    assert.equal((await send('/healthz')).status, 200);
  });
});
