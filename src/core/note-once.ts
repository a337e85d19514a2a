import type { RunHooks } from './run-hooks.js';

/** The same hooks, which pass each note on once: what holds for a device is noted by every network that runs on it. */
export function noteOnce(hooks: RunHooks): RunHooks {
  const { onNote } = hooks;
  if (!onNote) return hooks;
  const noted = new Set<string>();
  return {
    ...hooks,
    onNote(note) {
      if (noted.has(note)) return;
      noted.add(note);
      onNote(note);
    },
  };
}
