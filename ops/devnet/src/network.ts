import { join, resolve } from 'node:path';
import { fabricBinaries, gethBinary } from './binaries.ts';
import type { Say } from './binaries.ts';
import { claimDirectory } from './claim.ts';
import { describe, writeDescription } from './describe.ts';
import type { Description } from './description.ts';
import { fundAccounts, makeAccounts } from './evm/accounts.ts';
import type { Account } from './evm/accounts.ts';
import { evmAddress, evmChild } from './evm/evmChild.ts';
import { chaincodeChild, ordererChild, peerChild } from './fabric/fabricChildren.ts';
import { gatewaysReady } from './fabric/gatewayReady.ts';
import { generateFabric } from './fabric/generate.ts';
import { defineChaincode, joinOrderers, joinPeer } from './fabric/lifecycle.ts';
import type { FabricTools } from './fabric/lifecycle.ts';
import { DEFAULT_DIRECTORY, REPOSITORY, planNetwork } from './plan.ts';
import type { Plan } from './plan.ts';
import { DEFAULT_PROFILE } from './profile.ts';
import type { Profile } from './profile.ts';
import { Child } from './running/child.ts';
import type { ChildPlan } from './running/child.ts';
import type { Roster } from './running/roster.ts';
import { startWatchdog } from './running/startWatchdog.ts';
import { sweep } from './running/sweep.ts';
import { Timeline } from './timeline.ts';

export interface NetworkOptions {
  readonly profile?: Partial<Profile>;
  /** Holds everything of the network. Default: `.devnet` in the repository. */
  readonly directory?: string;
  /** A multiple of 1000 added to every port, for a second network beside the first. Default 0. */
  readonly portOffset?: number;
  /** Aborting it ends the bring-up, and later the network. */
  readonly signal?: AbortSignal;
  /** Told what is going on, a line at a time. */
  readonly say?: Say;
  /** The chaincode's main file; it must answer the query `config`. Default: the repository's `fabric-chaincode`. */
  readonly chaincodeEntry?: string;
}

const CHAINCODE_ENTRY = join(REPOSITORY, 'fabric-chaincode/src/main.ts');
/** A transaction of the chaincode that only reads. */
const READY_QUERY = { name: 'config', argument: '{}' };

/**
 * Brings up both chains and resolves once each org's gateway can collect the endorsements of all three.
 * The network ends with `stop`, with `await using`, with the signal, and at the latest when this process ends, however
 * it ends.
 *
 * @throws if a network is up in the directory, a port is taken, or a part does not come up; nothing is left running then
 */
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  options.signal?.throwIfAborted();
  const profile = { ...DEFAULT_PROFILE, ...options.profile };
  const plan = planNetwork(resolve(options.directory ?? DEFAULT_DIRECTORY), profile, options.portOffset ?? 0);
  const roster = await claimDirectory(plan);
  const network = new Network(plan, roster, options);
  try {
    await network.bringUp();
    return network;
  } catch (error) {
    await network.stop();
    throw error;
  }
}

/** Both chains, running. Made by {@link startNetwork}. */
export class Network {
  readonly #plan: Plan;
  readonly #roster: Roster;
  readonly #options: NetworkOptions;
  readonly #children: Child[] = [];
  readonly #life = new AbortController();
  readonly #timeline: Timeline;
  readonly #dismissWatchdog: () => Promise<void>;
  #description: Description | undefined;
  #stopped: Promise<void> | undefined;

  constructor(plan: Plan, roster: Roster, options: NetworkOptions) {
    this.#plan = plan;
    this.#roster = roster;
    this.#options = options;
    this.#timeline = new Timeline((line) => options.say?.(line));
    this.#dismissWatchdog = startWatchdog(plan.directory);
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** What `network.json` says, with absolute paths. Throws before the network is up. */
  get description(): Description {
    if (this.#description === undefined) throw new Error('the network is not up yet');
    return this.#description;
  }

  /** Seconds that each part of the bring-up took. */
  get seconds(): Readonly<Record<string, number>> {
    return this.#timeline.seconds;
  }

  /** The directory that holds everything of the network. */
  get directory(): string {
    return this.#plan.directory;
  }

  /** A process by name, such as `peer0.registry`, to be killed and restarted. Throws if there is none of that name. */
  process(name: string): Child {
    const child = this.#children.find((one) => one.name === name);
    if (child !== undefined) return child;
    throw new Error(`no process «${name}»; there are ${this.#children.map((one) => one.name).join(', ')}`);
  }

  /** Times one more part of the bring-up. */
  async measure<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    return this.#timeline.measure(name, work);
  }

  /** Runs one more process that ends with the network; resolves once it serves. */
  async run(plan: ChildPlan): Promise<Child> {
    return this.#start(plan);
  }

  /** Ends every process and waits until the ports are free. Logs stay. Safe to call again. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Called once, by {@link startNetwork}. */
  async bringUp(): Promise<void> {
    const { signal } = this.#life;
    const [fabric, geth] = await this.#timeline.measure('programs', () => this.#programs());
    const accounts = makeAccounts(this.#plan);
    await this.#together([() => this.#bringUpEvm(accounts, geth), () => this.#bringUpFabric(fabric)]);
    const description = describe(this.#plan, accounts, this.#children);
    await this.#timeline.measure('endorsements of all orgs', () => gatewaysReady(description, READY_QUERY, signal));
    signal.throwIfAborted();
    writeDescription(this.#plan, description);
    this.#description = description;
  }

  async #programs(): Promise<[fabric: string, geth: string]> {
    const say: Say = (line) => this.#options.say?.(line);
    const options = { say, signal: this.#life.signal, roster: this.#roster };
    const fabric = await fabricBinaries(options);
    return [fabric, this.#plan.profile.evm === 'geth' ? await gethBinary(options) : ''];
  }

  async #bringUpEvm(accounts: readonly Account[], gethDir: string): Promise<void> {
    const { signal } = this.#life;
    await this.#timeline.measure('trading chain', async () => {
      await this.#start(evmChild(this.#plan, gethDir));
      await fundAccounts(this.#plan, evmAddress(this.#plan).rpcUrl, accounts, signal);
    });
  }

  async #bringUpFabric(binaries: string): Promise<void> {
    const plan = this.#plan;
    const { signal } = this.#life;
    const tools: FabricTools = { plan, binaries, signal };
    const ids = await this.#timeline.measure('keys and genesis', () => generateFabric(plan, binaries, signal));
    const entry = resolve(this.#options.chaincodeEntry ?? CHAINCODE_ENTRY);
    const orderers = async (): Promise<void> => {
      await Promise.all(plan.orderers.map((orderer) => this.#start(ordererChild(plan, orderer, binaries))));
      await joinOrderers(tools);
    };
    const peers = plan.orgs.flatMap((org) =>
      org.peers.map((peer) => async (): Promise<void> => {
        await this.#start(peerChild(plan, org, peer, binaries));
        await joinPeer(tools, org, peer);
      }),
    );
    const servers = plan.orgs.map((org) => async (): Promise<void> => {
      await this.#start(chaincodeChild(plan, org, ids, entry));
    });
    await this.#timeline.measure('nodes and channel', () => this.#together([orderers, ...peers, ...servers]));
    await this.#timeline.measure('chaincode definition', () => defineChaincode(tools, ids));
  }

  async #start(plan: ChildPlan): Promise<Child> {
    this.#life.signal.throwIfAborted();
    const early = new AbortController();
    const child = new Child(plan, this.#roster, (lost) => {
      this.#onLost(lost);
      early.abort(new Error(`${lost.name} ended while it started; the reason is in ${plan.logFile}`));
    });
    this.#children.push(child);
    child.start();
    await plan.ready(AbortSignal.any([this.#life.signal, early.signal]));
    return child;
  }

  /** Runs parts at once. When one fails the others are called off, and awaited before the failure is passed on. */
  async #together(parts: readonly (() => Promise<void>)[]): Promise<void> {
    const running = parts.map((part) => part());
    try {
      await Promise.all(running);
    } catch (error) {
      this.#life.abort(error);
      await Promise.allSettled(running);
      throw error;
    }
  }

  readonly #onLost = (child: Child): void => {
    const message = `${child.name} ended by itself; the reason is in ${child.plan.logFile}`;
    this.#options.say?.(message);
    // Once up, a network lives on without it, as real ones do.
    if (this.#description === undefined) this.#life.abort(new Error(message));
  };

  readonly #onAbort = (): void => {
    this.#life.abort(this.#options.signal?.reason);
    // Before it is up, startNetwork itself stops it once the parts have been called off.
    if (this.#description !== undefined) void this.stop();
  };

  async #stop(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#life.abort(new Error('the network is being stopped'));
    await Promise.all(this.#children.map((child) => child.stop()));
    await sweep(this.#plan.directory);
    await this.#dismissWatchdog();
  }
}
