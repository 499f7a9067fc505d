import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deployBridge } from '@twinspan/evm-contracts/deploy';
import { assetClasses, attestorAddressOf, jurisdictions, packPolicy } from '@twinspan/protocol';
import type { BridgeLane, Hex } from '@twinspan/protocol';
import { connectTradingChain } from '@twinspan/sdk';
import type { ContractAddresses, FinalityRule, HeldMessage, TradingChain } from '@twinspan/sdk';
import { pino } from 'pino';
import type { LocalAccount } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { overEndpoints } from '../../src/chains/tradingEndpoints.ts';
import { configSchemaAt } from '../../src/config/schema.ts';
import type { Config } from '../../src/config/schema.ts';
import type { Ground } from '../../src/compose.ts';
import { openTables } from '../../src/db/tables.ts';
import { Metrics } from '../../src/metrics.ts';
import { composeAll, feedsOf, stagesOf } from '../../src/pipelines.ts';
import type { Composed } from '../../src/pipelines.ts';
import { reconcile } from '../../src/reconcile.ts';
import { attestationFromWire } from '../../src/release/attestations.ts';
import type { Attestation } from '../../src/release/attestations.ts';
import { MemoryConsortium } from '../fakes/consortium.ts';
import { LANE, MemoryAsset } from '../fakes/memoryAsset.ts';
import { AnvilChain } from './anvilChain.ts';
import { HostileRpc } from './hostileRpc.ts';
import { ReleasingAsset } from './releasingAsset.ts';

const CHAIN_ID = 31_337;
const TIMEOUT_MS = 1_000;

export interface SceneOptions {
  /** Endpoints of the node, each with a proxy of its own before the one chain; default 1. */
  readonly endpoints?: number;
  readonly finality?: FinalityRule;
  readonly spanBlocks?: number;
}

const openPolicy = {
  allowedClasses: Object.values(assetClasses),
  allowedJurisdictions: Object.values(jurisdictions),
  minRating: 0,
  maxAppraisalAge: 86_400,
  maxLtvBps: 10_000,
  requireFiling: false,
  requireUnencumbered: false,
};

/** One node with all its stages, as it runs, between a real trading chain behind proxies and an asset chain in memory. */
export class FaultScene implements AsyncDisposable {
  readonly anvil: AnvilChain;
  readonly proxies: readonly HostileRpc[];
  readonly asset: MemoryAsset;
  readonly releasing: ReleasingAsset;
  readonly composed: Composed;
  /** Straight to the chain: the truth. */
  readonly truth: TradingChain;
  readonly attested: readonly Attestation[];
  readonly #ends: AsyncDisposableStack;

  private constructor(parts: Parts, ends: AsyncDisposableStack) {
    this.anvil = parts.anvil;
    this.proxies = parts.proxies;
    this.asset = parts.asset;
    this.releasing = parts.releasing;
    this.composed = parts.composed;
    this.truth = parts.truth;
    this.attested = parts.attested;
    this.#ends = ends;
  }

  static async start(options: SceneOptions = {}): Promise<FaultScene> {
    await using ends = new AsyncDisposableStack();
    const anvil = ends.use(await AnvilChain.start());
    const deployer = privateKeyToAccount(generatePrivateKey());
    const keys = { carrier: generatePrivateKey(), attestor: generatePrivateKey() };
    const funded = [deployer.address, privateKeyToAccount(keys.carrier).address];
    for (const address of funded) await anvil.call('anvil_setBalance', address, `0x${(10n ** 21n).toString(16)}`);
    const consortium = new MemoryConsortium();
    const addresses = await deploy(anvil, deployer, consortium);
    // Far enough behind that no reorganization of a test takes the contracts away.
    await anvil.mine(64);
    const proxies: HostileRpc[] = [];
    for (let i = 0; i < (options.endpoints ?? 1); i++) proxies.push(ends.use(await HostileRpc.start(anvil.url)));

    const asset = new MemoryAsset(BigInt(CHAIN_ID), addresses.bridge, consortium);
    const domain = { tradingChainId: BigInt(CHAIN_ID), bridge: addresses.bridge };
    const releasing = new ReleasingAsset(
      asset,
      { attestors: [attestorAddressOf(keys.attestor)], threshold: 1 },
      domain,
    );
    const directory = mkdtempSync(join(tmpdir(), 'twinspan-faults-'));
    ends.defer(() => rm(directory, { recursive: true }));
    const config = configIn(directory, keys, options);
    const connect = (rpcUrl: string): TradingChain =>
      connectTradingChain({
        ...{ rpcUrl, chainId: CHAIN_ID, addresses, finality: config.trading.finality, timeoutMs: TIMEOUT_MS },
        account: deployer,
        maxResponseBytes: 4 * 1024 * 1024,
      });
    const { composed, attested } = await composeNode(
      { config, asset: releasing.verbs(), consortium: consortium.consortium },
      proxies.map(({ url }) => connect(url)),
      ends,
    );
    await run(composed, ends);
    const parts = { anvil, proxies, asset, releasing, composed, truth: connect(anvil.url), attested };
    return new FaultScene(parts, ends.move());
  }

  /** Mines a block, lets the node look, and asks, until the answer is there. */
  async untilMined<Answer>(what: string, ask: () => Promise<Answer | undefined> | Answer | undefined): Promise<Answer> {
    for (let round = 0; round < 150; round++) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await this.anvil.mine();
      await pause(100);
    }
    throw new Error(`waited in vain for ${what}`);
  }

  lane(): Promise<BridgeLane> {
    return this.truth.bridgeLane(LANE);
  }

  /** Everything that was locked has crossed once: nothing is lost, and the contract takes nothing twice. */
  async allCarried(): Promise<BridgeLane> {
    return this.untilMined('all to be carried', async () => {
      const lane = await this.lane();
      const isDone = this.asset.waiting === 0 && lane.epoch === BigInt(this.asset.sealedEpochs);
      return isDone ? lane : undefined;
    });
  }

  /** Everything in the outbox has been given back once. */
  allHome(): Promise<true> {
    return this.untilMined('all to be home', async () => {
      const outboxed = await this.truth.outboxLength(LANE);
      return BigInt(this.releasing.released.length) === outboxed ? true : undefined;
    });
  }

  /** Times that a stage failed with this code. */
  async faults(code: string): Promise<number> {
    const { values } = await this.composed.shared.metrics.list.faults.get();
    return values.filter(({ labels }) => labels.code === code).reduce((sum, { value }) => sum + value, 0);
  }

  /** Sends a held message home, which appends to the outbox; mined with the next block. */
  async bounce(): Promise<HeldMessage> {
    const [trace] = (await this.truth.heldMessages(LANE)).filter(({ state }) => state === 'held');
    if (trace === undefined) throw new Error('nothing is held');
    await this.truth.bounce(trace.held, { nonce: await this.truth.nonce('latest') });
    return trace.held;
  }

  /** Attestations over blocks that are not as the chain has them. */
  async falseAttestations(): Promise<readonly Attestation[]> {
    const checked = await Promise.all(
      this.attested.map(async (one) => {
        const { hash, stateRoot } = await this.truth.block(one.blockNumber);
        return hash === one.blockHash && stateRoot === one.stateRoot ? [] : [one];
      }),
    );
    return checked.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const proxy of this.proxies) proxy.lie = undefined;
    await this.#ends.disposeAsync();
  }
}

interface Parts {
  readonly anvil: AnvilChain;
  readonly proxies: readonly HostileRpc[];
  readonly asset: MemoryAsset;
  readonly releasing: ReleasingAsset;
  readonly composed: Composed;
  readonly truth: TradingChain;
  readonly attested: readonly Attestation[];
}

async function deploy(
  anvil: AnvilChain,
  deployer: LocalAccount,
  { consortium }: MemoryConsortium,
): Promise<ContractAddresses> {
  const { members, threshold, assetChainId, chaincode } = consortium;
  const { address } = deployer;
  const book = await deployBridge({
    ...{ rpcUrl: anvil.url, deployer, members, threshold, assetChainId, chaincode },
    policy: packPolicy(openPolicy),
    roles: { admin: address, venue: address, compliance: address },
    // Anyone may send a held message home at once.
    holdPeriodSeconds: 0n,
  });
  await anvil.call('evm_setAutomine', false);
  const { assetChainClient, backings, bridge } = book.contracts;
  return {
    assetChainClient: assetChainClient.address,
    backings: backings.address,
    bridge: bridge.address,
    deployedAtBlock: BigInt(book.deployedAtBlock),
  };
}

function configIn(
  directory: string,
  keys: Readonly<Record<'carrier' | 'attestor', Hex>>,
  options: SceneOptions,
): Config {
  for (const [name, key] of Object.entries(keys)) writeFileSync(join(directory, name), key, { mode: 0o600 });
  const unused = 'unused';
  return configSchemaAt(directory).parse({
    node: 'a',
    operator: 'a',
    directory: 'store',
    trading: {
      endpoints: [{ url: 'http://unused' }],
      addressBookFile: unused,
      finality: options.finality ?? { depth: 2 },
      pollMs: 20,
      spanBlocks: options.spanBlocks ?? 100,
    },
    gateway: {
      ...{ mspId: 'CustodianMSP', certFile: unused, keyFile: unused, channel: unused, chaincode: 'rights' },
      ...{ recordOrgs: ['CustodianMSP'], peers: [{ endpoint: unused, tlsCaFile: unused }] },
    },
    carrier: { keyFiles: ['carrier'], stuckMs: 5_000 },
    attestor: { keyFile: 'attestor' },
    peers: { listen: unused, keyFile: unused, cards: [unused] },
    http: { port: 0 },
    mint: { gatherMs: 50, stateAgeMs: 50 },
    audit: { everyMs: 1_000 },
  });
}

/** The node as its own program composes it; only the network of peers is left out. */
async function composeNode(
  { config, asset, consortium }: Pick<Ground, 'config' | 'asset' | 'consortium'>,
  chains: readonly TradingChain[],
  ends: AsyncDisposableStack,
): Promise<{ composed: Composed; attested: Attestation[] }> {
  const tables = await openTables(config.directory);
  ends.defer(() => tables.close());
  const base = { metrics: new Metrics(), log: pino({ level: process.env.FAULT_LOG ?? 'silent' }), clock: Date.now };
  const endpoints = chains.map((chain, place) => ({
    name: `endpoint ${place + 1}`,
    chain,
    probe: () => chain.blockNumber(),
  }));
  const attested: Attestation[] = [];
  const composed = await composeAll({
    ...{ ...base, config, tables, asset, cards: [], consortium },
    trading: overEndpoints(endpoints, base),
    publish: (topic, text) => {
      if (topic === 'attestations') attested.push(attestationFromWire(text));
    },
  });
  return { composed, attested };
}

async function run(composed: Composed, ends: AsyncDisposableStack): Promise<void> {
  const control = new AbortController();
  const { ground, shared } = composed;
  const startBlock = await reconcile(composed, control.signal);
  const runners = [...feedsOf(composed, startBlock, control.signal), ...stagesOf(composed)];
  const running = runners.map((runner) => runner.run({ ...ground, ...shared }, control.signal));
  ends.defer(async () => {
    control.abort();
    await Promise.all(running);
  });
}
