/** Things in the order of their time, for lists that are read page by page: what comes in order costs nothing. */
export class Timeline<Item> {
  readonly #timeOf: (item: Item) => number;
  readonly #items: Item[] = [];
  #sorted = true;

  constructor(timeOf: (item: Item) => number) {
    this.#timeOf = timeOf;
  }

  add(item: Item): void {
    const last = this.#items.at(-1);
    if (last !== undefined && this.#timeOf(item) < this.#timeOf(last)) this.#sorted = false;
    this.#items.push(item);
  }

  get size(): number {
    return this.#items.length;
  }

  /** From the oldest to the newest; at one time in the order in which they came. */
  inOrder(): readonly Item[] {
    // Sorts once after whatever came out of order, not at each look.
    if (!this.#sorted) this.#items.sort((a, b) => this.#timeOf(a) - this.#timeOf(b));
    this.#sorted = true;
    return this.#items;
  }

  /** Those before `end`, the newest first. */
  *before(end: number): Generator<Item> {
    const items = this.inOrder();
    for (let index = this.#countBefore(items, end) - 1; index >= 0; index -= 1) {
      const item = items[index];
      if (item !== undefined) yield item;
    }
  }

  #countBefore(items: readonly Item[], end: number): number {
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = items[middle];
      if (item !== undefined && this.#timeOf(item) < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
