import { randomBytes } from 'node:crypto';
import { until } from '@twinspan/devnet';
import { assetClasses, jurisdictions, ownerHashOf, rightsIdOf, sha248Hex } from '@twinspan/protocol';
import type { ConfidentialRecord } from '@twinspan/protocol';
import type { PortfolioRecord } from '../portfolio.ts';
import type { Facts } from '../story.ts';
import { of, type World } from '../world.ts';

const DAY = 86_400;
const now = (): number => Math.floor(Date.now() / 1000);

/** The confidential side of a record; the salt is new every time. */
export function confidentialRecordOf(mspId: string, record: PortfolioRecord): ConfidentialRecord {
  return {
    rightsId: rightsIdOf(mspId, record.registrationNumber),
    class: assetClasses[record.class],
    jurisdiction: jurisdictions[record.jurisdiction],
    registeredUnits: record.registeredUnits,
    appraisedValue: record.appraisedValue,
    appraisedAt: now() - record.appraisedDaysAgo * DAY,
    appraisalValidUntil: now() + record.appraisalValidDays * DAY,
    rating: record.rating,
    encumbered: record.encumbered,
    filingValidUntil: now() + record.filingValidDays * DAY,
    ownerHash: ownerHashOf(record.owner),
    documentsRoot: sha248Hex(new TextEncoder().encode(record.documents)),
    salt: `0x00${randomBytes(31).toString('hex')}`,
  };
}

/** The custodian registers each record, its confidential side in transient data; the registry confirms it. */
export async function registerRecords(world: World): Promise<void> {
  world.story.chapter('Records: the custodian registers, the registry confirms');
  for (const record of world.portfolio.records) {
    await world.story.step(`register ${record.name}`, () => registerRecord(world, record));
    await world.story.step(`confirm ${record.name}`, () => confirmRecord(world, record));
  }
}

async function registerRecord(world: World, record: PortfolioRecord): Promise<Facts> {
  const { registrationNumber, name, symbol, decimals, issuedUnits, account, unitValue } = record;
  const { result, blockNumber } = await world.custodian.register(
    { registrationNumber, name, symbol, decimals, issuedUnits, account, unitValue, valuedAt: now() },
    confidentialRecordOf(world.custodian.mspId, record),
  );
  world.rightsIds.set(record.key, result.rightsId);
  return { rightsId: result.rightsId, commitment: result.commitment, block: Number(blockNumber) };
}

async function confirmRecord(world: World, record: PortfolioRecord): Promise<Facts> {
  const rightsId = of(world.rightsIds, record.key);
  const { blockNumber } = await confirmPending(world, rightsId, record.windowLimit);
  return { units: record.issuedUnits.toString(), block: Number(blockNumber) };
}

/** The registry confirms what the custodian put forward, once its own peer shows it. */
export async function confirmPending(
  world: World,
  rightsId: ConfidentialRecord['rightsId'],
  windowLimit?: bigint,
): Promise<{ blockNumber: bigint }> {
  const commitment = await until(
    `record ${rightsId} to wait for its confirmation`,
    async () => (await world.registry.record(rightsId))?.pendingCommitment,
    { signal: world.signal },
  );
  return world.registry.confirm({ rightsId, commitment, ...(windowLimit === undefined ? {} : { windowLimit }) });
}
