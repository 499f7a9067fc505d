import { Fault } from '@twinspan/protocol';
import type { AttestorSet } from '@twinspan/protocol';
import { bundleFromWire, verifyBundle } from '@twinspan/sdk';
import type { AssetChain } from '@twinspan/sdk';
import { laneKey } from '../db/keys.ts';
import { acceptBundle } from '../mint/bundles.ts';
import type { MintModules, MintOptions } from '../mint/modules.ts';
import { attestationFromWire } from '../release/attestations.ts';
import type { ReleaseModules } from '../release/modules.ts';
import type { Receive } from './gate.ts';

/** How far ahead of the last known epoch a bundle may be: what is further off is asked for when its time comes. */
const MOST_EPOCHS_AHEAD = 256n;
/** How far an attested block may be from this node's tip. */
const MOST_BLOCKS_AWAY = 1_024n;
/** How long an attestor set read from the asset chain is good for. */
const SET_AGE_MS = 5_000;

/** Bundles: the same checks as the contract's, then into the pipeline. */
export function receiveBundle(options: MintOptions, modules: MintModules): Receive {
  const { tables, lanes, consortium } = modules;
  return async (text) => {
    const bundle = bundleFromWire(text);
    const { laneId, epoch } = bundle;
    const lane = lanes.get(laneId);
    if (lane === undefined || epoch <= lane.delivered || epoch > lane.sealed + MOST_EPOCHS_AHEAD) return 'known';
    const key = laneKey(laneId, epoch);
    if (tables.queues.deliver.get(key) !== undefined || tables.queues.confirmMint.get(key) !== undefined)
      return 'known';
    const verified = verifyBundle(bundle, consortium);
    const { header } = verified;
    if (header.bridge !== options.bridge || header.tradingChainId !== options.tradingChainId) {
      throw new Fault('BRIDGE_WRONG', `the bundle is for bridge ${header.bridge}`);
    }
    const writes = tables.writes('peers/bundle');
    const isNews = acceptBundle(bundle, verified, modules, writes);
    await writes.commit();
    lanes.sealed(laneId, epoch);
    return isNews ? 'news' : 'known';
  };
}

/** Attestations: by an attestor in force, over a block that is near, one kept per attestor and block. */
export function receiveAttestation(
  modules: Pick<ReleaseModules, 'attestations' | 'tables' | 'clock'> & {
    readonly asset: Pick<AssetChain, 'attestors'>;
  },
  latest: () => bigint,
): Receive {
  const set = cachedSet(modules.asset, modules.clock);
  return async (text) => {
    const row = attestationFromWire(text);
    const away = row.blockNumber > latest() ? row.blockNumber - latest() : latest() - row.blockNumber;
    if (away > MOST_BLOCKS_AWAY) return 'known';
    const known = modules.attestations.get(row.blockNumber, row.attestor);
    // By what it says and not by its bytes: one attestor can sign the same any number of times.
    if (known?.blockHash === row.blockHash && known.stateRoot === row.stateRoot) return 'known';
    modules.attestations.verify(row, await set());
    const writes = modules.tables.writes('peers/attestation');
    modules.attestations.keep(row, writes);
    await writes.commit();
    return 'news';
  };
}

function cachedSet(asset: Pick<AssetChain, 'attestors'>, clock: () => number): () => Promise<AttestorSet> {
  let read: { readonly atMs: number; readonly set: AttestorSet } | undefined;
  return async () => {
    if (read === undefined || clock() - read.atMs > SET_AGE_MS) {
      const set = await asset.attestors();
      if (set === undefined) throw new Fault('EPOCH_UNKNOWN', 'no attestor set is in force yet');
      read = { atMs: clock(), set };
    }
    return read.set;
  };
}
