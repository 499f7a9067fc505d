import { readAddressBook } from '@twinspan/sdk';
import type { Logger } from 'pino';
import type { Config } from './config/schema.ts';
import { readKey } from './config/secrets.ts';
import { openAssetChain, openTradingChain } from './connect.ts';
import { openTables } from './db/tables.ts';
import { Metrics } from './metrics.ts';
import { readCards } from './peers/cards.ts';
import { catchUpStage } from './peers/fetch/catchUp.ts';
import type { Question } from './peers/fetch/protocol.ts';
import { itemsFor as shelved } from './peers/fetch/shelf.ts';
import { openPeerNetwork } from './peers/network.ts';
import type { PeerNetwork } from './peers/network.ts';
import type { TopicName } from './peers/topics.ts';
import { composeAll, feedsOf, receiversOf, runnerOf, stagesOf } from './pipelines.ts';
import type { Composed, Runner } from './pipelines.ts';
import { reconcile } from './reconcile.ts';
import { Readiness } from './readiness.ts';
import { steadyClock } from './steadyClock.ts';
import { openVisible } from './visible.ts';

/** How a node comes by its store and its chains; a crash test has ones that die or fail where it says. */
export interface Openers {
  readonly tables: typeof openTables;
  readonly asset: typeof openAssetChain;
  readonly trading: typeof openTradingChain;
}

const ordinary: Openers = { tables: openTables, asset: openAssetChain, trading: openTradingChain };

/** The node: options, store, chains, peers, stages, API; closed in reverse. Resolves when the signal aborts. */
export async function runNode(
  config: Config,
  log: Logger,
  control: AbortController,
  open: Openers = ordinary,
): Promise<void> {
  const { signal } = control;
  await using closing = new AsyncDisposableStack();
  const book = readAddressBook(config.trading.addressBookFile);

  const clock = steadyClock();
  const tables = await open.tables(config.directory, clock);
  closing.defer(() => tables.close());

  const metrics = new Metrics();
  const asset = open.asset(config, { metrics, log, clock });
  closing.defer(() => {
    asset?.close();
  });
  const trading = open.trading(config, book, { metrics, log, clock });

  // Peers need the pipelines and the pipelines need peers: what is said before the network is open is not said.
  const outlet: { network?: PeerNetwork } = {};
  const publish = (topic: TopicName, text: string): void => outlet.network?.publish(topic, text);
  const { consortium, addresses, chainId } = book;
  const domain = { tradingChainId: BigInt(chainId), bridge: addresses.bridge };
  const cards = await readCards(config.peers.cards, domain);
  const ground = { config, metrics, tables, asset, trading, consortium, cards, log, clock, publish };
  const composed = await composeAll(ground);
  const { shared } = composed;
  closing.defer(endingProofs(composed, signal));

  const peers = await openPeers(composed);
  outlet.network = peers;
  closing.defer(() => peers.close());

  const readiness = new Readiness();
  const { port, watch } = closing.use(await openVisible(composed, peers, readiness));
  log.info({ peerId: peers.peerId, port }, 'listening');

  const startBlock = await reconcile(composed, signal);
  const tools = { log, metrics: shared.metrics, watch };
  const runners = [...feedsOf(composed, startBlock, signal), ...stagesOf(composed), ...peerStages(peers, composed)];
  const running = runners.map((runner) => runner.run(tools, signal));
  readiness.done('both chains');
  await settle(running, control);
}

/** Ends the prover when the node ends, so that no stage waits for a proof. @returns what ends it */
function endingProofs({ back }: Composed, signal: AbortSignal): () => Promise<void> {
  const end = (): Promise<void> => back.proving?.prover.close() ?? Promise.resolve();
  signal.addEventListener('abort', () => void end(), { once: true });
  return end;
}

function openPeers(composed: Composed): Promise<PeerNetwork> {
  const { ground, shared } = composed;
  const { node, peers } = ground.config;
  const options = {
    ...peers,
    seed: readKey(peers.keyFile),
    cards: ground.cards.filter((card) => card.node !== node),
    bridge: ground.trading.addresses.bridge,
  };
  const itemsFor = (question: Question): AsyncIterable<string> => shelved(question, { ...ground, ...shared });
  return openPeerNetwork(options, { receive: receiversOf(composed), itemsFor, ...shared, ...ground });
}

function peerStages(peers: PeerNetwork, { ground, shared, mint }: Composed): Runner[] {
  const options = { idleMs: 500, learnsLanes: mint?.options.learnsLanes === true };
  const catchUp = catchUpStage(options, { ...ground, ...shared, ...peers, wake: peers.arrivals });
  return [runnerOf(peers.dialStage), runnerOf(catchUp)];
}

/** When one stage ends, all end; the first error is the one that counts. */
async function settle(running: readonly Promise<void>[], control: AbortController): Promise<void> {
  try {
    await Promise.race(running);
    await Promise.all(running);
  } finally {
    control.abort();
    await Promise.allSettled(running);
  }
}
