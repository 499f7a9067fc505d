import type { Fault, FaultCode } from '@twinspan/protocol';
import type { Logger } from 'pino';
import { asFault } from '../asFault.ts';
import type { Metrics } from '../metrics.ts';

/** One of several ways to the same chain. */
export interface Source<Chain> {
  /** For people: without secrets. */
  readonly name: string;
  readonly chain: Chain;
  /** The cheapest question there is: whether it answers at all. */
  readonly probe: () => Promise<unknown>;
}

export interface FailoverModules {
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}

export interface Answered<Answer> {
  readonly name: string;
  readonly answer: Answer;
}

/** What is about the way to a chain, and not about what was asked of it. */
export const unavailable: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'CHAIN_UNREACHABLE',
  'TIMED_OUT',
  'CHAIN_ANSWER_BAD',
  'CHAIN_WRONG',
]);
/** What another source may answer though this one, which works, cannot. */
const elsewhere: ReadonlySet<FaultCode> = new Set<FaultCode>([...unavailable, 'STATE_PRUNED']);
/** A source that failed is asked again so much later, in the background. */
const PROBE_MS = 2_000;

interface State<Chain> {
  readonly source: Source<Chain>;
  /** Why it is not asked now. */
  failure: Fault | undefined;
  /** Asked only where no other can answer. */
  isBehind: boolean;
  probeAtMs: number;
  /** Aborted when something better than this source is there. */
  use: AbortController;
}

/** Several sources of one chain: whoever needs any answer asks those that work, whoever needs certainty asks all. */
export class Failover<Chain> {
  readonly #states: readonly State<Chain>[];
  readonly #modules: FailoverModules;

  constructor(sources: readonly Source<Chain>[], modules: FailoverModules) {
    this.#modules = modules;
    this.#states = sources.map((source) => ({
      ...{ source, failure: undefined, isBehind: false, probeAtMs: 0 },
      use: new AbortController(),
    }));
    for (const { source } of this.#states) modules.metrics.list.endpointUp.set({ endpoint: source.name }, 1);
  }

  /** From the first source that can answer; the last one is asked even when it failed before. @throws its Fault */
  async first<Answer>(ask: (chain: Chain) => Promise<Answer>): Promise<Answer> {
    const working = this.#working();
    const candidates = working.length === 0 ? this.#states : upToDateFirst(working);
    for (const [place, state] of candidates.entries()) {
      try {
        return await this.#ask(state, ask);
      } catch (error) {
        const fault = asFault(error);
        if (!elsewhere.has(fault.code) || place === candidates.length - 1) throw fault;
      }
    }
    throw new Error('a chain has at least one source');
  }

  /** From every source. @throws the Fault of one that cannot answer */
  all<Answer>(ask: (chain: Chain) => Promise<Answer>): Promise<Answered<Answer>[]> {
    this.#working();
    return Promise.all(
      this.#states.map(async (state) => {
        if (state.failure !== undefined && this.#states.length > 1) throw state.failure;
        return { name: state.source.name, answer: await this.#ask(state, ask) };
      }),
    );
  }

  /** From the sources that can answer. @throws the Fault of the first one when none can */
  async some<Answer>(ask: (chain: Chain) => Promise<Answer>): Promise<Answered<Answer>[]> {
    const working = this.#working();
    const asked = working.length === 0 ? this.#states : working;
    const outcomes = await Promise.allSettled(asked.map((state) => this.#ask(state, ask)));
    const answers = outcomes.flatMap((outcome, place) => {
      const name = asked[place]?.source.name ?? '';
      return outcome.status === 'fulfilled' ? [{ name, answer: outcome.value }] : [];
    });
    const [failed] = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (answers.length === 0 && failed !== undefined) throw asFault(failed.reason);
    return answers;
  }

  /** Says of each source whether it lags; one that does is asked last. */
  rank(isBehind: (name: string) => boolean): void {
    for (const state of this.#states) {
      const was = state.isBehind;
      state.isBehind = isBehind(state.source.name);
      if (state.isBehind && !was) this.#endUse(state);
      if (state.isBehind !== was)
        this.#modules.log.warn({ endpoint: state.source.name, behind: state.isBehind }, 'lag');
    }
  }

  /** Aborts what was begun on a source once that one fails or lags. */
  useOf(chain: Chain): AbortSignal {
    const state = this.#states.find(({ source }) => source.chain === chain);
    if (state === undefined) throw new Error('no source of this chain');
    return state.use.signal;
  }

  #endUse(state: State<Chain>): void {
    state.use.abort();
    state.use = new AbortController();
  }

  async #ask<Answer>(state: State<Chain>, ask: (chain: Chain) => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await ask(state.source.chain);
      this.#mark(state, undefined);
      return answer;
    } catch (error) {
      const fault = asFault(error);
      if (unavailable.has(fault.code)) this.#mark(state, fault);
      throw fault;
    }
  }

  #working(): readonly State<Chain>[] {
    for (const state of this.#states) if (state.failure !== undefined) this.#probe(state);
    return this.#states.filter(({ failure }) => failure === undefined);
  }

  /** Nobody waits for a source that hangs: it is tried aside until it answers. */
  #probe(state: State<Chain>): void {
    const nowMs = this.#modules.clock();
    if (nowMs < state.probeAtMs) return;
    state.probeAtMs = Number.POSITIVE_INFINITY;
    state.source.probe().then(
      () => {
        this.#mark(state, undefined);
      },
      (error: unknown) => {
        state.failure = asFault(error);
        state.probeAtMs = this.#modules.clock() + PROBE_MS;
      },
    );
  }

  #mark(state: State<Chain>, failure: Fault | undefined): void {
    const { metrics, log, clock } = this.#modules;
    const { name } = state.source;
    if (failure !== undefined && state.failure === undefined) {
      log.warn({ endpoint: name, code: failure.code, sentence: failure.sentence }, 'endpoint failed');
      state.probeAtMs = clock() + PROBE_MS;
      this.#endUse(state);
    }
    if (failure === undefined && state.failure !== undefined) log.info({ endpoint: name }, 'endpoint answers again');
    state.failure = failure;
    metrics.list.endpointUp.set({ endpoint: name }, failure === undefined ? 1 : 0);
  }
}

function upToDateFirst<Chain>(states: readonly State<Chain>[]): readonly State<Chain>[] {
  return [...states].sort((a, b) => Number(a.isBehind) - Number(b.isBehind));
}
