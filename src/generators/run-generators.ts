import type { DrawOptions, Generator } from './generator.js';

/**
 * Opens the generator of a run of `ganeval train`.
 *
 * @param run the folder of the run, or its checkpoint
 */
type OpenRunGenerator = (run: string, options: DrawOptions) => Promise<Generator>;

let loadOpener: (() => Promise<OpenRunGenerator>) | undefined;

/** Says how generators of runs are opened. The trainers do so: they stand above, and bring tfjs, which loads when a run is opened. */
export function registerRunGenerators(load: () => Promise<OpenRunGenerator>): void {
  loadOpener = load;
}

/** Opens the generator of a run, by what was registered. */
export const openRunGenerator: OpenRunGenerator = async (run, options) => {
  if (!loadOpener) throw new Error('nothing was registered that opens the generator of a run');
  return (await loadOpener())(run, options);
};
