import type { Logger } from 'pino';
import type { EventRing } from './chronicle/eventRing.ts';
import type { Lanes } from './lanes.ts';
import type { Metrics } from './metrics.ts';
import type { Stage } from './stage.ts';
import type { LaneSupply, SupplyBook } from './supplyBook.ts';
import { Wake } from './wake.ts';

interface Options {
  /** How often the supplies are compared. */
  readonly everyMs: number;
}

interface Modules {
  readonly supplies: Pick<SupplyBook, 'read'>;
  readonly lanes: Lanes;
  readonly metrics: Metrics;
  readonly live: EventRing;
  readonly log: Logger;
  readonly clock: () => number;
}

/** Compares what both chains say about every record now and then: minted + held + outboxed is what was sealed and attested. */
export function supplyAudit({ everyMs }: Options, modules: Modules): Stage<'audit'> {
  let nextMs = 0;
  const { metrics, lanes, supplies, clock } = modules;
  return {
    name: 'supply-audit',
    wake: new Wake(),
    idleMs: everyMs,
    next: () => Promise.resolve(clock() < nextMs ? undefined : 'audit'),
    run: async () => {
      nextMs = clock() + everyMs;
      const all: LaneSupply[] = [];
      for (const { laneId } of lanes.all()) all.push(await supplies.read(laneId));
      metrics.supply(all);
      for (const supply of all) report(supply, modules);
      metrics.list.supplyAudited.set(Math.floor(clock() / 1_000));
    },
    postpone: () => Promise.resolve(),
    park: () => Promise.resolve(),
    transferId: () => 'supply',
  };
}

function report({ laneId, records, block }: LaneSupply, { log, live }: Modules): void {
  for (const { rightsId, difference } of records) {
    if (difference === 0n) continue;
    const line = { code: 'SUPPLY_DIFFERS', rightsId, difference: difference.toString(), block: block.toString() };
    log.error({ ...line, transferId: laneId.toString() }, 'the chains disagree about the units of a record');
    live.say('fault', laneId, line);
  }
}
