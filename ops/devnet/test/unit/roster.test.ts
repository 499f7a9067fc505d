import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { commandLine, groupIsAlive, isAlive } from '../../src/running/liveness.ts';
import { Roster, readRoster } from '../../src/running/roster.ts';
import { NETWORK_MARK, sweep } from '../../src/running/sweep.ts';

describe('roster', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'devnet-roster-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('is claimed by one owner only', () => {
    Roster.claim(directory);
    assert.throws(() => Roster.claim(directory), { code: 'EEXIST' });
    assert.equal(readRoster(directory)?.owner.pid, process.pid);
  });

  it('sweeps a process that ignores SIGTERM, with its children', async () => {
    const roster = Roster.claim(directory);
    const stubborn = spawn('sh', ['-c', 'trap "" TERM; sleep 60 & echo ready; wait; sleep 60'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(stubborn.stdout, 'data');
    assert.ok(stubborn.pid !== undefined);
    roster.enter({ name: 'stubborn', pid: stubborn.pid, command: 'sh', ports: [] });
    assert.deepEqual(await sweep(directory), ['stubborn']);
    assert.equal(groupIsAlive(stubborn.pid), false);
    assert.equal(readRoster(directory), undefined);
  });

  it('leaves alone a process that merely has a recorded pid', async () => {
    const roster = Roster.claim(directory);
    const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    assert.ok(stranger.pid !== undefined);
    roster.enter({ name: 'gone', pid: stranger.pid, command: '/somewhere/else/peer', ports: [] });
    assert.deepEqual(await sweep(directory), []);
    assert.equal(isAlive({ pid: stranger.pid, command: 'sleep' }), true);
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
    assert.equal(commandLine(stranger.pid), undefined);
  });

  it('sweeps a process that its owner did not live to enter, and nobody else’s', async () => {
    Roster.claim(directory);
    const of = (network: string) =>
      spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { ...process.env, [NETWORK_MARK]: network } });
    const [stray, other] = [of(directory), of(`${directory}2`)];
    assert.ok(stray.pid !== undefined && other.pid !== undefined);
    await sweep(directory);
    assert.deepEqual([groupIsAlive(stray.pid), groupIsAlive(other.pid)], [false, true]);
    other.kill('SIGKILL');
    await once(other, 'exit');
  });

  it('does not sweep a directory that another owner has claimed since', async () => {
    Roster.claim(directory);
    await sweep(directory, process.pid + 1);
    assert.notEqual(readRoster(directory), undefined);
  });
});
