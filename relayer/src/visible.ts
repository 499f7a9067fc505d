import { openAdmin } from './admin/server.ts';
import type { ApiModules } from './api/modules.ts';
import { openApi } from './api/server.ts';
import type { Attempt, WatchAttempt } from './chronicle/attempts.ts';
import { openTraces } from './chronicle/traces.ts';
import { rolesOf } from './config/roles.ts';
import type { PeerNetwork } from './peers/network.ts';
import type { Composed } from './pipelines.ts';
import type { Readiness } from './readiness.ts';

export interface Visible extends AsyncDisposable {
  /** Of the API. */
  readonly port: number;
  /** To be told of every attempt of every stage. */
  readonly watch: WatchAttempt;
}

/** All by which people and machines see a node, and the socket by which its operator speaks to it. */
export async function openVisible(
  { ground, shared, mint }: Composed,
  peers: PeerNetwork,
  readiness: Readiness,
): Promise<Visible> {
  const { config, tables, cards, log, clock } = ground;
  const { node, operator, traces } = config;
  await using opening = new AsyncDisposableStack();
  shared.metrics.measureProcess();
  const seen = {
    ...{ node, operator, roles: rolesOf(config), cards, tables, clock },
    peers: () => peers.facts(),
    waitingFor: () => readiness.waitingFor(),
    sealing: sealingOf(ground, mint),
  };
  const api = await openApi(config.http, { ...seen, ...shared }, log);
  opening.defer(() => api.close());
  if (config.admin !== undefined) {
    const admin = await openAdmin(config.admin.socket, { ...shared, tables, log });
    opening.defer(() => admin.close());
  }
  const sent = traces === undefined ? undefined : await openTraces(traces.endpoint, node);
  opening.defer(() => sent?.close());
  const open = opening.move();
  return {
    port: api.port,
    watch: (attempt) => {
      shared.lastFaults.watch(attempt);
      sent?.watch(attempt);
      tell(attempt, shared.live);
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function sealingOf({ asset }: Composed['ground'], mint: Composed['mint']): ApiModules['sealing'] {
  if (asset === undefined || mint?.gateway === undefined) return undefined;
  const { desk, lanes } = mint.gateway.modules;
  const { mspId } = mint.gateway.options;
  return {
    asset,
    waiting: (laneId) => (lanes.get(laneId)?.custodian === mspId ? desk.waiting(laneId) : undefined),
  };
}

/** A fault that time heals is no news. */
function tell({ stage, transferId, fault }: Attempt, live: Composed['shared']['live']): void {
  if (fault === undefined || fault.remedy === 'retry') return;
  live.say('fault', undefined, { stage, transferId, code: fault.code, sentence: fault.sentence });
}
