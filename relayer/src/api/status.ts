import type { Queues } from '../db/tables.ts';
import type { Heads } from '../heads.ts';
import type { Lanes } from '../lanes.ts';
import type { Route } from './server.ts';

interface Modules {
  readonly node: string;
  readonly operator: string;
  readonly lanes: Lanes;
  readonly heads: Heads;
  readonly queues: Queues;
  readonly peers: () => readonly string[];
  readonly waitingFor: () => readonly string[];
}

/** `/v1/status`: where this node stands and what waits. */
export function statusRoute({ node, operator, lanes, heads, queues, peers, waitingFor }: Modules): Route {
  return (path) => {
    if (path !== '/v1/status') return Promise.resolve(undefined);
    const body = {
      node,
      operator,
      waitingFor: waitingFor(),
      tradingChain: { applied: heads.latest, final: heads.final },
      lanes: lanes.all(),
      peers: peers(),
      queues: Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, queue.measure()])),
      parked: Object.entries(queues).flatMap(([name, queue]) => parkedIn(name, queue.all())),
    };
    return Promise.resolve({ status: 200, body });
  };
}

interface Parked {
  readonly id: string;
  readonly parked?: object | undefined;
}

function parkedIn(stage: string, jobs: Iterable<Parked>): object[] {
  return [...jobs].flatMap(({ id, parked }) => (parked === undefined ? [] : [{ stage, id, ...parked }]));
}
