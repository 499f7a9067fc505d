import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeFiles } from './writeNodeConfigs.ts';

const MAIN = resolve(import.meta.dirname, '../main.ts');
/** A node's work set is small: a short leash on the young generation keeps its memory from growing with garbage. */
const NODE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=160', '--disable-warning=ExperimentalWarning'];
const POLL_MS = 50;
const STOP_MS = 10_000;

export interface StartOptions {
  /** Each node's JSON lines go to `<operator>.log` here. */
  readonly logDirectory: string;
  readonly readyTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A relayer node in a process group of its own. */
export interface NodeHandle {
  readonly operator: string;
  /** Serves /metrics, /healthz, /readyz, /v1/… */
  readonly httpUrl: string;
  readonly logFile: string;
  /** undefined while it is not running. */
  readonly pid: number | undefined;
  /** Resolves when it has ended by this signal. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again, with the store it had; resolves when it is ready. */
  start(): Promise<void>;
  /** Ends it in good order, or by force after 10 s. */
  stop(): Promise<void>;
}

/**
 * Starts one process per configuration and waits until all are ready. When one is not, none is left behind; and all end
 * when this process does, however it ends.
 */
export async function startNodes(nodes: readonly NodeFiles[], options: StartOptions): Promise<readonly NodeHandle[]> {
  const handles = nodes.map((node) => new NodeProcess(node, options));
  try {
    await Promise.all(handles.map((handle) => handle.start()));
  } catch (error) {
    await Promise.all(handles.map((handle) => handle.stop()));
    throw error;
  }
  return handles;
}

class NodeProcess implements NodeHandle {
  readonly operator: string;
  readonly httpUrl: string;
  readonly logFile: string;
  readonly #configFile: string;
  readonly #options: StartOptions;
  #child: ChildProcess | undefined;

  constructor({ operator, configFile, httpUrl }: NodeFiles, options: StartOptions) {
    this.operator = operator;
    this.httpUrl = httpUrl;
    this.logFile = join(options.logDirectory, `${operator}.log`);
    this.#configFile = configFile;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`node ${this.operator} is running`);
    mkdirSync(this.#options.logDirectory, { recursive: true });
    const log = openSync(this.logFile, 'a');
    const args = [...NODE_FLAGS, MAIN, '--config', this.#configFile, '--attached'];
    const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', log, log] });
    closeSync(log);
    this.#child = child;
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    await this.#ready(child);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) throw new Error(`node ${this.operator} is not running`);
    const exit = once(child, 'exit');
    // The group, so that its prover ends with it.
    process.kill(-child.pid, signal);
    await exit;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, STOP_MS);
    await exit;
    clearTimeout(force);
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadlineMs = Date.now() + (this.#options.readyTimeoutMs ?? 60_000);
    while (this.#child === child) {
      this.#options.signal?.throwIfAborted();
      if (await isReady(this.httpUrl)) return;
      if (Date.now() > deadlineMs) throw new Error(`node ${this.operator} is not ready; see ${this.logFile}`);
      await delay(POLL_MS);
    }
    throw new Error(`node ${this.operator} ended while starting; see ${this.logFile}`);
  }
}

async function isReady(httpUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${httpUrl}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
