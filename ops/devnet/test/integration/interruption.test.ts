import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { usedPorts } from '../../src/claim.ts';
import { takeDown } from '../../src/down.ts';
import { portsAt, startNetwork } from '../../src/index.ts';
import type { Profile } from '../../src/index.ts';
import { isFree } from '../../src/running/listening.ts';
import { commandLine } from '../../src/running/liveness.ts';
import { poll } from '../../src/running/poll.ts';
import { readRoster } from '../../src/running/roster.ts';

const OFFSET = 13_000;
const PROFILE: Profile = { orderers: 'raft', evm: 'anvil', peers: 1 };
const PATIENCE_MS = 30_000;
const MAIN = join(import.meta.dirname, '../../src/main.ts');

type Command = ChildProcessByStdio<null, null, Readable>;

function devnet(verb: string, directory: string, ...more: string[]): Command {
  const profile = ['--orderers', PROFILE.orderers, '--evm', PROFILE.evm, '--port-offset', String(OFFSET)];
  const args = [MAIN, verb, '--directory', directory, ...profile, ...more];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Resolves once the command has said a line that begins so. */
async function said(command: Command, beginning: string): Promise<void> {
  for await (const line of createInterface({ input: command.stderr })) {
    if (line.startsWith(beginning)) return;
  }
  assert.fail(`the command ended before it said «${beginning}»`);
}

describe('interruption', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'devnet-'));
  });
  afterEach(async () => {
    await takeDown(directory);
    rmSync(directory, { recursive: true });
  });

  /** Waits until the roster, every process that was in it and every port are gone. */
  async function assertAllGone(pids: readonly number[]): Promise<void> {
    const gone = async (): Promise<true | undefined> => {
      if (readRoster(directory) !== undefined || pids.some((pid) => commandLine(pid) !== undefined)) return undefined;
      const free = await Promise.all(usedPorts(portsAt(OFFSET), PROFILE).map(isFree));
      return free.every(Boolean) ? true : undefined;
    };
    await poll(gone, { what: 'everything to be gone', timeoutMs: PATIENCE_MS });
  }

  function rosterPids(): number[] {
    const roster = readRoster(directory);
    assert.ok(roster !== undefined, 'there is no roster');
    return [roster.owner.pid, ...roster.entries.map(({ pid }) => pid)];
  }

  for (const moment of ['keys and genesis', 'nodes and channel', 'chaincode definition']) {
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      it(`in the foreground, ${signal} just after «${moment}» leaves nothing`, async () => {
        const command = devnet('up', directory, '--foreground', '--chains-only');
        const exit = once(command, 'exit');
        await said(command, moment);
        const pids = rosterPids();
        command.kill(signal);
        await exit;
        await assertAllGone(pids);
      });
    }
  }

  it('a bring-up in the background is called off when its command is killed', async () => {
    const command = devnet('up', directory, '--chains-only');
    await said(command, 'nodes and channel');
    const pids = rosterPids();
    command.kill('SIGKILL');
    await assertAllGone(pids);
  });

  it('a bridge in the background outlives its command, and ends with its nodes when its owner is killed', async () => {
    const command = devnet('up', directory);
    await once(command, 'exit');
    assert.equal(command.exitCode, 0);
    const [owner, ...others] = rosterPids();
    assert.ok(owner !== undefined && others.every((pid) => commandLine(pid) !== undefined));
    process.kill(owner, 'SIGKILL');
    await assertAllGone([owner, ...others]);
  });

  it('down ends a network in the background', async () => {
    await once(devnet('up', directory, '--chains-only'), 'exit');
    const pids = rosterPids();
    const down = devnet('down', directory);
    await once(down, 'exit');
    assert.equal(down.exitCode, 0);
    await assertAllGone(pids);
  });

  it('a signal calls off a bring-up inside a program', async () => {
    const life = new AbortController();
    const say = (line: string): void => {
      if (line.startsWith('keys and genesis')) life.abort(new Error('enough'));
    };
    await assert.rejects(
      startNetwork({ directory, profile: PROFILE, portOffset: OFFSET, signal: life.signal, say }),
      /enough/,
    );
    await assertAllGone([]);
  });
});
