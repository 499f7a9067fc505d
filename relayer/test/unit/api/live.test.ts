import assert from 'node:assert/strict';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { WATCHERS } from '../../../src/api/limits.ts';
import { ApiNode, LANE, NOW_MS } from '../../fakes/apiNode.ts';

/** A client that reads, or with `isDeaf` does not. */
class Watcher implements Disposable {
  text = '';
  isClosed = false;
  readonly response: IncomingMessage;

  private constructor(response: IncomingMessage, isDeaf: boolean) {
    this.response = response;
    response.on('close', () => (this.isClosed = true)).on('error', () => undefined);
    if (!isDeaf) response.setEncoding('utf8').on('data', (part: string) => (this.text += part));
  }

  static async open(node: ApiNode, path = '/v1/events', lastId?: string, isDeaf = false): Promise<Watcher> {
    const { port } = node.app.server.address() as AddressInfo;
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, headers, agent: false }, resolve).on('error', reject);
    });
    return new Watcher(response, isDeaf);
  }

  get events(): string[] {
    return [...this.text.matchAll(/^event: (\w+)$/gm)].map(([, kind = '']) => kind);
  }

  get lastId(): string {
    return [...this.text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? '';
  }

  [Symbol.dispose](): void {
    this.response.destroy();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function listening(ringSize?: number): Promise<ApiNode> {
  const node = await ApiNode.start({}, ringSize);
  await node.app.listen({ host: '127.0.0.1', port: 0 });
  return node;
}

describe('live events', () => {
  it('come as they happen, with ids, and the security headers of every answer', async () => {
    await using node = await listening();
    using watcher = await Watcher.open(node);
    assert.equal(watcher.response.headers['content-type'], 'text/event-stream');
    assert.equal(watcher.response.headers['x-content-type-options'], 'nosniff');
    node.modules.live.say('delivered', LANE, { epoch: 3n });
    await until(() => watcher.events.length === 1);
    assert.match(watcher.text, new RegExp(`id: ${NOW_MS}\\.1\nevent: delivered\ndata: .*"epoch":"3"`));
  });

  it('of one lane alone, for whoever asks so', async () => {
    await using node = await listening();
    using watcher = await Watcher.open(node, '/v1/events?lane=7');
    node.modules.live.say('held', 8n, {});
    node.modules.live.say('minted', LANE, {});
    node.modules.live.say('reorg', undefined, {});
    await until(() => watcher.events.length === 2);
    assert.deepEqual(watcher.events, ['minted', 'reorg']);
  });

  it('go on where a line broke', async () => {
    await using node = await listening();
    const { live } = node.modules;
    const first = await Watcher.open(node);
    live.say('sealed', LANE, {});
    await until(() => first.events.length === 1);
    const { lastId } = first;
    first[Symbol.dispose]();
    live.say('delivered', LANE, {});
    using second = await Watcher.open(node, '/v1/events', lastId);
    live.say('held', LANE, {});
    await until(() => second.events.length === 2);
    assert.deepEqual(second.events, ['delivered', 'held']);
  });

  it('say so when some are lost: the ring is bounded, and a restart empties it', async () => {
    await using node = await listening(3);
    for (let i = 0; i < 10; i++) node.modules.live.say('sealed', LANE, {});
    for (const lastId of [`${NOW_MS}.2`, '1.5']) {
      using watcher = await Watcher.open(node, '/v1/events', lastId);
      await until(() => watcher.events.length === 4);
      assert.deepEqual(watcher.events, ['gap', 'sealed', 'sealed', 'sealed']);
    }
    using whole = await Watcher.open(node, '/v1/events', `${NOW_MS}.7`);
    await until(() => whole.events.length === 3);
    assert.deepEqual(whole.events, ['sealed', 'sealed', 'sealed']);
  });

  it('refuse an id that is none', async () => {
    await using node = await listening();
    using watcher = await Watcher.open(node, '/v1/events', 'nonsense');
    assert.equal(watcher.response.statusCode, 400);
  });

  it('have so many clients and no more, and take new ones when some leave', async () => {
    await using node = await listening();
    const watchers = await Promise.all(Array.from({ length: WATCHERS }, () => Watcher.open(node)));
    using refused = await Watcher.open(node);
    assert.equal(refused.response.statusCode, 429);
    for (const watcher of watchers) watcher[Symbol.dispose]();
    await until(() => !node.watchers.isFull);
    using taken = await Watcher.open(node);
    assert.equal(taken.response.statusCode, 200);
  });

  it('let a client go that does not read, and keep nothing for it', async () => {
    await using node = await listening();
    using deaf = await Watcher.open(node, '/v1/events', undefined, true);
    using good = await Watcher.open(node);
    const isWatched = async (count: number): Promise<boolean> =>
      (await node.modules.metrics.list.watchers.get()).values[0]?.value === count;
    const much = { text: 'a'.repeat(64 * 1_024) };
    for (let i = 0; i < 2_000 && !(await isWatched(1)); i++) {
      node.modules.live.say('fault', LANE, much);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(await isWatched(1));
    assert.ok(!good.isClosed && good.events.length > 0);
    assert.equal(deaf.text, '');
  });
});
