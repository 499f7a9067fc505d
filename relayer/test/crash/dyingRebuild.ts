import { openTables } from '../../src/db/tables.ts';
import { rebuildStore } from '../../src/db/rebuild.ts';
import { Life } from './death.ts';
import type { Death } from './death.ts';

// node relayer/test/crash/dyingRebuild.ts <store> before|after <hit>: rebuilds a store, and is killed at its hit-th write

const [store = '', when, hit] = process.argv.slice(2);
let writes = 0;
const death: Death = { point: 'rebuild/keep', when: when === 'before' ? 'before' : 'after', hit: Number(hit) };
const life = new Life(
  death,
  () => ++writes,
  () => process.kill(process.pid, 'SIGKILL'),
);
await rebuildStore(store, '1', async (directory, clock) => life.within(await openTables(directory, clock)));
