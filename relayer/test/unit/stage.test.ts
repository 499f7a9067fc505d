import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { pino } from 'pino';
import { HttpRequestError } from 'viem';
import { Metrics } from '../../src/metrics.ts';
import { runStage } from '../../src/stage.ts';
import type { Stage } from '../../src/stage.ts';
import { Wake } from '../../src/wake.ts';

const tools = { log: pino({ level: 'silent' }), metrics: new Metrics() };

/** A stage over a list of jobs; each job is what its run does. */
class ListStage implements Stage<() => void> {
  readonly name = 'test';
  readonly wake = new Wake();
  readonly idleMs = 10_000;
  readonly jobs: (() => void)[];
  readonly postponed: string[] = [];
  readonly parked: string[] = [];
  readonly #onIdle: () => void;

  constructor(jobs: (() => void)[], onIdle: () => void) {
    this.jobs = jobs;
    this.#onIdle = onIdle;
  }

  next(): Promise<(() => void) | undefined> {
    const job = this.jobs.shift();
    if (job === undefined) this.#onIdle();
    return Promise.resolve(job);
  }

  run(job: () => void): Promise<void> {
    job();
    return Promise.resolve();
  }

  postpone(_job: () => void, fault: Fault): Promise<void> {
    this.postponed.push(fault.code);
    return Promise.resolve();
  }

  park(_job: () => void, fault: Fault): Promise<void> {
    this.parked.push(fault.code);
    return Promise.resolve();
  }

  transferId(): string {
    return 'test';
  }
}

const failing = (error: Error) => (): void => {
  throw error;
};

describe('runStage', () => {
  it('does what the fault says: retry postpones, park parks, and goes on', async () => {
    const control = new AbortController();
    const stage = new ListStage(
      [
        failing(new Fault('CHAIN_UNREACHABLE', 'down')),
        failing(new Fault('FUNDS_SHORT', 'poor')),
        (): void => undefined,
      ],
      () => {
        control.abort();
      },
    );
    await runStage(stage, tools, control.signal);
    assert.deepEqual([stage.postponed, stage.parked], [['CHAIN_UNREACHABLE'], ['FUNDS_SHORT']]);
  });

  it('finds the code in the message of a foreign error', async () => {
    const control = new AbortController();
    const stage = new ListStage([failing(new Error('peer said: EPOCH_UNKNOWN: not yet'))], () => {
      control.abort();
    });
    await runStage(stage, tools, control.signal);
    assert.deepEqual(stage.postponed, ['EPOCH_UNKNOWN']);
  });

  it('ends with a fault that halts, and with an error that nobody foresaw', async () => {
    for (const [error, code] of [
      [new Fault('SUMS_WRONG', 'they lie'), 'SUMS_WRONG'],
      [new TypeError('x is undefined'), 'INTERNAL'],
    ] as const) {
      const stage = new ListStage([failing(error)], () => undefined);
      await assert.rejects(runStage(stage, tools, new AbortController().signal), { code });
      assert.deepEqual([stage.postponed, stage.parked], [[], []]);
    }
  });

  it('sleeps when nothing is due and wakes when rung', async () => {
    const control = new AbortController();
    let looks = 0;
    const stage = new ListStage([], () => {
      looks += 1;
      if (looks === 3) control.abort();
      else
        setImmediate(() => {
          stage.wake.ring();
        });
    });
    await runStage(stage, tools, control.signal);
    assert.equal(looks, 3);
  });

  it('looks again when next itself fails', async () => {
    const control = new AbortController();
    let looks = 0;
    const stage: Stage<string> = {
      name: 'test',
      wake: new Wake(),
      idleMs: 10_000,
      next: () => {
        looks += 1;
        if (looks < 3) return Promise.reject(new Fault('CHAIN_UNREACHABLE', 'down'));
        control.abort();
        return Promise.resolve(undefined);
      },
      run: () => Promise.resolve(),
      postpone: () => assert.fail(),
      park: () => assert.fail(),
      transferId: () => '',
    };
    await runStage(stage, tools, control.signal);
    assert.equal(looks, 3);
  });

  it('tells nobody the URL that was asked, which holds a key', async () => {
    const url = 'https://rpc.example/v2/secret';
    const asked = new HttpRequestError({ body: { method: 'eth_chainId' }, details: 'fetch failed', url });
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
    for (const error of [new Fault('SUMS_WRONG', 'they lie', { cause: asked }), asked]) {
      const stage = new ListStage([failing(error)], () => undefined);
      await assert.rejects(runStage(stage, { ...tools, log }, new AbortController().signal), (thrown: unknown) => {
        assert.ok(thrown instanceof Fault);
        assert.doesNotMatch(thrown.message, /secret/);
        return true;
      });
    }
    assert.equal(lines.length, 2);
    for (const line of lines) {
      assert.doesNotMatch(line, /secret|rpc\.example/);
      const { cause } = JSON.parse(line) as { cause: unknown };
      assert.deepEqual(cause, { name: 'HttpRequestError', message: 'HTTP request failed.' });
    }
  });
});
