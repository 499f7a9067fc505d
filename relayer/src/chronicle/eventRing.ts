export type LiveKind =
  | 'locked'
  | 'sealed'
  | 'endorsed'
  | 'delivered'
  | 'held'
  | 'minted'
  | 'bounced'
  | 'outboxed'
  | 'released'
  | 'record'
  | 'fault'
  | 'lane'
  | 'reorg';

/** One thing that a node saw, for those who watch. */
export interface LiveEvent {
  /** `<start of this node, ms>.<number>`; ascends. */
  readonly id: string;
  readonly kind: LiveKind;
  readonly atMs: number;
  readonly laneId?: bigint | undefined;
  readonly details: Readonly<Record<string, string | number | bigint>>;
}

export type Listener = (event: LiveEvent) => void;

/** The newest events, so that a watcher whose line broke goes on where it was. In memory, bounded. */
export class EventRing {
  readonly #size: number;
  readonly #clock: () => number;
  readonly #startedMs: number;
  readonly #events: LiveEvent[] = [];
  readonly #listeners = new Set<Listener>();
  #count = 0;

  constructor(size: number, clock: () => number) {
    this.#size = size;
    this.#clock = clock;
    this.#startedMs = clock();
  }

  say(kind: LiveKind, laneId: bigint | undefined, details: LiveEvent['details']): void {
    this.#count += 1;
    const event = { id: `${this.#startedMs}.${this.#count}`, kind, atMs: this.#clock(), laneId, details };
    this.#events.push(event);
    if (this.#events.length > this.#size) this.#events.shift();
    for (const listener of this.#listeners) listener(event);
  }

  /**
   * What came after `id`. `isGap` when something between is lost: the id is older than the ring, or of a run before this.
   */
  after(id: string | undefined): { readonly events: readonly LiveEvent[]; readonly isGap: boolean } {
    if (id === undefined) return { events: [], isGap: false };
    const [started, number] = id.split('.').map(Number);
    const oldest = this.#count - this.#events.length + 1;
    if (started !== this.#startedMs || number === undefined || number > this.#count)
      return { events: [...this.#events], isGap: true };
    return { events: this.#events.slice(Math.max(0, number + 1 - oldest)), isGap: number + 1 < oldest };
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
