import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { assetClasses, jurisdictions, ownerHashOf, rightsIdOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { RunningBridge } from '@twinspan/devnet';
import { supplyRow } from '@twinspan/report';
import type { SupplyRow } from '@twinspan/report';
import { openNetwork } from '@twinspan/sdk';
import type { AssetChain, TradingChain } from '@twinspan/sdk';

export const ACCOUNT = 'treasury';
const ISSUED = 1_000_000_000n;
const HKD = 10n ** 18n;
const DAY = 86_400;
const POLL_MS = 15;

/** A record of the benchmark, listed and backed. */
export interface SceneRecord {
  readonly rightsId: Hex;
  readonly token: Hex;
}

/** A running bridge with a lane and records whose units can cross at once. */
export interface Scene extends Disposable {
  readonly bridge: RunningBridge;
  readonly custodian: AssetChain;
  readonly venue: TradingChain;
  readonly laneId: bigint;
  readonly records: readonly SceneRecord[];
}

/** Registers, lists and backs `count` records: each has one holding, so that locks of different records never meet. */
export async function setScene(bridge: RunningBridge, count: number): Promise<Scene> {
  const clients = new DisposableStack();
  const custodian = clients.use(openNetwork(bridge.file, { as: 'custodian' })).asset;
  const registry = clients.use(openNetwork(bridge.file, { as: 'registry' })).asset;
  const venue = clients.use(openNetwork(bridge.file, { as: 'auditor', account: 'venueAdmin' })).trading;
  const { result } = await custodian.openLane({
    tradingChainId: BigInt(venue.chainId),
    bridge: venue.addresses.bridge,
    ordinal: 0,
  });
  const { laneId } = result;
  const places = Array.from({ length: count }, (_, place) => place);
  const rightsIds = await Promise.all(places.map((place) => registerRecord(custodian, registry, place)));
  await Promise.all(
    rightsIds.map(async (rightsId, place) => {
      const terms = { rightsId, laneId, name: `Bench ${place}`, symbol: `B${place}`, decimals: 0 };
      await (await venue.list({ ...terms, eligibility: 'OPEN' })).confirmed();
    }),
  );
  const records = await Promise.all(rightsIds.map((rightsId) => backed(custodian, venue, rightsId)));
  return {
    bridge,
    custodian,
    venue,
    laneId,
    records,
    [Symbol.dispose]: () => {
      clients.dispose();
    },
  };
}

async function registerRecord(custodian: AssetChain, registry: AssetChain, place: number): Promise<Hex> {
  const now = Math.floor(Date.now() / 1000);
  const registrationNumber = `BENCH-${place}`;
  const terms = { name: `Bench ${place}`, symbol: `B${place}`, decimals: 0, account: ACCOUNT, unitValue: HKD };
  const { result } = await custodian.register(
    { registrationNumber, ...terms, issuedUnits: ISSUED, valuedAt: now },
    {
      rightsId: rightsIdOf(custodian.mspId, registrationNumber),
      class: assetClasses.SOLAR,
      jurisdiction: jurisdictions.CN,
      registeredUnits: ISSUED,
      appraisedValue: 2n * ISSUED * HKD,
      appraisedAt: now - DAY,
      appraisalValidUntil: now + 365 * DAY,
      rating: 80,
      encumbered: false,
      filingValidUntil: now + 365 * DAY,
      ownerHash: ownerHashOf('bench'),
      documentsRoot: rightsIdOf('documents', registrationNumber),
      salt: `0x00${randomBytes(31).toString('hex')}`,
    },
  );
  await waitFor('the registry to see the record', async () => (await registry.record(result.rightsId)) !== undefined);
  await registry.confirm(result);
  return result.rightsId;
}

async function backed(custodian: AssetChain, venue: TradingChain, rightsId: Hex): Promise<SceneRecord> {
  const listing = await venue.listing(rightsId);
  if (listing === undefined) throw new Error(`${rightsId} is not listed`);
  await waitFor('the record to be backed', async () => {
    const commitment = (await custodian.record(rightsId))?.commitment;
    return commitment !== undefined && (await venue.backing(commitment)) !== undefined;
  });
  return { rightsId, token: listing.token };
}

/** A recipient that nobody has seen before. */
export const randomAddress = (): Hex => `0x${randomBytes(20).toString('hex')}`;

/** Waits, looking often. @throws Error after `timeoutMs` */
export async function waitFor(what: string, holds: () => Promise<boolean>, timeoutMs = 180_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(POLL_MS);
  }
}

/** Both chains side by side, record by record, once everything that was sealed is delivered. */
export async function suppliesOf({ custodian, venue, laneId, records }: Scene): Promise<SupplyRow[]> {
  return Promise.all(
    records.map(async ({ rightsId, token }) => {
      const [asset, trading, minted] = await Promise.all([
        custodian.supply(laneId, rightsId),
        venue.bridgeSupply(laneId, rightsId),
        venue.totalSupply(token),
      ]);
      const outboxPending = trading.outboxed - trading.released;
      return supplyRow({ ...asset, minted, held: trading.held, outboxPending });
    }),
  );
}
