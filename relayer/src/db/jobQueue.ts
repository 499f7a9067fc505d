import type { Fault } from '@twinspan/protocol';
import { retryWaitMs } from '../retrySchedule.ts';
import { Wake } from '../wake.ts';
import { Order } from './order.ts';
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

const LONGEST_WAIT_MS = 60_000;

/**
 * The jobs of one stage: durable rows with a copy in memory, so that looking for the next one reads nothing and goes
 * through nothing. Its clock must not go back (`steadyClock.ts`).
 */
export class JobQueue<Body> {
  readonly wake = new Wake();
  readonly #table: Table<Job<Body>>;
  readonly #clock: () => number;
  readonly #jobs = new Map<string, Job<Body>>();
  /** As `#jobs`, but with what is being written already. */
  readonly #newest = new Map<string, Job<Body>>();
  readonly #parked = new Set<string>();
  readonly #later = new Order<Job<Body>>(byTime, (job) => this.#waits(job));
  readonly #ready = new Order<Job<Body>>(byTurn, (job) => this.#waits(job));
  /** A postponed job keeps its age, and so its place here. */
  readonly #age = new Order<Job<Body>>(byAge, (job) => this.#hasAge(job));

  constructor(table: Table<Job<Body>>, clock: () => number) {
    this.#table = table;
    this.#clock = clock;
  }

  async open(): Promise<void> {
    const nowMs = this.#clock();
    for await (const [, job] of this.#table.entries()) {
      // The clock may have been ahead when this was written: no wait outlives a restart by more than a long retry.
      const notBeforeMs = Math.min(job.notBeforeMs, nowMs + LONGEST_WAIT_MS);
      this.#set({ ...job, notBeforeMs, addedAtMs: Math.min(job.addedAtMs, nowMs) });
    }
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
      this.#parked.delete(id);
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

  /** Gives every job that failed another try, parked or waiting; one that waits for its turn keeps waiting. */
  rouseFailed(writes: Writes): void {
    for (const job of this.#jobs.values()) {
      if (job.attempts > 0 || job.parked !== undefined) this.rouse(writes, job.id);
    }
  }

  /** Jobs that wait for a human or for a change outside. */
  *parked(): Generator<Job<Body>> {
    for (const id of this.#parked) {
      const job = this.#jobs.get(id);
      if (job !== undefined) yield job;
    }
  }

  /** Due jobs, fresh ones before those that failed, then by age. */
  due(limit = 1): readonly Job<Body>[] {
    this.#moveDue();
    const due: Job<Body>[] = [];
    while (due.length < limit) {
      const job = this.#ready.take();
      if (job === undefined) break;
      due.push(job);
    }
    for (const job of due) this.#ready.add(job);
    return due;
  }

  /** When the next job falls due, whether that is past or to come. */
  earliestMs(): number | undefined {
    this.#moveDue();
    return (this.#ready.first() ?? this.#later.first())?.notBeforeMs;
  }

  dueInMs(): number | undefined {
    const earliestMs = this.earliestMs();
    return earliestMs === undefined ? undefined : Math.max(0, earliestMs - this.#clock());
  }

  measure(): { length: number; parked: number; oldestSeconds: number } {
    const nowMs = this.#clock();
    const oldestMs = this.#age.first()?.addedAtMs ?? nowMs;
    const parked = this.#parked.size;
    return { length: this.#jobs.size - parked, parked, oldestSeconds: Math.max(0, nowMs - oldestMs) / 1_000 };
  }

  #moveDue(): void {
    const nowMs = this.#clock();
    for (let job = this.#later.first(); job !== undefined && job.notBeforeMs <= nowMs; job = this.#later.first()) {
      this.#later.take();
      this.#ready.add(job);
    }
  }

  #set(job: Job<Body>): void {
    const before = this.#jobs.get(job.id);
    this.#jobs.set(job.id, job);
    if (job.parked === undefined) {
      this.#parked.delete(job.id);
      this.#later.add(job);
      if (before?.addedAtMs !== job.addedAtMs || before.parked !== undefined) this.#age.add(job);
    } else this.#parked.add(job.id);
  }

  #write(writes: Writes, job: Job<Body>): void {
    this.#newest.set(job.id, job);
    writes.put(this.#table, job.id, job).afterwards(() => {
      this.#set(job);
      this.wake.ring();
    });
  }

  #waits(job: Job<Body>): boolean {
    return job.parked === undefined && this.#jobs.get(job.id) === job;
  }

  #hasAge({ id, addedAtMs }: Job<Body>): boolean {
    const job = this.#jobs.get(id);
    return job !== undefined && job.parked === undefined && job.addedAtMs === addedAtMs;
  }
}

type Times = Pick<Job<unknown>, 'attempts' | 'notBeforeMs' | 'addedAtMs'>;

function byTime(a: Times, b: Times): number {
  return a.notBeforeMs - b.notBeforeMs;
}

function byTurn(a: Times, b: Times): number {
  return a.attempts - b.attempts || byAge(a, b);
}

function byAge(a: Times, b: Times): number {
  return a.addedAtMs - b.addedAtMs;
}
