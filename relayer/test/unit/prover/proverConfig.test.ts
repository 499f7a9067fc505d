import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { workerConfigAt } from '../../../src/prover/proverConfig.ts';

const schema = workerConfigAt('/etc/twinspan');
const good = {
  worker: 'worker-1',
  prover: { command: 'node', args: [] },
  queue: { servers: ['tls://broker:4222'], keyFile: 'queue.key' },
};
const withServers = (...servers: string[]): unknown => ({ ...good, queue: { ...good.queue, servers } });

describe("a worker's configuration", () => {
  it('takes paths relative to its file', () => {
    assert.equal(schema.parse(good).queue.keyFile, resolve('/etc/twinspan/queue.key'));
  });

  it('lets nothing cross a network in the clear', () => {
    for (const server of [
      'nats://127.0.0.1:4222',
      'nats://localhost:4222',
      'nats://[::1]:4222',
      'tls://broker.test:4222',
    ]) {
      assert(schema.safeParse(withServers(server)).success, server);
    }
    for (const server of [
      'nats://10.0.0.1:4222',
      'nats://broker:4222',
      'nats://127.0.0.1.evil.test:4222',
      'ws://broker',
      'x',
    ]) {
      assert(!schema.safeParse(withServers(server)).success, server);
    }
  });

  it('names the broker, because certificates are checked by name', () => {
    for (const server of ['tls://10.0.0.1:4222', 'tls://[fd00::1]:4222']) {
      assert(!schema.safeParse(withServers(server)).success, server);
    }
  });

  it('has no unknown keys', () => {
    assert(!schema.safeParse({ ...good, more: 1 }).success);
    assert(!schema.safeParse({ ...good, queue: { ...good.queue, ackWaitMs: 1 } }).success);
  });
});
