import { Fault } from '@twinspan/protocol';
import type { AssetChain, AssetEvent } from '@twinspan/sdk';
import { agreed } from './agreement.ts';
import { Failover } from './failover.ts';
import type { FailoverModules, Source } from './failover.ts';
import { failingOver } from './failingOver.ts';

type Peers = Failover<AssetChain>;

/**
 * The asset chain over one or two peers of the own org. Any that works is asked; what an act follows from, an epoch's
 * header and the lane's outbox, is compared where both have it.
 */
export function overPeers(sources: readonly Source<AssetChain>[], modules: FailoverModules): AssetChain {
  const [first] = sources;
  if (first === undefined) throw new Fault('CONFIG_BAD', 'gateway.peers is empty');
  const peers = new Failover(sources, modules);
  const close = (): void => {
    for (const { chain } of sources) chain.close();
  };
  return {
    ...failingOver(first.chain, peers),
    close,
    [Symbol.dispose]: close,
    ...pagedVerbs(peers),
    events: (options) => events(peers, modules, options),
    height: async () => (await heights(peers, modules)).height,
    epoch: async (laneId, epoch) => {
      const views = await peers.some((chain) => chain.epoch(laneId, epoch));
      const known = views.filter(({ answer }) => answer !== undefined);
      return known.length === 0 ? undefined : agreed('epoch', known, (view) => view?.header ?? '', modules);
    },
    laneOutbox: async (laneId) => {
      const views = await peers.some((chain) => chain.laneOutbox(laneId));
      // The peer that is further ahead counts; two that are equally far must have the same head.
      const furthest = views.reduce(
        (most, { answer }) => (answer.releasedThrough > most ? answer.releasedThrough : most),
        0n,
      );
      const level = views.filter(({ answer }) => answer.releasedThrough === furthest);
      return agreed('outbox', level, ({ head }) => head, modules);
    },
  };
}

type Paged = 'records' | 'holdings' | 'lanes' | 'pendingLocks' | 'supplies' | 'dirty';

/** The verbs that answer page by page. */
function pagedVerbs(peers: Peers): Pick<AssetChain, Paged> {
  return {
    records: (size) => fromFirst(peers, (chain) => chain.records(size)),
    holdings: (rightsId, size) => fromFirst(peers, (chain) => chain.holdings(rightsId, size)),
    lanes: (size) => fromFirst(peers, (chain) => chain.lanes(size)),
    pendingLocks: (laneId, size) => fromFirst(peers, (chain) => chain.pendingLocks(laneId, size)),
    supplies: (laneId, size) => fromFirst(peers, (chain) => chain.supplies(laneId, size)),
    dirty: (laneId, size) => fromFirst(peers, (chain) => chain.dirty(laneId, size)),
  };
}

/** A peer that breaks off in the middle breaks the list off: the next attempt asks another from the start. */
async function* fromFirst<Item>(peers: Peers, list: (chain: AssetChain) => AsyncIterable<Item>): AsyncGenerator<Item> {
  const { iterator, first } = await peers.first(async (chain) => {
    const opened = list(chain)[Symbol.asyncIterator]();
    return { iterator: opened, first: await opened.next() };
  });
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** The newest height of all, and who has it. */
async function heights(peers: Peers, { metrics }: FailoverModules): Promise<{ height: bigint; chain: AssetChain }> {
  const answers = await peers.some(async (chain) => ({ height: await chain.height(), chain }));
  const [first] = answers;
  if (first === undefined) throw new Fault('CHAIN_UNREACHABLE', 'no peer answers');
  const best = answers.reduce((most, { answer }) => (answer.height > most.height ? answer : most), first.answer);
  for (const { name, answer } of answers) {
    metrics.list.endpointBehind.set({ endpoint: name }, Number(best.height - answer.height));
  }
  return best;
}

/** From the peer that is furthest ahead when the stream is opened; when it breaks, its reader opens it anew. */
async function* events(
  peers: Peers,
  modules: FailoverModules,
  options: Parameters<AssetChain['events']>[0],
): AsyncGenerator<AssetEvent> {
  const { chain } = await heights(peers, modules);
  yield* chain.events(options);
}
