import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { EMPTY_OUTBOX_HEAD, Fault } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';
import type { TradingChain } from '@twinspan/sdk';
import { pino } from 'pino';
import { overEndpoints } from '../../../src/chains/tradingEndpoints.ts';
import { Metrics } from '../../../src/metrics.ts';
import { MemoryTrading } from '../../fakes/memoryTrading.ts';

const refusal = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code;
const unreachable = (): Promise<never> => Promise.reject(new Fault('CHAIN_UNREACHABLE', 'gone'));

type Verbs = ReturnType<MemoryTrading['verbs']> & Pick<TradingChain, 'checkpoint'>;

/** What an endpoint answers can be replaced while it is in use. */
class Endpoint {
  readonly chain: MemoryTrading;
  readonly verbs: Verbs;

  constructor(chain: MemoryTrading) {
    this.chain = chain;
    const verbs = chain.verbs();
    const checkpoint = async (number: bigint): ReturnType<Verbs['checkpoint']> => {
      const { hash, stateRoot } = await this.verbs.block(number);
      return { blockNumber: number, blockHash: hash, stateRoot };
    };
    this.verbs = { ...verbs, checkpoint };
  }

  fail(): void {
    for (const name of Object.keys(this.verbs)) Reflect.set(this.verbs, name, unreachable);
  }

  mend(): void {
    Object.assign(this.verbs, new Endpoint(this.chain).verbs);
  }
}

describe('two endpoints', () => {
  let nowMs = 0;
  let real: MemoryTrading;
  let one: Endpoint;
  let two: Endpoint;
  let metrics: Metrics;
  let trading: Verbs;
  let alerts: string[];

  beforeEach(() => {
    nowMs = 0;
    real = new MemoryTrading();
    for (let i = 0; i < 10; i++) real.mine();
    one = new Endpoint(real);
    two = new Endpoint(real);
    metrics = new Metrics();
    alerts = [];
    const log = pino({ level: 'error' }, { write: (line: string) => alerts.push(line) });
    const source = (name: string, { verbs }: Endpoint) => {
      const chain = verbs as unknown as TradingChain;
      return { name, chain, probe: () => chain.blockNumber() };
    };
    const modules = { metrics, log, clock: () => nowMs };
    trading = overEndpoints([source('one', one), source('two', two)], modules);
  });

  const value = async (metric: 'endpointUp' | 'endpointBehind', endpoint: string): Promise<number | undefined> =>
    (await metrics.list[metric].get()).values.find(({ labels }) => labels.endpoint === endpoint)?.value;
  const disagreements = async (): Promise<readonly unknown[]> =>
    (await metrics.list.disagreements.get()).values
      .filter(({ value }) => value > 0)
      .map(({ labels, value: count }) => [labels.what, count]);

  it('that agree are one', async () => {
    assert.equal(await trading.blockNumber(), 10n);
    assert.equal(await trading.finalizedBlock(), 9n);
    assert.deepEqual(await trading.block(9n), await real.verbs().block(9n));
    assert.deepEqual(await disagreements(), []);
  });

  it('carry on with one of them down, and nothing becomes final meanwhile', async () => {
    one.fail();
    assert.equal(await trading.blockNumber(), 10n);
    assert.deepEqual(await trading.block(9n), await real.verbs().block(9n));
    assert.equal((await trading.fees()).baseFeePerGas, real.baseFee);
    assert.equal(await value('endpointUp', 'one'), 0);
    await assert.rejects(trading.finalizedBlock(), refusal('CHAIN_UNREACHABLE'));
    await assert.rejects(trading.checkpoint(9n), refusal('CHAIN_UNREACHABLE'));
    await assert.rejects(trading.bridgeLane(1n, 9n), refusal('CHAIN_UNREACHABLE'));
    one.mend();
    nowMs = 10_000;
    await trading.blockNumber();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await value('endpointUp', 'one'), 1);
    assert.equal(await trading.finalizedBlock(), 9n);
  });

  it('of which one has forgotten a block ask the other, and neither is down', async () => {
    const forgotten = (): Promise<never> => Promise.reject(new Fault('STATE_PRUNED', 'missing trie node'));
    one.verbs.outboxEntries = forgotten;
    two.verbs.outboxEntries = () => Promise.resolve([]);
    const question = { laneId: 1n, fromIndex: 0n, fromHead: EMPTY_OUTBOX_HEAD, throughBlock: 5n };
    assert.deepEqual(await trading.outboxEntries(question), []);
    two.verbs.outboxEntries = forgotten;
    await assert.rejects(trading.outboxEntries(question), refusal('STATE_PRUNED'));
    assert.deepEqual([await value('endpointUp', 'one'), await value('endpointUp', 'two')], [1, 1]);
    assert.equal(await trading.finalizedBlock(), 9n);
  });

  it('do not wait again for one that hangs', async () => {
    one.fail();
    await trading.blockNumber();
    let asked = 0;
    one.verbs.blockNumber = () => {
      asked += 1;
      return new Promise<never>(() => undefined);
    };
    nowMs = 10_000;
    for (let i = 0; i < 5; i++) assert.equal(await trading.blockNumber(), 10n);
    assert.equal(asked, 1);
  });

  it('say what is wrong when both are down', async () => {
    one.fail();
    two.fail();
    await assert.rejects(trading.blockNumber(), refusal('CHAIN_UNREACHABLE'));
    await assert.rejects(trading.fees(), refusal('CHAIN_UNREACHABLE'));
  });

  it('of which one lags do not disagree', async () => {
    two.verbs.blockNumber = () => Promise.resolve(7n);
    two.verbs.finalizedBlock = () => Promise.resolve(6n);
    two.verbs.block = (number) =>
      number > 7n ? Promise.reject(new Fault('REORGED', 'not there yet')) : real.verbs().block(number);
    assert.equal(await trading.blockNumber(), 10n);
    assert.equal(await value('endpointBehind', 'two'), 3);
    assert.equal(await trading.finalizedBlock(), 6n);
    assert.equal((await trading.block(10n)).number, 10n);
    assert.deepEqual(await disagreements(), []);
  });

  it('of which the first is stale are followed by the second', async () => {
    for (let i = 0; i < 20; i++) real.mine();
    one.verbs.blockNumber = () => Promise.resolve(7n);
    assert.equal(await trading.blockNumber(), 30n);
  });

  it('that see another block of one height stop the act with an alert that names them', async () => {
    two.verbs.block = async (number) => ({ ...(await real.verbs().block(number)), hash: `0x${'66'.repeat(32)}` });
    await assert.rejects(trading.block(9n), refusal('ENDPOINTS_DISAGREE'));
    await assert.rejects(trading.checkpoint(9n), refusal('ENDPOINTS_DISAGREE'));
    assert.deepEqual(await disagreements(), [
      ['block', 1],
      ['checkpoint', 1],
    ]);
    assert.match(alerts[0] ?? '', /"one":"one","other":"two"/);
  });

  it('that see another state root, lane or chain disagree', async () => {
    two.verbs.checkpoint = async (number) => ({
      ...(await one.verbs.checkpoint(number)),
      stateRoot: `0x${'66'.repeat(32)}`,
    });
    await assert.rejects(trading.checkpoint(9n), refusal('ENDPOINTS_DISAGREE'));
    two.verbs.bridgeLane = async (...args) => ({ ...(await real.verbs().bridgeLane(...args)), epoch: 7n });
    await assert.rejects(trading.bridgeLane(1n, 9n), refusal('ENDPOINTS_DISAGREE'));
    two.verbs.requireChain = () => Promise.reject(new Fault('CHAIN_WRONG', 'it is chain 1'));
    await assert.rejects(trading.requireChain(), refusal('ENDPOINTS_DISAGREE'));
    one.verbs.requireChain = two.verbs.requireChain;
    await assert.rejects(trading.requireChain(), refusal('CHAIN_WRONG'));
  });
});
