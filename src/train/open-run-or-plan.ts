import type { DrawOptions, Generator } from '../generators/generator.js';
import { isPlan } from './plans/plan-folder.js';

/**
 * Opens the generator of a run, or those of a plan as one.
 *
 * @param path the folder of a run or its checkpoint, or the folder of a plan
 * @throws as `openTrainedGenerator` and `openPlanGenerator`
 */
export async function openRunOrPlan(path: string, options: DrawOptions): Promise<Generator> {
  if (await isPlan(path)) return (await import('./plan-generator.js')).openPlanGenerator(path, options);
  return (await import('./trained-generator.js')).openTrainedGenerator(path, options);
}
