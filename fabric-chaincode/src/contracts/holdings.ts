import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { Call } from '../call.ts';

export async function credit(call: Call, rightsId: Hex, account: string, units: bigint): Promise<void> {
  const at = call.keys.holding(rightsId, account);
  const held = (await call.store.get(at))?.units ?? 0n;
  call.store.put(at, { rightsId, account, units: held + units });
}

/** @throws Fault HOLDING_SHORT. */
export async function debit(call: Call, rightsId: Hex, account: string, units: bigint): Promise<void> {
  const at = call.keys.holding(rightsId, account);
  const held = (await call.store.get(at))?.units ?? 0n;
  if (held < units)
    throw new Fault('HOLDING_SHORT', `${account} holds ${held} units of ${rightsId}, ${units} are needed`);
  call.store.put(at, { rightsId, account, units: held - units });
}
