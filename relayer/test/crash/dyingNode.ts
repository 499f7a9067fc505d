import { parseArgs } from 'node:util';
import { readConfig } from '../../src/config/readConfig.ts';
import { openAssetChain, openTradingChain } from '../../src/connect.ts';
import type { CommitPoint } from '../../src/db/commitPoints.ts';
import { openTables } from '../../src/db/tables.ts';
import { openLog } from '../../src/log.ts';
import { runNode } from '../../src/node.ts';
import { clumsy } from './clumsy.ts';
import { Life } from './death.ts';
import { DeathFiles } from './deathFiles.ts';
import { troubleFor } from './places.ts';

// node relayer/test/crash/dyingNode.ts --config <file>: the node, killed by SIGKILL at the write that its files name

/** Far enough to see from which stage a chain is asked. */
Error.stackTraceLimit = 30;

const { values } = parseArgs({ options: { config: { type: 'string', default: '' } } });
const files = new DeathFiles(values.config);
const config = readConfig(values.config);
const control = new AbortController();
const end = (): void => {
  control.abort();
};
process.once('SIGINT', end).once('SIGTERM', end);

const counts = new Map<CommitPoint, number>();
const { due } = files;
const life = new Life(due, seen, die);
const trouble = due === undefined ? undefined : troubleFor(due.point);
await runNode(config, openLog(config.log.level, config.node), control, {
  tables: async (directory, clock) => life.within(await openTables(directory, clock)),
  asset: (...about) => {
    const chain = openAssetChain(...about);
    return chain === undefined || trouble === undefined ? chain : clumsy(chain, trouble);
  },
  trading: (...about) => {
    const chain = openTradingChain(...about);
    return trouble === undefined ? chain : clumsy(chain, trouble);
  },
});

function seen(point: CommitPoint): number {
  files.visit(point);
  const count = (counts.get(point) ?? 0) + 1;
  counts.set(point, count);
  return count;
}

function die(): void {
  if (due !== undefined) files.die(due);
  process.kill(process.pid, 'SIGKILL');
}
