import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { endGroup, NETWORK_MARK, signalGroup } from './sweep.ts';
import type { Roster } from './roster.ts';

/** How to run a long-lived process of the network. */
export interface ChildPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logFile: string;
  readonly ports: readonly number[];
  /** Started again by itself whenever it ends, however it ended. */
  readonly supervised: boolean;
  /** Resolves once it serves. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

/** Between the end of a supervised process and its next start, so that one that cannot start does not spin. */
const RESTART_DELAY_MS = 200;

/** A running process of the network: a process group of its own, entered in the roster, its output in a log file. */
export class Child {
  readonly plan: ChildPlan;
  readonly #roster: Roster;
  #running: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #endedBy: NodeJS.Signals | undefined;
  /** Whether its end is our doing. */
  #ending = false;
  readonly #onLost: (child: Child) => void;

  /** @param onLost told when it ends by itself and does not come back */
  constructor(plan: ChildPlan, roster: Roster, onLost: (child: Child) => void) {
    this.plan = plan;
    this.#roster = roster;
    this.#onLost = onLost;
  }

  get name(): string {
    return this.plan.name;
  }

  /** Undefined while it is not running. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** The signal that ended it when it ran last; undefined when it exited by itself or runs still. */
  get endedBy(): NodeJS.Signals | undefined {
    return this.#endedBy;
  }

  /** Starts it; a no-op while it runs. Throws if the executable cannot be run. */
  start(): void {
    if (this.#running !== undefined) return;
    const { plan } = this;
    clearTimeout(this.#restart);
    this.#ending = false;
    mkdirSync(dirname(plan.logFile), { recursive: true });
    const log = openSync(plan.logFile, 'a');
    const child = spawn(plan.command, plan.args, {
      cwd: plan.cwd,
      env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, [NETWORK_MARK]: this.#roster.directory, ...plan.env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.once('error', () => undefined);
    if (child.pid === undefined) throw new Error(`${plan.name}: cannot run ${plan.command}`);
    this.#roster.enter({ name: plan.name, pid: child.pid, command: plan.command, ports: [...plan.ports] });
    this.#running = child;
    this.#endedBy = undefined;
    child.once('exit', (_code, signal) => {
      // Told late of one that was stopped, while the next one runs already.
      if (this.#running !== child) return;
      this.#endedBy = signal ?? undefined;
      this.#ended();
    });
  }

  /**
   * Sends a signal to the process and its descendants and, if it ends it, waits for that. A supervised process comes
   * back by itself.
   */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#running;
    if (child?.pid === undefined) throw new Error(`${this.name} is not running`);
    const ends = signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT';
    if (!ends) {
      signalGroup(child.pid, signal);
      return;
    }
    this.#ending = !this.plan.supervised;
    const exit = once(child, 'exit');
    signalGroup(child.pid, signal);
    await exit;
  }

  /** Stops it where it stands: it keeps its ports and answers nothing. */
  async pause(): Promise<void> {
    await this.kill('SIGSTOP');
  }

  /** Ends a pause. */
  async resume(): Promise<void> {
    await this.kill('SIGCONT');
  }

  /** Starts it again with the state it had, ending it first if it runs; resolves once it serves. */
  async restart(signal: AbortSignal = AbortSignal.timeout(60_000)): Promise<void> {
    await this.stop();
    this.start();
    await this.plan.ready(signal);
  }

  /** Ends it and its descendants, for good. */
  async stop(): Promise<void> {
    this.#ending = true;
    clearTimeout(this.#restart);
    const pid = this.#running?.pid;
    if (pid !== undefined) await endGroup({ name: this.name, pid });
    this.#running = undefined;
  }

  #ended(): void {
    this.#running = undefined;
    if (this.#ending) return;
    if (!this.plan.supervised) {
      this.#onLost(this);
      return;
    }
    this.#restart = setTimeout(() => {
      this.start();
    }, RESTART_DELAY_MS);
  }
}
