import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { canonicalJson } from '@twinspan/protocol';
import type { Role } from '../../src/access.ts';
import { RightsChaincode } from '../../src/rightsChaincode.ts';
import { FakeStub, Ledger } from './ledgerStub.ts';
import type { Proposal, ReadWriteSet } from './ledgerStub.ts';

export const roles: ReadonlyMap<string, readonly Role[]> = new Map<string, readonly Role[]>([
  ['CustodianMSP', ['custodian']],
  ['OtherMSP', ['custodian']],
  ['RegistryMSP', ['registry']],
  ['AuditorMSP', ['auditor']],
]);

/** What chaincode answered and would write. */
export interface Outcome extends ReadWriteSet {
  readonly proposal: Proposal;
  readonly status: number;
  /** The raw answer, empty after a refusal. */
  readonly payload: Buffer;
  /** `CODE: sentence` of a refusal. */
  readonly message: string;
}

export interface SendOptions {
  readonly transient?: unknown;
  /** Seconds after the network's clock. */
  readonly late?: number;
  /** Organization of the peer that answers first; the registry's by default. */
  readonly peer?: string;
}

export const START = 1_800_000_000;

/**
 * A channel with a chaincode process per organization. Every proposal runs on two of them, whose clocks differ, and
 * must leave the same answer and the same read and write sets.
 */
export class AssetNetwork {
  readonly ledger = new Ledger();
  /** Unix seconds. */
  now = START;
  /** How far the second endorser's clock is ahead of the first's, in seconds. */
  skew = 3;
  /** What chaincode logged as its own failure. */
  readonly internalErrors: unknown[] = [];
  #transactions = 0;

  /** Runs a proposal and commits nothing. */
  async propose(mspId: string, name: string, args: unknown, options: SendOptions = {}): Promise<Outcome> {
    const argument = typeof args === 'string' ? args : canonicalJson(args);
    const proposal: Proposal = {
      txId: createHash('sha256').update(`tx ${this.#transactions++}`).digest('hex'),
      mspId,
      sentAt: this.now + (options.late ?? 0),
      args: [name, argument],
      ...(options.transient === undefined ? {} : { transient: { record: transientBytes(options.transient) } }),
    };
    return this.endorse(proposal, options.peer);
  }

  async endorse(proposal: Proposal, peer = 'RegistryMSP'): Promise<Outcome> {
    const first = await this.#runOn(proposal, peer, 0);
    const second = await this.#runOn(proposal, peer, this.skew);
    assert.deepEqual(second, first, 'two endorsers differ');
    assert.ok(first.ranges === 0 || first.writes.size === 0, 'a range query in a transaction that writes');
    return first;
  }

  /** Runs a proposal and commits what it would write; a refusal fails the test. */
  async submit(mspId: string, name: string, args: unknown, options: SendOptions = {}): Promise<Outcome> {
    const outcome = await this.propose(mspId, name, args, options);
    assert.equal(outcome.status, 200, `${name}: ${outcome.message}`);
    this.ledger.commit(outcome.proposal, outcome);
    return outcome;
  }

  /** The JSON answer of a query. */
  async query(mspId: string, name: string, args: unknown, options: SendOptions = {}): Promise<Record<string, unknown>> {
    const outcome = await this.propose(mspId, name, args, options);
    assert.equal(outcome.status, 200, `${name}: ${outcome.message}`);
    assertNothingWritten(outcome);
    return jsonOf(outcome);
  }

  /** Asserts that the proposal is refused with exactly this code and writes nothing; returns the sentence. */
  async refused(code: string, mspId: string, name: string, args: unknown, options: SendOptions = {}): Promise<string> {
    const outcome = await this.propose(mspId, name, args, options);
    assert.equal(outcome.status, 500, `${name} is not refused`);
    assert.equal(outcome.message.split(': ', 1)[0], code, outcome.message);
    assertNothingWritten(outcome);
    return outcome.message.slice(code.length + 2);
  }

  async #runOn(proposal: Proposal, peerMspId: string, clockAhead: number): Promise<Outcome> {
    const chaincode = new RightsChaincode({
      network: { networkId: 'twinspan-test', chaincode: 'rights', roles },
      peerMspId,
      clock: { nowSeconds: () => this.now + clockAhead },
      logInternal: (_, error) => this.internalErrors.push(error),
    });
    const stub = new FakeStub(this.ledger, proposal, peerMspId !== 'AuditorMSP');
    const { status, payload, message } = await chaincode.Invoke(stub);
    return {
      ...stub.readWriteSet,
      proposal,
      status,
      payload: Buffer.from(payload ?? []),
      message: message ?? '',
    };
  }
}

function transientBytes(value: unknown): Uint8Array {
  return Buffer.from(typeof value === 'string' ? value : canonicalJson(value));
}

export function assertNothingWritten({ writes, privateWrites, event }: ReadWriteSet): void {
  assert.deepEqual([...writes.keys()], []);
  assert.deepEqual([...privateWrites.keys()], []);
  assert.equal(event, undefined);
}

export function jsonOf({ payload }: Outcome): Record<string, unknown> {
  const value: unknown = JSON.parse(payload.toString());
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
  return value as Record<string, unknown>;
}
