import { Fault, type Hex } from '@twinspan/protocol';
import type { AssetChain, RecordStatus, RecordView } from '@twinspan/sdk';
import type { Check } from '../../performing.ts';

export const recordParameter = { '<record>': 'rightsId, registration number, or MSP/registration number' };
export const dryRunOption = { '--dry-run': 'check and say what would be sent' };

/** @throws {Fault} RECORD_UNKNOWN */
export async function requireRecord(asset: AssetChain, rightsId: Hex): Promise<RecordView> {
  const record = await asset.record(rightsId);
  if (record === undefined) throw new Fault('RECORD_UNKNOWN', `no record ${rightsId} is registered`);
  return record;
}

/** That the record is registered and stands in one of these statuses. */
export async function statusChecks(
  asset: AssetChain,
  rightsId: Hex,
  allowed: readonly RecordStatus[],
): Promise<Check[]> {
  const { status, symbol } = await requireRecord(asset, rightsId);
  return [{ check: `${symbol} is ${allowed.join(' or ')}, it is ${status}`, ok: allowed.includes(status) }];
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
