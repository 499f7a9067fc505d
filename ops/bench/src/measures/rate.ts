import { readFileSync } from 'node:fs';
import type { Measure } from '@twinspan/report';
import type { BridgeNode } from '@twinspan/devnet';
import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { TransactionFault } from '@twinspan/sdk';
import type { AssetChain, LockArgs } from '@twinspan/sdk';
import { ACCOUNT, randomAddress, waitFor, type Scene, type SceneRecord } from '../scene.ts';

const BATCH = 50;
const RECIPIENTS = 1_000;
/** Lock transactions in flight; each works on records of its own. */
const WORKERS = 8;
const SAMPLE_MS = 250;
const MOST_ATTEMPTS = 5;
const MAX_MS = 600_000;

/** `locks` locks in batches of 50, as fast as both chains take them, until the last one is minted. */
export async function rate(scene: Scene, locks: number): Promise<Record<string, Measure>> {
  const { venue, laneId, bridge } = scene;
  const recipients = Array.from({ length: RECIPIENTS }, () => randomAddress());
  const { nextMessage } = await venue.bridgeLane(laneId);
  const [mintedBefore, sealedBefore] = [await mintedUnits(scene), await sealedUnits(scene)];
  const memory = watchMemory(bridge.nodes);
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  await lockAll(scene, locks, recipients);
  const lockedAfter = elapsed();
  await waitFor(
    'the last mint',
    async () => (await venue.bridgeLane(laneId)).nextMessage >= nextMessage + BigInt(locks),
    MAX_MS,
  );
  const mintedAfter = elapsed();
  const [minted, sealed] = [(await mintedUnits(scene)) - mintedBefore, (await sealedUnits(scene)) - sealedBefore];
  if (minted !== BigInt(locks) || sealed !== minted)
    throw new Error(`${locks} units were to be locked, ${sealed} were sealed and ${minted} minted`);
  return {
    'rate.crossings': { value: locks / mintedAfter, unit: 'per second' },
    'rate.locks': { value: locks / lockedAfter, unit: 'per second' },
    'bytes.relayer.rss': { value: memory(), unit: 'bytes' },
  };
}

/** Each lock of the load is of one unit. */
async function mintedUnits({ venue, records }: Scene): Promise<bigint> {
  const supplies = await Promise.all(records.map(({ token }) => venue.totalSupply(token)));
  return supplies.reduce((sum, units) => sum + units, 0n);
}

async function sealedUnits({ custodian, laneId, records }: Scene): Promise<bigint> {
  const supplies = await Promise.all(records.map(({ rightsId }) => custodian.supply(laneId, rightsId)));
  return supplies.reduce((sum, { sealed }) => sum + sealed, 0n);
}

/** Locks of one unit each, in batches, as fast as the asset chain takes them. */
export async function lockAll(
  { custodian, laneId, records }: Scene,
  locks: number,
  recipients: readonly Hex[],
): Promise<void> {
  let batchesLeft = Math.ceil(locks / BATCH);
  let next = 0;
  const batchOf = ({ rightsId }: SceneRecord, size: number) =>
    Array.from({ length: size }, () => {
      const recipient = recipients[next % recipients.length] ?? '0x';
      next += 1;
      return { rightsId, account: ACCOUNT, recipient, units: 1n, reference: `B-${next}` };
    });
  const worker = async (own: readonly SceneRecord[]): Promise<void> => {
    for (let turn = 0; batchesLeft > 0; turn += 1) {
      const record = own[turn % own.length];
      if (record === undefined) return;
      batchesLeft -= 1;
      await lockPatiently(custodian, laneId, batchOf(record, Math.min(BATCH, locks - next)));
    }
  };
  const shares = Array.from({ length: WORKERS }, (_, place) => records.filter((_, index) => index % WORKERS === place));
  await Promise.all(shares.map(worker));
}

/** Under load peers lag behind each other and refuse or lose a transaction now and then: it is sent again if it is not there. */
async function lockPatiently(custodian: AssetChain, laneId: bigint, locks: readonly LockArgs[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await custodian.lock(laneId, locks);
      return;
    } catch (error) {
      if (!(error instanceof Fault) || error.remedy !== 'retry' || attempt === MOST_ATTEMPTS) throw error;
      if (error instanceof TransactionFault && (await cameTrue(custodian, error.txId))) return;
    }
  }
}

/** Waits for the transaction to be decided: sent again while it may still be ordered, its locks would be made twice. */
async function cameTrue(custodian: AssetChain, txId: string): Promise<boolean> {
  let valid: boolean | undefined;
  await waitFor(`transaction ${txId} to be decided`, async () => {
    valid = (await custodian.outcome(txId))?.valid;
    return valid !== undefined;
  });
  return valid === true;
}

/** Samples the nodes' resident memory; the answer stops the sampling and is the largest seen, in bytes. */
export function watchMemory(nodes: readonly BridgeNode[]): () => number {
  let largest = 0;
  const look = (): void => {
    largest = Math.max(largest, ...nodes.map(({ child }) => residentBytes(child.pid)));
  };
  const timer = setInterval(look, SAMPLE_MS);
  return () => {
    look();
    clearInterval(timer);
    return largest;
  };
}

/** VmRSS of /proc/<pid>/status. */
function residentBytes(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}
