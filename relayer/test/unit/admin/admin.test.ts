import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { pino } from 'pino';
import { openAdmin } from '../../../src/admin/server.ts';
import { laneKey } from '../../../src/db/keys.ts';
import { Pauses } from '../../../src/mint/pauses.ts';
import { ApiNode, LANE } from '../../fakes/apiNode.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinspan-admin-'));
let sockets = 0;

after(() => rm(folder, { recursive: true }));

function post(
  socketPath: string,
  path: string,
  body?: object,
  method = 'POST',
): Promise<{ status: number; body: never }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request({ socketPath, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as never });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('the local socket', () => {
  let node: ApiNode;
  let socket: string;
  let admin: { close(): Promise<void> };
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => lines.push(JSON.parse(line) as never) });

  beforeEach(async () => {
    lines.length = 0;
    log.level = 'error';
    node = await ApiNode.start();
    await node.crossed();
    socket = join(folder, `${sockets++}.sock`);
    admin = await openAdmin(socket, { ...node.modules, log });
  });

  afterEach(async () => {
    await admin.close();
    await node[Symbol.asyncDispose]();
  });

  it('can be opened by this user alone, and goes away with the node', async () => {
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    await admin.close();
    assert.equal(existsSync(socket), false);
  });

  it('pauses a lane, durably, and lets it go on; both are in the log', async () => {
    const paused = await post(socket, '/v1/lanes/7/pause', { reason: 'supply differs' });
    assert.equal(paused.status, 200);
    const again = new Pauses(node.modules.tables, Date.now);
    await again.open();
    assert.equal(again.get(LANE)?.reason, 'supply differs');
    assert.equal((await post(socket, '/v1/lanes/7/resume')).status, 200);
    assert.equal(node.modules.pauses.get(LANE), undefined);
    assert.deepEqual(
      lines.map(({ audit, verb, laneId }) => [audit, verb, laneId]),
      [
        [true, 'lane pause', '7'],
        [true, 'lane resume', '7'],
      ],
    );
  });

  it('keeps the first reason of a lane that is paused already', async () => {
    await post(socket, '/v1/lanes/7/pause', { reason: 'first' });
    assert.equal(
      ((await post(socket, '/v1/lanes/7/pause', { reason: 'second' })).body as { reason: string }).reason,
      'first',
    );
  });

  it('rouses what waits for a message, or one job, or all that is parked', async () => {
    const { queues } = node.modules.tables;
    const park = async (): Promise<void> => {
      const writes = node.modules.tables.writes('mint-deliver/park');
      const job = queues.deliver.get(laneKey(LANE, 3n)) ?? assert.fail();
      queues.deliver.park(writes, job, new Fault('FUNDS_SHORT', 'no ether'));
      await writes.commit();
    };
    const isParked = (): boolean => queues.deliver.get(laneKey(LANE, 3n))?.parked !== undefined;
    const id = laneKey(LANE, 3n);
    for (const [path, body] of [
      ['/v1/messages/7/9/retry', undefined],
      ['/v1/jobs/retry', { queue: 'deliver', id }],
      ['/v1/jobs/retry', { queue: 'deliver' }],
    ] as const) {
      await park();
      assert.ok(isParked());
      const { status, body: said } = await post(socket, path, body);
      assert.deepEqual([status, said], [200, { roused: [{ queue: 'deliver', id }] }]);
      assert.ok(!isParked());
    }
    assert.equal(lines.length, 3);
  });

  it('sets how much is logged', async () => {
    assert.deepEqual((await post(socket, '/v1/log', { level: 'debug' })).body, { level: 'debug', before: 'error' });
    assert.equal(log.level, 'debug');
  });

  it('refuses what it does not know or cannot read, and changes nothing', async () => {
    const wrong: readonly (readonly [string, object | undefined, number, string])[] = [
      ['/v1/lanes/8/pause', { reason: 'x' }, 404, 'NOT_FOUND'],
      ['/v1/lanes/7/pause', { reason: '' }, 400, 'REQUEST_BAD'],
      ['/v1/lanes/7/pause', { reason: 'a'.repeat(257) }, 400, 'REQUEST_BAD'],
      ['/v1/lanes/7/pause', { reason: 'x', until: 1 }, 400, 'REQUEST_BAD'],
      ['/v1/lanes/7/pause', { reason: 'a'.repeat(5_000) }, 413, 'REQUEST_BAD'],
      ['/v1/lanes/7/resume', undefined, 404, 'NOT_FOUND'],
      ['/v1/messages/7/1/retry', undefined, 404, 'NOT_FOUND'],
      ['/v1/jobs/retry', { queue: 'nothing' }, 404, 'NOT_FOUND'],
      ['/v1/jobs/retry', { queue: 'deliver', id: 'nothing' }, 404, 'NOT_FOUND'],
      ['/v1/log', { level: 'silent' }, 400, 'REQUEST_BAD'],
    ];
    for (const [path, body, status, code] of wrong) {
      const answer = await post(socket, path, body);
      assert.deepEqual([answer.status, (answer.body as { code: string }).code], [status, code], path);
    }
    assert.deepEqual([lines.length, node.modules.pauses.all().length], [0, 0]);
  });
});

describe('the way to the local socket', () => {
  const open = async (socket: string): Promise<void> => {
    await using node = await ApiNode.start();
    const admin = await openAdmin(socket, { ...node.modules, log: pino({ level: 'silent' }) });
    await admin.close();
  };

  it('is refused when others can write its folder, and taken when they cannot', async () => {
    const shared = join(folder, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    await assert.rejects(open(join(shared, 'a.sock')), { code: 'CONFIG_BAD', sentence: /others can write/ });
    chmodSync(shared, 0o755);
    await open(join(shared, 'a.sock'));
  });

  it('is refused when something else lies there, or another node listens', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    await assert.rejects(open(file), { code: 'CONFIG_BAD', sentence: /is no socket/ });
    const taken = join(folder, 'taken.sock');
    const other = createServer().listen(taken);
    await assert.rejects(open(taken), { code: 'CONFIG_BAD', sentence: /another node listens/ });
    await new Promise((resolve) => other.close(resolve));
    await assert.rejects(open('/nowhere/a.sock'), { code: 'CONFIG_BAD', sentence: /there is no folder/ });
  });
});
