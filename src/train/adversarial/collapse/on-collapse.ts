/** What a training may do when its samples collapse; see `OnCollapse`. */
export const ON_COLLAPSE = ['warn', 'stop', 'rollback', 'adjust'] as const;

/**
 * What a training does when its samples collapse: tells it alone, stops, goes back to the last good checkpoint, or changes its settings
 * within bounds.
 */
export type OnCollapse = (typeof ON_COLLAPSE)[number];

/** Whether a run goes back to a checkpoint for it, so that checkpoints of scored steps are kept. */
export function goesBack(mode: OnCollapse): boolean {
  return mode === 'rollback' || mode === 'adjust';
}
