import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBridge, until } from '@twinspan/devnet';
import type { BridgeNode, BridgeOptions, RunningBridge } from '@twinspan/devnet';
import { rightsIdOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { accountFrom, openNetwork } from '@twinspan/sdk';
import type { Network } from '@twinspan/sdk';
import { z } from 'zod';

const UNIT_VALUE = 10n ** 18n;
const ISSUED = 1_000_000n;
const DAY = 86_400;
const HOUSE = 'house';
const RETURNS = 'returns';
/** Most locks of one transaction. */
const BATCH = 100;

/** A running bridge with records whose units can cross at once, spread over its lanes; `holder` receives and redeems. */
export interface Rig extends AsyncDisposable {
  readonly bridge: RunningBridge;
  readonly custodian: Network;
  readonly registry: Network;
  readonly venue: Network;
  readonly holder: Network;
  /** The first lane; most have no other. */
  readonly laneId: bigint;
  readonly records: readonly RigRecord[];
  node(name: string): BridgeNode;
  /** So many locks of one unit each, of the given record, for the holder. */
  lock(count: number, place?: number): Promise<void>;
  redeem(units: bigint, place?: number): Promise<void>;
  minted(): Promise<bigint>;
  /** Units that came home. */
  returned(): Promise<bigint>;
  /** Waits until this many messages were ever delivered, on all lanes. */
  delivered(messages: bigint, timeoutMs?: number): Promise<void>;
  /** Waits until units are home. */
  home(units: bigint, timeoutMs?: number): Promise<void>;
  /** What was locked is minted or home again, on both ledgers, record by record and message by message. */
  balances(locked: bigint, redeemed: bigint): Promise<void>;
}

export interface RigRecord {
  readonly laneId: bigint;
  readonly commitment: Hex;
  readonly rightsId: Hex;
  readonly token: Hex;
}

export interface RigOptions extends BridgeOptions {
  /** Picks among lanes that are opened one by one. Default: the first alone. */
  readonly lanes?: (open: () => Promise<bigint>) => Promise<readonly bigint[]>;
}

export async function openRig(records: number, { lanes, ...options }: RigOptions): Promise<Rig> {
  await using ends = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-rig-'));
  ends.defer(() => rm(directory, { recursive: true }));
  const bridge = ends.use(
    await startBridge({ directory, ...options, profile: { orderers: 'raft', ...options.profile } }),
  );
  // Through the last peer: the first may be killed.
  const peer = bridge.network.description.profile.peers - 1;
  const open = (as: string, account: string): Network =>
    ends.use(openNetwork(bridge.file, { as, account, peer, finality: { depth: 0 } }));
  const custodian = open('custodian', 'deployer');
  const registry = open('registry', 'deployer');
  const venue = open('auditor', 'venueAdmin');
  const holder = open('auditor', 'holder1');
  const laneIds = await (lanes ?? onlyFirst)(laneOpener(custodian, venue));
  const [laneId = assert.fail('no lane')] = laneIds;
  const parties = { custodian, registry, venue };
  const listed = await Promise.all(
    Array.from({ length: records }, (_, place) =>
      listRecord({ ...parties, laneId: laneIds[place % laneIds.length] ?? laneId }, place),
    ),
  );
  const recipient: Hex = `0x${accountFrom(bridge.network.description, 'holder1').address.slice(2).toLowerCase()}`;
  const ground = { bridge, custodian, registry, venue, holder, laneId, records: listed };
  const stack = ends.move();
  return { ...ground, ...verbs(ground, recipient), [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The next lane between the two chains, with every call. */
function laneOpener(custodian: Network, { trading }: Network): () => Promise<bigint> {
  let ordinal = 0;
  return async () => {
    const lane = { tradingChainId: BigInt(trading.chainId), bridge: trading.addresses.bridge, ordinal: ordinal++ };
    return (await custodian.asset.openLane(lane)).result.laneId;
  };
}

async function onlyFirst(open: () => Promise<bigint>): Promise<readonly bigint[]> {
  return [await open()];
}

type Ground = Pick<Rig, 'bridge' | 'custodian' | 'venue' | 'holder' | 'laneId' | 'records'>;
type Verbs = Omit<Rig, keyof Ground | 'registry' | keyof AsyncDisposable>;

function verbs(ground: Ground, recipient: Hex): Verbs {
  const { bridge, custodian, venue, holder, records } = ground;
  const at = (place: number): RigRecord => records[place % records.length] ?? assert.fail();
  const sum = async (each: (record: RigRecord) => Promise<bigint>): Promise<bigint> =>
    (await Promise.all(records.map(each))).reduce((all, units) => all + units, 0n);
  const returned = (): Promise<bigint> =>
    sum(async ({ rightsId }) => (await custodian.asset.holding(rightsId, RETURNS)).units);
  return {
    node: (name) => bridge.nodes.find(({ node }) => node === name) ?? assert.fail(`no node ${name}`),
    lock: async (count, place = 0) => {
      const { rightsId, laneId } = at(place);
      const lock = { rightsId, account: HOUSE, recipient, units: 1n, reference: '' };
      for (let left = count; left > 0; left -= BATCH) {
        await custodian.asset.lock(laneId, new Array<typeof lock>(Math.min(left, BATCH)).fill(lock));
      }
    },
    redeem: async (units, place = 0) => {
      await (await holder.trading.redeem({ rightsId: at(place).rightsId, units, account: RETURNS })).confirmed();
    },
    minted: () => sum(({ token }) => venue.trading.totalSupply(token)),
    returned,
    delivered: async (messages, timeoutMs = 60_000) => {
      const look = async (): Promise<true | undefined> => {
        const lanes = await Promise.all(lanesOf(ground).map((laneId) => venue.trading.bridgeLane(laneId)));
        return lanes.reduce((sum, { nextMessage }) => sum + nextMessage, 0n) >= messages ? true : undefined;
      };
      await until(`${messages} messages to be delivered`, look, { timeoutMs });
    },
    home: async (units, timeoutMs = 60_000) => {
      await until(`${units} units to be home`, async () => ((await returned()) >= units ? true : undefined), {
        timeoutMs,
      });
    },
    balances: (locked, redeemed) => requireBalance(ground, locked, redeemed),
  };
}

async function requireBalance(ground: Ground, locked: bigint, redeemed: bigint): Promise<void> {
  const { custodian, venue, records } = ground;
  let messages = 0n;
  for (const laneId of lanesOf(ground)) {
    const lane = await custodian.asset.lane(laneId);
    const delivered = await venue.trading.bridgeLane(laneId);
    assert.equal(delivered.nextMessage, lane?.nextMessage, 'each message delivered');
    assert.equal(delivered.epoch, lane?.epoch);
    messages += delivered.nextMessage;
  }
  assert.equal(messages, locked, 'a message for each lock');
  const totals = { minted: 0n, home: 0n };
  for (const { rightsId, token, laneId } of records) {
    const supply = await custodian.asset.supply(laneId, rightsId);
    const { held, outboxed, released } = await venue.trading.bridgeSupply(laneId, rightsId);
    const minted = await venue.trading.totalSupply(token);
    assert.equal(supply.sealed, minted + held + outboxed, 'sealed = minted + held + sent home');
    assert.equal(supply.released, outboxed, 'all that was sent home is there');
    assert.ok(released <= supply.released);
    totals.minted += minted;
    totals.home += (await custodian.asset.holding(rightsId, RETURNS)).units;
  }
  assert.deepEqual(totals, { minted: locked - redeemed, home: redeemed });
}

function lanesOf({ records }: Pick<Rig, 'records'>): readonly bigint[] {
  return [...new Set(records.map(({ laneId }) => laneId))];
}

interface Registered {
  readonly rightsId: Hex;
  readonly terms: { readonly name: string; readonly symbol: string; readonly decimals: number };
  readonly result: Awaited<ReturnType<Network['asset']['register']>>['result'];
}

type Parties = Pick<Rig, 'custodian' | 'registry' | 'venue' | 'laneId'>;

async function listRecord(parties: Parties, place: number): Promise<RigRecord> {
  const { registry, venue, laneId } = parties;
  const { rightsId, terms, result } = await registerRecord(parties, place);
  await until('the registry to see the record', () => registry.asset.record(rightsId));
  await registry.asset.confirm(result);
  await (await venue.trading.list({ rightsId, laneId, ...terms, eligibility: 'OPEN' })).confirmed();
  const listing = await until('the listing', () => venue.trading.listing(rightsId));
  await until('a backing', () => venue.trading.backing(result.commitment));
  return { rightsId, token: listing.token, laneId, commitment: result.commitment };
}

/** A record that nobody has confirmed yet. */
export async function registerRecord({ custodian }: Pick<Parties, 'custodian'>, place: number): Promise<Registered> {
  const now = Math.floor(Date.now() / 1_000);
  const registrationNumber = `RIG-${place}`;
  const terms = { name: `Rig ${place}`, symbol: `R${place}`, decimals: 0 };
  const rightsId = rightsIdOf('CustodianMSP', registrationNumber);
  const { result } = await custodian.asset.register(
    { registrationNumber, ...terms, issuedUnits: ISSUED, account: HOUSE, unitValue: UNIT_VALUE, valuedAt: now },
    {
      rightsId,
      class: 1,
      jurisdiction: 1,
      registeredUnits: ISSUED,
      appraisedValue: 2n * ISSUED * UNIT_VALUE,
      appraisedAt: now - DAY,
      appraisalValidUntil: now + 90 * DAY,
      rating: 80,
      encumbered: false,
      filingValidUntil: 0,
      ownerHash: `0x00${'11'.repeat(31)}`,
      documentsRoot: `0x00${'22'.repeat(31)}`,
      salt: `0x00${place.toString(16).padStart(62, '5')}`,
    },
  );
  return { rightsId, terms, result };
}

const lanesSchema = z.object({
  lanes: z.array(z.object({ laneId: z.coerce.bigint(), delivered: z.coerce.bigint() })),
});

/** The last epoch that a node has seen delivered on a lane; undefined when it does not answer. */
export async function epochSeenBy({ httpUrl }: BridgeNode, laneId: bigint): Promise<bigint | undefined> {
  const response = await fetch(`${httpUrl}/v1/lanes`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  const { lanes } = lanesSchema.parse(await response.json());
  return lanes.find((lane) => lane.laneId === laneId)?.delivered;
}
