import assert from 'node:assert/strict';
import { bytesFromHex, decodeHeader, decodeWordsOf, laneIdOf, rightsIdOf } from '@twinspan/protocol';
import type { ConfidentialRecord, EpochHeader, EpochWords, Hex } from '@twinspan/protocol';
import { assertNothingWritten, jsonOf } from './assetNetwork.ts';
import type { AssetNetwork, Outcome } from './assetNetwork.ts';

export const BRIDGE: Hex = `0x${'b1'.repeat(20)}`;
export const RECIPIENT: Hex = `0x${'aa'.repeat(20)}`;
export const CHAIN_ID = 31_337n;

export function laneOf(mspId: string, ordinal = 0): bigint {
  return laneIdOf({ mspId, tradingChainId: CHAIN_ID, bridge: BRIDGE, ordinal });
}

/** The JSON of a confidential record. */
export function confidentialOf(mspId: string, number: string, changes: Partial<ConfidentialRecord> = {}): object {
  const record: ConfidentialRecord = {
    rightsId: rightsIdOf(mspId, number),
    class: 1,
    jurisdiction: 1,
    registeredUnits: 10_000n,
    appraisedValue: 5_000_000n,
    appraisedAt: 1_790_000_000,
    appraisalValidUntil: 1_830_000_000,
    rating: 70,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: `0x00${'11'.repeat(31)}`,
    documentsRoot: `0x00${'22'.repeat(31)}`,
    salt: `0x00${'5a'.repeat(31)}`,
    ...changes,
  };
  return record;
}

export function registration(number: string, changes: object = {}): object {
  return {
    registrationNumber: number,
    name: 'Household solar, Hubei',
    symbol: 'SOLHB',
    decimals: 2,
    issuedUnits: '1000',
    account: 'treasury',
    unitValue: '500',
    valuedAt: 1_795_000_000,
    ...changes,
  };
}

export async function registered(network: AssetNetwork, mspId: string, number: string, changes = {}): Promise<string> {
  const outcome = await network.submit(mspId, 'register', registration(number, changes), {
    transient: confidentialOf(mspId, number),
  });
  return commitmentOf(outcome);
}

export function commitmentOf(outcome: Outcome): string {
  return String(jsonOf(outcome).commitment);
}

/** A confirmed record with 1,000 units in the account `treasury`. */
export async function activeRecord(
  network: AssetNetwork,
  mspId: string,
  number: string,
  changes: { readonly windowLimit?: string; readonly account?: string } = {},
): Promise<Hex> {
  const { account = 'treasury', ...limit } = changes;
  const commitment = await registered(network, mspId, number, { account });
  const rightsId = rightsIdOf(mspId, number);
  await network.submit('RegistryMSP', 'confirm', { rightsId, commitment, ...limit });
  return rightsId;
}

export async function openLane(network: AssetNetwork, mspId: string, ordinal = 0): Promise<bigint> {
  await network.submit(mspId, 'openLane', { tradingChainId: CHAIN_ID, bridge: BRIDGE, ordinal });
  return laneOf(mspId, ordinal);
}

export function lockOf(rightsId: Hex, units: bigint, changes: object = {}): object {
  return { rightsId, account: 'treasury', recipient: RECIPIENT, units, reference: 'ref-1', ...changes };
}

/** Locks and returns the lock ids. */
export async function lockAll(
  network: AssetNetwork,
  mspId: string,
  laneId: bigint,
  locks: readonly object[],
): Promise<readonly string[]> {
  const outcome = await network.submit(mspId, 'lock', { laneId, locks });
  return jsonOf(outcome).lockIds as readonly string[];
}

/** A lane of the custodian with one active record. */
export async function laneWithRecord(
  network: AssetNetwork,
  { number = 'HB-1', ...changes }: { readonly windowLimit?: string; readonly number?: string } = {},
): Promise<{ readonly laneId: bigint; readonly rightsId: Hex }> {
  const rightsId = await activeRecord(network, 'CustodianMSP', number, changes);
  return { laneId: await openLane(network, 'CustodianMSP'), rightsId };
}

export async function holdingOf(network: AssetNetwork, rightsId: Hex, account: string): Promise<bigint> {
  return BigInt(String((await network.query('AuditorMSP', 'holding', { rightsId, account })).units));
}

/** The raw header of a committed epoch. */
export async function headerBytes(network: AssetNetwork, laneId: bigint, epoch: bigint): Promise<Buffer> {
  const outcome = await network.propose('AuditorMSP', 'readEpoch', { laneId, epoch });
  assert.equal(outcome.status, 200, outcome.message);
  assertNothingWritten(outcome);
  return outcome.payload;
}

export interface SealedEpoch {
  readonly header: EpochHeader;
  readonly words: EpochWords;
  /** The answer of the query `epoch`. */
  readonly view: Record<string, unknown>;
}

/** A committed epoch, its words checked against its header. */
export async function epochOf(network: AssetNetwork, laneId: bigint, epoch: bigint): Promise<SealedEpoch> {
  const header = decodeHeader(await headerBytes(network, laneId, epoch));
  const view = await network.query('AuditorMSP', 'epoch', { laneId, epoch });
  return { header, words: decodeWordsOf(header, bytesFromHex(String(view.words))), view };
}
