import { addressField, Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { Call } from '../call.ts';
import { requireNonZero } from '../ledger/fields.ts';
import type { AttestorsValue } from '../ledger/values.ts';

export const approveAttestorsArgs = z.strictObject({
  attestors: z.array(addressField).min(1).max(32),
  threshold: z.int().min(1).max(32),
});

const APPROVALS_NEEDED = 2;

/**
 * An organization's vote for the keys that may vouch for checkpoints. The set comes into force with the second vote for
 * it, which uses up every vote: an old one can never help another set into force later.
 */
export async function approveAttestors(call: Call, set: AttestorsValue): Promise<object> {
  requireSound(set);
  const { keys, store } = call;
  const inForce = await store.get(keys.attestors());
  if (inForce !== undefined && isSameSet(inForce, set)) {
    await withdrawVote(call);
    return { ...set, isInForce: true };
  }

  const voters = [];
  for (const mspId of [...call.network.roles.keys()].sort()) {
    const vote = await store.get(keys.approval(mspId));
    if (vote !== undefined && isSameSet(vote, set)) voters.push(mspId);
  }
  if (voters.includes(call.caller.mspId)) return { ...set, isInForce: false };

  const isInForce = voters.length + 1 >= APPROVALS_NEEDED;
  if (isInForce) await putIntoForce(call, set);
  else store.put(keys.approval(call.caller.mspId), set);
  store.emit({ name: 'AttestorsApproved', ids: {} });
  return { ...set, isInForce };
}

async function putIntoForce({ keys, store, network }: Call, set: AttestorsValue): Promise<void> {
  store.put(keys.attestors(), set);
  for (const mspId of [...network.roles.keys()].sort()) {
    if ((await store.get(keys.approval(mspId))) !== undefined) store.delete(keys.approval(mspId));
  }
}

/** Who approves the set in force wants no other: its vote for another one must not wait for a second. */
async function withdrawVote({ keys, store, caller }: Call): Promise<void> {
  const vote = keys.approval(caller.mspId);
  if ((await store.get(vote)) !== undefined) store.delete(vote);
}

function requireSound({ attestors, threshold }: AttestorsValue): void {
  attestors.forEach((attestor, i) => {
    requireNonZero(attestor, 'an attestor');
    const before = attestors[i - 1];
    if (before !== undefined && before >= attestor) {
      throw new Fault('SIGNER_ORDER', 'attestors must be in strictly ascending order');
    }
  });
  if (threshold > attestors.length) throw new Fault('BAD_REQUEST', 'threshold is above the number of attestors');
}

function isSameSet(a: AttestorsValue, b: AttestorsValue): boolean {
  return a.threshold === b.threshold && a.attestors.join() === b.attestors.join();
}
