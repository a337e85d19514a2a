/** The smallest power of two at which `count` things in steps of it are no more than `most`. */
export function strideOf(count: number, most: number): number {
  let stride = 1;
  while (Math.ceil(count / stride) > most) stride *= 2;
  return stride;
}

/**
 * Whether one of many things that come one after the other is kept, so that there are never more than `most + 1`: each so-manieth and the last.
 * What was left out once is never missed later, since strides double.
 *
 * @param index from 0
 */
export function isKept(index: number, count: number, most: number): boolean {
  return index === count - 1 || index % strideOf(count, most) === 0;
}

/** What comes one after the other, thinned as it comes; see `isKept`. */
export class EvenlyKept<T> {
  #kept: { readonly index: number; readonly value: T }[] = [];
  #count = 0;

  constructor(private readonly most: number) {}

  add(value: T): void {
    this.#kept.push({ index: this.#count++, value });
    this.#kept = this.#kept.filter(({ index }) => isKept(index, this.#count, this.most));
  }

  get values(): T[] {
    return this.#kept.map(({ value }) => value);
  }
}
