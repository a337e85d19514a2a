/** The part of the work that one of several machines does. */
export interface Share {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** The items that fall to a share: a run of neighbors, as many as any other share has, to one. All without a share. */
export function shareOf<Item>(items: readonly Item[], share: Share | undefined): readonly Item[] {
  if (!share) return items;
  return items.filter((_, i) => Math.floor((i * share.of) / items.length) === share.index);
}
