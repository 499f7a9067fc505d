import type { AssetChain, LockPage, LockTrace } from '@twinspan/sdk';

type PageRequest = Parameters<AssetChain['pendingLocksPage']>[1];

/** In the order in which they came; a bookmark is the id of the next one. */
export function lockPageOf(pending: readonly LockTrace[], { size, bookmark = '' }: PageRequest): LockPage {
  const from = bookmark === '' ? 0 : pending.findIndex(({ lockId }) => numberOf(lockId) >= numberOf(bookmark));
  const rest = from === -1 ? [] : pending.slice(from);
  return { locks: rest.slice(0, size), bookmark: rest[size]?.lockId };
}

function numberOf(lockId: string): number {
  return Number(lockId.split(':')[1]);
}
