// SPDX-License-Identifier: GPL-3.0-only
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { contribute, finishCeremony, startCeremony, verifyKeys } from './ceremonySteps.ts';
import { ROOT } from './declaration.ts';
import { stopThreads } from './stopThreads.ts';

const USAGE = `npm run ceremony -- <step>: production keys for one circuit

  start      --circuit NAME --ptau FILE --work DIR     set up from a public powers-of-tau file
  contribute --work DIR --name WHO                     add one contribution (each party on its own machine, passing DIR on)
  finish     --work DIR --ptau FILE --out DIR --beacon HEX [--beacon-exponent 10]
                                                       beacon, verification, keys, pins and verifier contract in DIR/NAME
  verify     --circuit NAME --ptau FILE --out DIR      verify finished keys once more

The powers-of-tau file must have the hash pinned in circuits/keys/powersOfTau.json, or the one given as --ptau-blake2b.
`;

const OPTIONS = ['circuit', 'ptau', 'ptau-blake2b', 'work', 'name', 'out', 'beacon', 'beacon-exponent'] as const;
const PinnedPowers = z.record(z.string(), z.object({ power: z.number(), url: z.string(), blake2b: z.string() }));

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }])),
  });
  const need = (name: (typeof OPTIONS)[number]): string => {
    const value = values[name];
    if (typeof value !== 'string') throw new Error(`--${name} is missing\n\n${USAGE}`);
    return value;
  };
  const powersHash = (circuit: string): string =>
    typeof values['ptau-blake2b'] === 'string' ? values['ptau-blake2b'] : pinnedHash(circuit);
  switch (positionals[0]) {
    case 'start':
      return startCeremony(need('circuit'), need('ptau'), powersHash(need('circuit')), need('work'));
    case 'contribute':
      console.log(`publish this hash of the contribution: ${await contribute(need('work'), need('name'))}`);
      return;
    case 'finish': {
      const iterationsExponent = Number(values['beacon-exponent'] ?? 10);
      return finishCeremony(need('work'), need('ptau'), { value: need('beacon'), iterationsExponent }, need('out'));
    }
    case 'verify':
      return verifyKeys(need('circuit'), need('ptau'), powersHash(need('circuit')), need('out'));
    default:
      throw new Error(USAGE);
  }
}

function pinnedHash(circuit: string): string {
  const file = join(ROOT, 'circuits', 'keys', 'powersOfTau.json');
  const pinned = PinnedPowers.parse(JSON.parse(readFileSync(file, 'utf8')))[circuit];
  if (!pinned) throw new Error(`${file} has no powers of tau for ${circuit}`);
  return pinned.blake2b;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stopThreads();
}
