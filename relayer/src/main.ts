import { parseArgs } from 'node:util';
import { readAddressBook } from '@twinspan/sdk';
import type { Logger } from 'pino';
import { messagesRoute } from './api/messages.ts';
import { openApi } from './api/server.ts';
import { statusRoute } from './api/status.ts';
import { asFault } from './asFault.ts';
import { lookAtAll } from './back/1-observe.ts';
import { composeBack, composeMint, composeRelease, composeShared } from './compose.ts';
import { readConfig } from './config/readConfig.ts';
import type { Config } from './config/schema.ts';
import { readKey } from './config/secrets.ts';
import { openAssetChain, openTradingChain } from './connect.ts';
import { openTables } from './db/tables.ts';
import { openLog } from './log.ts';
import { reconcileLanes } from './mint/1-observe.ts';
import { readCards } from './peers/cards.ts';
import { openPeerNetwork } from './peers/network.ts';
import type { PeerNetwork } from './peers/network.ts';
import type { TopicName } from './peers/topics.ts';
import { receiveAttestation, receiveBundle } from './peers/receivers.ts';
import { feedsOf, runnerOf, stagesOf } from './pipelines.ts';
import type { Composed } from './pipelines.ts';
import { Readiness } from './readiness.ts';
import { retryWaitMs } from './retrySchedule.ts';
import { Wake } from './wake.ts';

// node relayer/src/main.ts --config <file>

/** sysexits: a configuration that cannot be used, and an assumption that turned out false. */
const EXIT_CONFIG = 78;
const EXIT_HALT = 70;

/** The node: options, store, chains, peers, stages, API; closed in reverse. Resolves when the signal aborts. */
async function runNode(config: Config, log: Logger, control: AbortController): Promise<void> {
  const { signal } = control;
  await using closing = new AsyncDisposableStack();
  const book = readAddressBook(config.trading.addressBookFile);

  const tables = await openTables(config.directory);
  closing.defer(() => tables.close());

  const asset = openAssetChain(config);
  closing.defer(() => {
    asset.close();
  });
  const trading = openTradingChain(config, book);

  // Peers need the pipelines and the pipelines need peers: what is said before the network is open is not said.
  const outlet: { network?: PeerNetwork } = {};
  const publish = (topic: TopicName, text: string): void => outlet.network?.publish(topic, text);
  const { consortium, addresses, chainId } = book;
  const domain = { tradingChainId: BigInt(chainId), bridge: addresses.bridge };
  const cards = await readCards(config.peers.cards, domain);
  const ground = { config, tables, asset, trading, consortium, cards, log, clock: Date.now, publish };
  const shared = await composeShared(ground);
  const mint = composeMint(ground, shared);
  const back = composeBack(ground, shared);
  const release = await composeRelease(ground, shared);
  const composed = { ground, shared, mint, back, release };
  closing.defer(() => back?.prover.close());

  const peers = await openPeers(composed);
  outlet.network = peers;
  closing.defer(() => peers.close());

  const readiness = new Readiness();
  const api = await serve(composed, peers, readiness);
  closing.defer(() => api.close());
  log.info({ peerId: peers.peerId, port: api.port }, 'listening');

  const startBlock = await reconcile(composed, signal);
  const tools = { log, metrics: shared.metrics };
  const runners = [...feedsOf(composed, startBlock, signal), ...stagesOf(composed), runnerOf(peers.dialStage)];
  const running = runners.map((run) => run(tools, signal));
  readiness.done('both chains');
  await settle(running, control);
}

function openPeers({ ground, shared, mint, release }: Composed): Promise<PeerNetwork> {
  const { node, peers } = ground.config;
  const options = {
    listen: peers.listen,
    seed: readKey(peers.keyFile),
    peers: ground.cards.filter((card) => card.node !== node),
    bridge: mint.options.bridge,
    redialMs: peers.redialMs,
  };
  const receive = {
    bundles: receiveBundle(mint.options, mint.modules),
    attestations: receiveAttestation(release.modules, () => shared.heads.latest),
  };
  return openPeerNetwork(options, { receive, metrics: shared.metrics, log: ground.log });
}

function serve({ ground, shared }: Composed, peers: PeerNetwork, readiness: Readiness): ReturnType<typeof openApi> {
  const { config, tables } = ground;
  const waitingFor = (): readonly string[] => readiness.waitingFor();
  const status = statusRoute({
    node: config.node,
    operator: config.operator,
    lanes: shared.lanes,
    heads: shared.heads,
    queues: tables.queues,
    peers: () => peers.connected(),
    waitingFor,
  });
  return openApi(config.http, { metrics: shared.metrics, waitingFor, routes: [messagesRoute(tables), status] });
}

/**
 * Asks both chains where everything stands, before anything is done. Whatever happens from the returned block on comes
 * through the feed, so nothing falls between.
 */
async function reconcile({ ground, mint, back }: Composed, signal: AbortSignal): Promise<bigint> {
  const pause = new Wake();
  for (let attempts = 1; ; attempts++) {
    try {
      const height = await ground.asset.height();
      await reconcileLanes(mint.options, mint.modules);
      const writes = ground.tables.writes('start/rouse');
      // Whoever starts a node again has seen to what it was waiting for.
      for (const queue of Object.values(ground.tables.queues)) queue.rouseParked(writes);
      if (back !== undefined) await lookAtAll(writes, back.options, back.modules);
      await writes.commit();
      return height - 1n;
    } catch (error) {
      const fault = asFault(error);
      if (fault.remedy !== 'retry' || signal.aborted) throw fault;
      ground.log.warn({ code: fault.code, sentence: fault.sentence }, 'waiting for the chains');
      await pause.wait(retryWaitMs(attempts, Math.random()), signal);
    }
  }
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

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  const control = new AbortController();
  let log = openLog('info', '');
  try {
    const config = readConfig(values.config ?? 'relayer.json');
    log = openLog(config.log.level, config.node);
    const end = (): void => {
      control.abort();
    };
    process.once('SIGINT', end).once('SIGTERM', end);
    await runNode(config, log, control);
    log.info('stopped');
  } catch (error) {
    if (control.signal.aborted && asFault(error).remedy !== 'halt') return;
    const { code, sentence, stack } = asFault(error);
    log.fatal({ code, sentence, stack }, 'node ends');
    process.exitCode = code === 'CONFIG_BAD' || code === 'CARD_BAD' ? EXIT_CONFIG : EXIT_HALT;
  }
}

await main();
