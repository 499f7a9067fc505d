import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { portsAt } from '@twinspan/devnet';
import { reportSchema } from '@twinspan/report';
import type { Report } from '@twinspan/report';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the demo to its end; `watch` may end it earlier. */
async function run(args: string[], watch?: (output: string, interrupt: () => void) => void): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
    watch?.(output, () => child.kill('SIGINT'));
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function listeningPorts(): Promise<number[]> {
  const { orderers, orgs, anvil, geth, relayers } = portsAt(0);
  const peers = orgs.flatMap((org) => org.peers);
  const all = [...orderers, ...peers, ...relayers].flatMap((ports) => Object.values(ports) as number[]);
  const ports = [...all, ...orgs.map(({ chaincodeServer }) => chaincodeServer), anvil, geth];
  const answers = await Promise.all(ports.map(isListening));
  return ports.filter((_, place) => answers[place]);
}

function assertCarried(report: Report): void {
  assert.equal(report.ok, true);
  assert.ok(report.steps.every(({ ok }) => ok));
  assert.equal(report.supply.length, 4);
  for (const { assetChain, tradingChain, difference } of report.supply) {
    assert.equal(difference, 0);
    assert.deepEqual([tradingChain.held, tradingChain.outboxPending], ['0', '0']);
    const out = BigInt(assetChain.sealed) - BigInt(assetChain.released);
    assert.equal(out, BigInt(tradingChain.minted));
  }
  assert.ok(report.supply.some(({ tradingChain }) => BigInt(tradingChain.minted) > 0n));
  assert.ok(report.supply.some(({ assetChain }) => BigInt(assetChain.released) > 0n));
}

describe('the demo', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twinspan-demo-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [orderers, evm] of [
    ['smartbft', 'anvil'],
    ['raft', 'geth'],
  ] as const) {
    it(`carries the portfolio across and back on ${orderers} and ${evm}, and leaves nothing running`, async () => {
      const file = join(folder, `${evm}.json`);
      const { code, output } = await run(['--orderers', orderers, '--evm', evm, '--report', file]);
      assert.equal(code, 0, output);
      assertCarried(reportSchema.parse(JSON.parse(await readFile(file, 'utf8'))));
      assert.deepEqual(await listeningPorts(), []);
    });
  }

  it('ends cleanly when it is interrupted half-way', async () => {
    const { code } = await run([], (output, interrupt) => {
      if (output.includes('Locks:')) interrupt();
    });
    assert.equal(code, 130);
    assert.deepEqual(await listeningPorts(), []);
  });

  it('refuses a portfolio that is not one, before anything is started', async () => {
    const { code, output } = await run(['--portfolio', join(folder, 'missing.json')]);
    assert.equal(code, 1);
    assert.match(output, /missing\.json/);
  });
});
