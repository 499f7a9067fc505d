import TinyQueue from 'tinyqueue';

/** Stale entries that may lie in an order before it is cleared of them. */
const SLACK = 64;

/**
 * Items by rank, the least first. Nothing is looked for in order to be removed: an item that is no longer current is passed
 * over when its turn comes, so that each change costs the logarithm of what waits.
 */
export class Order<Item> {
  readonly #compare: (a: Item, b: Item) => number;
  readonly #isCurrent: (item: Item) => boolean;
  #heap: TinyQueue<Item>;
  #sizeWhenCleared = 0;

  constructor(compare: (a: Item, b: Item) => number, isCurrent: (item: Item) => boolean) {
    this.#compare = compare;
    this.#isCurrent = isCurrent;
    this.#heap = new TinyQueue<Item>([], compare);
  }

  add(item: Item): void {
    this.#heap.push(item);
    if (this.#heap.length > 2 * this.#sizeWhenCleared + SLACK) this.#clear();
  }

  first(): Item | undefined {
    for (let item = this.#heap.peek(); item !== undefined; item = this.#heap.peek()) {
      if (this.#isCurrent(item)) return item;
      this.#heap.pop();
    }
    return undefined;
  }

  take(): Item | undefined {
    const item = this.first();
    if (item !== undefined) this.#heap.pop();
    return item;
  }

  /** The least items, as far as `isBelow` holds, in order. They stay; no other is looked at but the one behind them. */
  below(isBelow: (item: Item) => boolean): Item[] {
    const items: Item[] = [];
    for (let item = this.first(); item !== undefined && isBelow(item); item = this.first()) {
      items.push(item);
      this.#heap.pop();
    }
    for (const item of items) this.add(item);
    return items;
  }

  #clear(): void {
    const current = this.#heap.data.filter((item) => this.#isCurrent(item));
    this.#heap = new TinyQueue(current, this.#compare);
    this.#sizeWhenCleared = current.length;
  }
}
