/** How classes come together. */
export const GROUPINGS = ['random', 'similar', 'hard'] as const;
export type Grouping = (typeof GROUPINGS)[number];
