import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { bundleFromWire, connectTradingChain, readAddressBook } from '@twinspan/sdk';
import { signerOf } from '../../src/chains/signer.ts';
import { openTables } from '../../src/db/tables.ts';
import { steadyClock } from '../../src/steadyClock.ts';
import { CarrierNode } from '../fakes/carrierNode.ts';
import { termsSchema } from './terms.ts';
import type { Terms } from './terms.ts';

// node relayer/test/race/carrier.ts <file of terms>: one carrier of a race, until it is killed.

const MAX_FEE_PER_GAS = 1_000_000_000_000n;
const STUCK_MS = 30_000;

async function openCarrier(terms: Terms): Promise<CarrierNode> {
  const { consortium, chainId, addresses } = readAddressBook(terms.addressBookFile);
  const trading = connectTradingChain({ rpcUrl: terms.rpcUrl, chainId, addresses, finality: { depth: 2 } });
  const clock = steadyClock();
  const tables = await openTables(terms.directory, clock);
  const signers = terms.keys.map((key) => signerOf(key, chainId));
  const options = { ...terms, maxFeePerGas: MAX_FEE_PER_GAS, stuckMs: STUCK_MS };
  return new CarrierNode(options, { trading, tables, signers, consortium, clock });
}

/** Bundles come by and by, as peers would send them; after a restart those from before come at once. */
async function hear({ bundlesFile, startAtMs, gapMs, lagMs }: Terms, carrier: CarrierNode): Promise<void> {
  const bundles = readFileSync(bundlesFile, 'utf8').trimEnd().split('\n').map(bundleFromWire);
  for (const [place, bundle] of bundles.entries()) {
    const dueMs = startAtMs + place * gapMs + Math.random() * lagMs;
    if (dueMs > Date.now()) await delay(dueMs - Date.now());
    await again(() => carrier.adopt(bundle));
  }
}

/** Until the chain answers: the link to it is bad on purpose. */
async function again(act: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await act();
      return;
    } catch {
      await delay(100);
    }
  }
}

const [file = ''] = process.argv.slice(2);
const terms = termsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
const carrier = await openCarrier(terms);
await again(() => carrier.start());
await Promise.all([carrier.run(new AbortController().signal), hear(terms, carrier)]);
