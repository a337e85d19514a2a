/** What a training does when its samples collapse. */
export const ON_COLLAPSE = ['warn', 'stop', 'rollback', 'adjust'] as const;

export type OnCollapse = (typeof ON_COLLAPSE)[number];
