import { Fault } from '@twinspan/protocol';
import type { AssetChain, AssetEvent } from '@twinspan/sdk';
import { agreed } from './agreement.ts';
import { Failover } from './failover.ts';
import type { FailoverModules, Source } from './failover.ts';
import { failingOver } from './failingOver.ts';

type Peers = Failover<AssetChain>;

/** How often the peers' heights are compared. One that has not got in this time what another had is behind. */
const COMPARE_MS = 3_000;

/**
 * The asset chain over one or two peers of the own org. Any that works is asked; what an act follows from, an epoch's
 * header and the lane's outbox, is compared where both have it. While events are read the heights are compared, so that
 * nobody waits at a peer that hangs or is cut off from the orderers.
 */
export function overPeers(
  sources: readonly Source<AssetChain>[],
  modules: FailoverModules,
  compareMs = COMPARE_MS,
): AssetChain {
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
    events: (options) => events(peers, modules, { ...options, compareMs }),
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

interface Height {
  readonly name: string;
  readonly height: bigint;
  readonly chain: AssetChain;
}

/** The newest height of all and who has it, and every peer's own. */
async function heights(
  peers: Peers,
  { metrics }: FailoverModules,
): Promise<Height & { readonly all: readonly Height[] }> {
  const answers = await peers.some(async (chain) => ({ height: await chain.height(), chain }));
  const all = answers.map(({ name, answer }) => ({ name, ...answer }));
  const [first] = all;
  if (first === undefined) throw new Fault('CHAIN_UNREACHABLE', 'no peer answers');
  const best = all.reduce((most, one) => (one.height > most.height ? one : most), first);
  for (const { name, height } of all) {
    metrics.list.endpointBehind.set({ endpoint: name }, Number(best.height - height));
  }
  return { ...best, all };
}

type EventsOptions = Parameters<AssetChain['events']>[0] & { readonly compareMs: number };

/**
 * From the peer that is furthest ahead when the stream is opened. When it breaks, or its peer fails or falls behind, it
 * ends, and its reader opens it anew.
 */
async function* events(
  peers: Peers,
  modules: FailoverModules,
  { compareMs, ...options }: EventsOptions,
): AsyncGenerator<AssetEvent> {
  const { chain } = await heights(peers, modules);
  const use = peers.useOf(chain);
  const compare = comparison(peers, modules);
  const timer = setInterval(() => void compare(), compareMs);
  try {
    yield* chain.events({ ...options, signal: AbortSignal.any([options.signal, use]) });
  } finally {
    clearInterval(timer);
  }
}

/** A look at all heights: a peer is behind if it has not even what another had at the look before. */
function comparison(peers: Peers, modules: FailoverModules): () => Promise<void> {
  let before = 0n;
  let isLooking = false;
  return async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const { height, all } = await heights(peers, modules);
      const behind = all.filter((one) => one.height < before).map(({ name }) => name);
      peers.rank((name) => behind.includes(name));
      before = height;
    } catch {
      // Nobody answers: whoever asks for something is told so.
    } finally {
      isLooking = false;
    }
  };
}
