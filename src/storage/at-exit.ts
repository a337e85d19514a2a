const actions = new Set<() => void>();

/**
 * Does something when the process ends, however it ends of its own accord; what it throws is of no interest any more.
 *
 * @returns what makes that needless
 */
export function atExit(action: () => void): () => void {
  if (actions.size === 0) process.on('exit', doAll);
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size === 0) process.off('exit', doAll);
  };
}

function doAll(): void {
  for (const action of actions) {
    try {
      action();
    } catch {
      // The others are still to be done.
    }
  }
}
