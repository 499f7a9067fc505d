import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeFindings, versionFinding } from '../../src/nouns/doctor.ts';
import { paragraph, whoActs } from '../../src/nouns/messageWhy.ts';
import type { NodeMessage, NodeStatus } from '../../src/nodeAnswers.ts';
import { run } from '../../src/run.ts';
import { whereIs } from '../../src/whereIs.ts';

const NOW_MS = 1_800_000_000_000;
const healthy: NodeStatus = {
  ...{ node: 'custodian-1', operator: 'custodian', roles: ['gateway'], nowMs: NOW_MS, waitingFor: [] },
  tradingChain: { applied: '1200', final: '1190' },
  lanes: { count: 1, undelivered: 0, paused: [] },
  peers: { connected: 2, known: 2 },
  queues: { waiting: 3, parked: 0, oldestSeconds: 1 },
  parked: [],
  supply: { atMs: NOW_MS, agree: true },
};

const folder = mkdtempSync(join(tmpdir(), 'twinspan-nodes-'));
const network = join(folder, 'network.json');
const socket = join(folder, 'a.sock');
/** What the fake node was told. */
const told: string[] = [];

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (part: string) => (body += part));
  request.on('end', () => {
    const { method = '', url = '' } = request;
    told.push(`${method} ${url} ${body}`);
    const answers: Record<string, [number, unknown]> = {
      '/v1/status': [200, healthy],
      '/v1/peers': [
        200,
        { peers: [{ node: 'b', operator: 'o', roles: [], isConnected: false, score: -3, offences: 2 }] },
      ],
      '/v1/lanes/7/pause': [200, { laneId: '7', reason: 'a test' }],
      '/v1/lanes/8/pause': [404, { code: 'NOT_FOUND', sentence: 'this node knows no lane 8' }],
      '/v1/messages/7/4/retry': [200, { roused: [{ queue: 'deliver', id: 'x' }] }],
    };
    const [status, answer] = answers[url] ?? [200, 'nonsense'];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
});

async function twinspan(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await run([...args, '--network', network], {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return { code, ...said };
}

describe('a node, from the command line', () => {
  let port: number;
  const local = createServer(server.listeners('request')[0] as () => void);

  before(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ({ port } = server.address() as AddressInfo);
    await new Promise<void>((done) => local.listen(socket, done));
    writeFileSync(network, '{}');
    mkdirSync(join(folder, 'nodes'));
    const configOf = (node: string, at: number): object => ({
      node,
      http: { port: at },
      admin: { socket: '../a.sock' },
    });
    writeFileSync(join(folder, 'nodes/a.json'), JSON.stringify(configOf('a', port)));
    writeFileSync(join(folder, 'nodes/b.json'), JSON.stringify(configOf('b', 9)));
    writeFileSync(join(folder, 'nodes/else.json'), '{}');
  });

  after(() => {
    server.close();
    local.close();
    rmSync(folder, { recursive: true });
  });

  it('says how all nodes of the network stand, one that is down too', async () => {
    const { code, out } = await twinspan('node', 'status');
    assert.equal(code, 0);
    assert.match(out, /^custodian-1 +ready +gateway +1,200 +1,190/m);
    assert.match(out, /^b +CHAIN_UNREACHABLE/m);
    const json = JSON.parse((await twinspan('node', 'status', '--json')).out) as object[];
    assert.deepEqual([json.length, 'error' in (json[1] ?? {})], [2, true]);
  });

  it('is asked by name or URL, and unreachable when none answers', async () => {
    assert.match((await twinspan('node', 'peers', '--node', 'a')).out, /^a +b +o +away +-3.0 +2$/m);
    assert.equal((await twinspan('node', 'status', '--node', `http://127.0.0.1:${port}`)).code, 0);
    assert.equal((await twinspan('node', 'status', '--node', 'b')).code, 3);
    const { code, err } = await twinspan('node', 'status', '--node', 'c');
    assert.equal(code, 2);
    assert.match(err, /name one of a, b/);
  });

  it('is told by its local socket alone', async () => {
    told.length = 0;
    assert.equal((await twinspan('lane', 'pause', '7', '--node', 'a', '--reason', 'a test')).code, 0);
    assert.equal((await twinspan('message', 'retry', '7:4', '--node', socket)).code, 0);
    assert.deepEqual(told, ['POST /v1/lanes/7/pause {"reason":"a test"}', 'POST /v1/messages/7/4/retry ']);
    const byUrl = await twinspan('lane', 'pause', '7', '--node', `http://127.0.0.1:${port}`, '--reason', 'x');
    assert.equal(byUrl.code, 2);
    assert.match(byUrl.err, /has no local socket/);
  });

  it('has its refusals handed on, and nonsense refused', async () => {
    const refused = await twinspan('lane', 'pause', '8', '--node', 'a', '--reason', 'x');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /NOT_FOUND: this node knows no lane 8/);
    assert.match((await twinspan('lane', 'resume', '7', '--node', 'a')).err, /answers 200 with something else/);
  });

  it('that has no configuration cannot be checked', async () => {
    assert.equal((await twinspan('node', 'check', '--config', '/nowhere.json')).code, 2);
  });
});

describe('what the doctor says of a node', () => {
  const sentences = (change: Partial<NodeStatus>): string[] =>
    nodeFindings({ ...healthy, ...change }, NOW_MS)
      .filter(({ ok }) => !ok)
      .map(({ sentence }) => sentence);

  it('is nothing amiss when nothing is', () => {
    assert.deepEqual(sentences({}), []);
  });

  it('names each thing that is', () => {
    const { lanes, queues } = healthy;
    assert.deepEqual(sentences({ waitingFor: ['both chains'] }), ['waits for both chains']);
    assert.deepEqual(sentences({ nowMs: NOW_MS - 60_000 }), ['its clock is 60 s from this one']);
    assert.deepEqual(sentences({ peers: { connected: 1, known: 2 } }), ['sees 1 of 2 peers']);
    assert.deepEqual(sentences({ lanes: { ...lanes, paused: ['7'] } }), ['lanes 7 are paused']);
    assert.deepEqual(sentences({ queues: { ...queues, oldestSeconds: 1_200 } }), ['a job waits for 20 minutes']);
    assert.match(sentences({ supply: { atMs: NOW_MS, agree: false } }).join(), /disagree about the supply/);
    const job = { queue: 'deliver', id: 'x', code: 'FUNDS_SHORT', sentence: 'no ether' };
    assert.deepEqual(sentences({ parked: [job] }), ['deliver x is parked: FUNDS_SHORT: no ether']);
  });

  it('names a Node that is too old', () => {
    assert.deepEqual(
      ['20.20.2', '22.11.0', '22.12.0', '24.1.0'].map((version) => versionFinding(version).ok),
      [false, false, true, true],
    );
  });
});

describe('why a message is where it is', () => {
  const facts = { lock: 'sealed', kind: 'MINT', epoch: 3n, index: 7n, epochsBefore: 0n, releasedThrough: 0n } as const;
  const sealed = whereIs({ ...facts, deliveredThrough: 7n });
  const node: NodeMessage = {
    stage: 'endorsed',
    whereabouts: { chain: '', sentence: '' },
    attempts: 2,
    isLanePaused: false,
  };

  it('names cause, who must act and the next step', () => {
    const said = paragraph(sealed, undefined);
    assert.match(said, /^is sealed, between the chains\. It is sealed in epoch 3.*\. A relayer must act: any relayer/);
  });

  it('with what a node knows of it', () => {
    const parked = { ...node, parked: { code: 'FUNDS_SHORT', sentence: 'no ether' } };
    assert.match(
      paragraph(sealed, parked),
      /tried 2 times\. It is parked with FUNDS_SHORT: no ether\. Fund the sender's account\./,
    );
    assert.equal(whoActs(sealed, parked), "the node's operator");
    assert.match(paragraph(sealed, { ...node, isLanePaused: true }), /Its lane is paused on this node/);
  });

  it('is nobody’s business once it is at its end', () => {
    const minted = whereIs({ ...facts, deliveredThrough: 8n });
    assert.equal(whoActs(minted, undefined), 'nobody');
    assert.match(paragraph(minted, undefined), /Nothing is left to do/);
  });
});
