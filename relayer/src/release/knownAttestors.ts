import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { AssetChain } from '@twinspan/sdk';
import type { Card } from '../peers/card.ts';

/** Addresses whose attestations a node keeps. */
export type KnownAttestors = () => Promise<readonly Hex[]>;

/** How long an attestor set read from the asset chain is good for. */
const SET_AGE_MS = 5_000;

/** Those in force on the asset chain. @throws Fault EPOCH_UNKNOWN while none is */
export function attestorsInForce(asset: Pick<AssetChain, 'attestors'>, clock: () => number): KnownAttestors {
  let read: { readonly atMs: number; readonly attestors: readonly Hex[] } | undefined;
  return async () => {
    if (read === undefined || clock() - read.atMs > SET_AGE_MS) {
      const set = await asset.attestors();
      if (set === undefined) throw new Fault('EPOCH_UNKNOWN', 'no attestor set is in force yet');
      read = { atMs: clock(), attestors: set.attestors };
    }
    return read.attestors;
  };
}

/** Without a gateway: the operators of nodes that attest, by their cards. */
export function attestorsByCards(cards: readonly Card[]): KnownAttestors {
  const attestors = cards.filter(({ roles }) => roles.includes('attestor')).map(({ evmAddress }) => evmAddress);
  return () => Promise.resolve(attestors);
}
