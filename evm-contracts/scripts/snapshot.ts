/**
 * Writes snapshots/gas.json and snapshots/sizes.json; with `--check` fails when they are not what is measured.
 *
 *     node scripts/snapshot.ts [--check]
 */
import { readArtefact } from './artefact.ts';
import { writeOrCheck } from './checkedFile.ts';
import { measureGas } from './gas/measure.ts';

/** Bytes; the chain's own limit is 24,576. */
const MAX_DEPLOYED_BYTES = 20_480;

const contracts = [
  'AssetChainClient',
  'AssetState1Verifier',
  'AssetState16Verifier',
  'Backings',
  'Bridge',
  'MirrorToken',
  'MirrorTokenFactory',
  'VenueRoles',
];

const sizes = Object.fromEntries(
  contracts.map((contract) => [contract, readArtefact(contract).deployedBytecode.object.length / 2 - 1]),
);
const tooLarge = Object.entries(sizes).filter(([, bytes]) => bytes > MAX_DEPLOYED_BYTES);
for (const [contract, bytes] of tooLarge)
  process.stderr.write(`${contract} has ${bytes} bytes of ${MAX_DEPLOYED_BYTES}.\n`);

const fresh = Object.entries({ gas: await measureGas(), sizes }).map(([name, values]) =>
  writeOrCheck(
    new URL(`../snapshots/${name}.json`, import.meta.url),
    `${JSON.stringify(values, null, 2)}\n`,
    process.argv,
  ),
);
if (fresh.includes(false))
  process.stderr.write('The snapshots are old: run `npm run snapshot --workspace evm-contracts`.\n');
if (fresh.includes(false) || tooLarge.length > 0) process.exitCode = 1;
