/**
 * Writes the golden vectors of every concept to `bridge/protocol/vectors`, one JSON file each:
 * `{...shared, count, cases: [...], refusedCount, refused: [...]}`. With `--check` it writes nothing and fails when a file is stale.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backedVectors, backingRuleVectors } from './vectors/backings.ts';
import { checkpointVectors } from './vectors/checkpoints.ts';
import { endorsedReadVectors } from './vectors/endorsedReads.ts';
import { epochVectorFiles } from './vectors/epochs.ts';
import { faultVectors } from './vectors/faults.ts';
import { idVectorFiles } from './vectors/ids.ts';
import { outboxVectors } from './vectors/outbox.ts';
import { boundVectors, policyVectors } from './vectors/policies.ts';
import { recordCommitmentVectors } from './vectors/records.ts';
import { jsonOf } from './vectors/vectorFile.ts';
import type { VectorFile } from './vectors/vectorFile.ts';

const folder = join(import.meta.dirname, '../vectors');

const files: Readonly<Record<string, VectorFile>> = {
  ...idVectorFiles,
  ...epochVectorFiles,
  'record-commitments': recordCommitmentVectors,
  policies: policyVectors,
  bounds: boundVectors,
  'backing-rules': backingRuleVectors,
  backed: backedVectors,
  outbox: outboxVectors,
  checkpoints: checkpointVectors,
  'endorsed-reads': endorsedReadVectors,
  faults: faultVectors,
};

const fresh = new Map(Object.entries(files).map(([name, file]) => [`${name}.json`, jsonOf(file)]));

function present(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json'));
}

function staleFiles(): string[] {
  const changed = [...fresh].filter(
    ([name, text]) => !present().includes(name) || readFileSync(join(folder, name), 'utf8') !== text,
  );
  return [...changed.map(([name]) => name), ...present().filter((name) => !fresh.has(name))];
}

mkdirSync(folder, { recursive: true });
const stale = staleFiles();
if (process.argv.includes('--check')) {
  for (const name of stale) console.error(`stale: bridge/protocol/vectors/${name}`);
  if (stale.length > 0) console.error('run: node bridge/protocol/scripts/vectors.ts');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const name of present()) if (!fresh.has(name)) rmSync(join(folder, name));
  for (const [name, text] of fresh) writeFileSync(join(folder, name), text);
  console.log(`${fresh.size} vector files, ${stale.length} changed`);
}
