/** A list that only grows, of which the newest items are kept: places stay what they were. */
export class Tail<Item> {
  /** Most items that are kept. */
  keep = Number.POSITIVE_INFINITY;
  readonly #items: Item[] = [];
  #first = 0;

  /** Of all that were ever added. */
  get length(): number {
    return this.#first + this.#items.length;
  }

  at(place: number): Item | undefined {
    return place < this.#first ? undefined : this.#items[place - this.#first];
  }

  last(): Item | undefined {
    return this.#items.at(-1);
  }

  /** @returns what is forgotten for it */
  push(item: Item): Item | undefined {
    this.#items.push(item);
    if (this.#items.length <= this.keep) return undefined;
    this.#first += 1;
    return this.#items.shift();
  }

  takeBack(count: number): void {
    this.#items.splice(-count, count);
  }

  /** -1 when it is not among those kept. */
  placeOf(isIt: (item: Item) => boolean): number {
    const place = this.#items.findIndex(isIt);
    return place === -1 ? -1 : this.#first + place;
  }
}
