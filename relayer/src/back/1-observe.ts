import type { Hex } from '@twinspan/protocol';
import type { Writes } from '../db/writes.ts';
import type { Observer } from '../observer.ts';
import type { ProveModules, ProveOptions } from './modules.ts';

/** A record is looked at when it, its listing or the policy changed, and when a reorganization may have taken its backing. */
export function backObserver(options: ProveOptions, modules: ProveModules): Observer {
  const { tables, clock } = modules;
  const look = (rightsId: Hex, writes: Writes): void => {
    tables.queues.prove.add(writes, rightsId, { rightsId }, { notBeforeMs: clock() + options.leaveForMs });
  };
  return {
    onAsset: (event, writes) => {
      if (event.name === 'RecordChanged') look(event.rightsId, writes);
      return Promise.resolve();
    },
    onTrading: async (event, writes) => {
      if (event.name === 'Listed') look(event.rightsId, writes);
      if (event.name === 'PolicySet') await lookAtAll(writes, options, modules);
    },
    onReorg: (_kept, writes) => {
      for (const { id } of [...tables.queues.prove.all()]) tables.queues.prove.rouse(writes, id);
      return Promise.resolve();
    },
  };
}

/** Every record of the own custodian is looked at: at start, and when the policy changed. */
export async function lookAtAll(writes: Writes, options: ProveOptions, modules: ProveModules): Promise<void> {
  const { asset, tables, clock } = modules;
  const notBeforeMs = clock() + options.leaveForMs;
  for await (const { rightsId, custodian } of asset.records()) {
    if (custodian === options.mspId) tables.queues.prove.add(writes, rightsId, { rightsId }, { notBeforeMs });
  }
}
