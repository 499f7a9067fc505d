import type { Fault } from '@twinspan/protocol';
import { retryWaitMs } from '../retrySchedule.ts';
import { Wake } from '../wake.ts';
import type { Table } from './table.ts';
import type { Writes } from './writes.ts';

export interface Job<Body> {
  readonly id: string;
  readonly body: Body;
  /** Attempts that failed. */
  readonly attempts: number;
  readonly notBeforeMs: number;
  readonly addedAtMs: number;
  /** Why it waits for a human or for a change outside. */
  readonly parked?: { readonly code: string; readonly sentence: string } | undefined;
}

export interface JobTimes {
  readonly attempts?: number;
  readonly notBeforeMs?: number;
}

/** The jobs of one stage: durable rows with a copy in memory, so that looking for the next one reads nothing. */
export class JobQueue<Body> {
  readonly wake = new Wake();
  readonly #table: Table<Job<Body>>;
  readonly #clock: () => number;
  readonly #jobs = new Map<string, Job<Body>>();
  /** As `#jobs`, but with what is being written already. */
  readonly #newest = new Map<string, Job<Body>>();

  constructor(table: Table<Job<Body>>, clock: () => number) {
    this.#table = table;
    this.#clock = clock;
  }

  async open(): Promise<void> {
    for await (const [id, job] of this.#table.entries()) this.#jobs.set(id, job);
  }

  get(id: string): Job<Body> | undefined {
    return this.#jobs.get(id);
  }

  all(): IterableIterator<Job<Body>> {
    return this.#jobs.values();
  }

  /** Whether nothing has replaced the job: a stage that settles one asks, so that an addition during its run is not lost. */
  isNewest(job: Job<Body>): boolean {
    const newest = this.#newest.get(job.id);
    return newest === undefined || newest === job;
  }

  get size(): number {
    return this.#jobs.size;
  }

  nowMs(): number {
    return this.#clock();
  }

  /** Adds a job, or replaces the one of the same id. */
  add(writes: Writes, id: string, body: Body, times: JobTimes = {}): void {
    const nowMs = this.#clock();
    const job = { id, body, attempts: times.attempts ?? 0, notBeforeMs: times.notBeforeMs ?? nowMs, addedAtMs: nowMs };
    this.#write(writes, job);
  }

  addOnce(writes: Writes, id: string, body: Body, times: JobTimes = {}): void {
    if (!this.#jobs.has(id)) this.add(writes, id, body, times);
  }

  remove(writes: Writes, id: string): void {
    const removed = this.#newest.get(id);
    writes.del(this.#table, id).afterwards(() => {
      this.#jobs.delete(id);
      if (this.#newest.get(id) === removed) this.#newest.delete(id);
    });
  }

  /** One more failed attempt; due again by the retry schedule, or after `waitMs`. */
  postpone(writes: Writes, job: Job<Body>, waitMs?: number): void {
    const attempts = job.attempts + 1;
    const notBeforeMs = this.#clock() + (waitMs ?? retryWaitMs(attempts, Math.random()));
    this.#write(writes, { ...job, attempts, notBeforeMs });
  }

  park(writes: Writes, job: Job<Body>, fault: Fault): void {
    this.#write(writes, { ...job, attempts: job.attempts + 1, parked: { code: fault.code, sentence: fault.sentence } });
  }

  /** Makes a job due now, parked or not, with its attempts forgotten: what it waited for has changed. */
  rouse(writes: Writes, id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#write(writes, { ...job, attempts: 0, notBeforeMs: this.#clock(), parked: undefined });
  }

  /** Gives every parked job another try. */
  rouseParked(writes: Writes): void {
    for (const job of this.#jobs.values()) if (job.parked !== undefined) this.rouse(writes, job.id);
  }

  /** Due jobs, fresh ones before those that failed, then by age. */
  due(limit = 1): readonly Job<Body>[] {
    const nowMs = this.#clock();
    const due: Job<Body>[] = [];
    for (const job of this.#jobs.values()) {
      if (job.parked === undefined && job.notBeforeMs <= nowMs) due.push(job);
    }
    return due.sort((a, b) => a.attempts - b.attempts || a.addedAtMs - b.addedAtMs).slice(0, limit);
  }

  dueInMs(): number | undefined {
    let earliestMs: number | undefined;
    for (const job of this.#jobs.values()) {
      if (job.parked !== undefined) continue;
      if (earliestMs === undefined || job.notBeforeMs < earliestMs) earliestMs = job.notBeforeMs;
    }
    return earliestMs === undefined ? undefined : Math.max(0, earliestMs - this.#clock());
  }

  measure(): { length: number; parked: number; oldestSeconds: number } {
    let parked = 0;
    let oldestMs = this.#clock();
    for (const job of this.#jobs.values()) {
      if (job.parked === undefined) oldestMs = Math.min(oldestMs, job.addedAtMs);
      else parked += 1;
    }
    return { length: this.#jobs.size - parked, parked, oldestSeconds: (this.#clock() - oldestMs) / 1_000 };
  }

  #write(writes: Writes, job: Job<Body>): void {
    this.#newest.set(job.id, job);
    writes.put(this.#table, job.id, job).afterwards(() => {
      this.#jobs.set(job.id, job);
      this.wake.ring();
    });
  }
}
