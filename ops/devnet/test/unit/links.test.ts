import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { Links } from '../../src/links/links.ts';
import { until } from '../../src/running/until.ts';

const HOST = '127.0.0.1';
/** Longer than anything takes that is not cut. */
const SILENCE_MS = 150;

describe('links between nodes', () => {
  let echo: Server;
  let endpoint: string;
  let links: Links;
  const sockets: Socket[] = [];
  const accepted: Socket[] = [];

  before(async () => {
    echo = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined).pipe(socket);
    }).listen(0, HOST);
    await once(echo, 'listening');
    endpoint = `${HOST}:${(echo.address() as AddressInfo).port}`;
    links = await Links.open(['a', 'b', 'c'], [{ name: 'b', endpoint }]);
  });

  after(async () => {
    for (const socket of sockets) socket.destroy();
    await links.close();
    echo.close();
  });

  function dial(from: string): { say: (text: string) => void; heard: () => string; socket: Socket } {
    const [host = '', port] = links.route(from, endpoint).split(':');
    const socket = connect(Number(port), host);
    sockets.push(socket);
    let text = '';
    socket.on('error', () => undefined).on('data', (chunk) => (text += chunk.toString()));
    return { say: (words) => socket.write(words), heard: () => text, socket };
  }

  const hears = (one: { heard: () => string }, text: string): Promise<true> =>
    until(text, () => Promise.resolve(one.heard() === text ? true : undefined), { timeoutMs: 5_000 });

  it('pass everything on, each node by a way of its own', async () => {
    const a = dial('a');
    const c = dial('c');
    a.say('from a');
    c.say('from c');
    await Promise.all([hears(a, 'from a'), hears(c, 'from c')]);
    assert.notEqual(links.route('a', endpoint), links.route('c', endpoint));
    assert.equal(links.route('b', endpoint), endpoint, 'nobody has a link to itself');
  });

  it('lose nothing that was said during a cut, and cut nobody else', async () => {
    const [old, other] = [dial('a'), dial('c')];
    old.say('1');
    await hears(old, '1');
    links.partition(['a'], ['b']);
    const young = dial('a');
    old.say('2');
    young.say('3');
    other.say('4');
    await hears(other, '4');
    await pause(SILENCE_MS);
    assert.deepEqual([old.heard(), young.heard()], ['1', '']);
    links.healAll();
    await Promise.all([hears(old, '12'), hears(young, '3')]);
  });

  it('tell of an end only once they are healed', async () => {
    const a = dial('a');
    a.say('1');
    await hears(a, '1');
    links.cut('a', 'b');
    for (const socket of accepted) socket.destroy();
    await pause(SILENCE_MS);
    assert.equal(a.socket.destroyed, false);
    links.heal('a', 'b');
    await until('the end', () => Promise.resolve(a.socket.destroyed ? true : undefined), { timeoutMs: 5_000 });
  });

  it('are named', () => {
    assert.throws(() => {
      links.cut('a', 'nobody');
    }, /nothing links a and nobody/);
  });
});
