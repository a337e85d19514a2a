/** The part of the work that one of several machines does. */
export interface Share {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** The items of a share: consecutive ones, and equally many in every share up to a difference of one. Without a share, all items. */
export function shareOf<Item>(items: readonly Item[], share: Share | undefined): readonly Item[] {
  if (!share) return items;
  return items.filter((_, i) => Math.floor((i * share.of) / items.length) === share.index);
}
