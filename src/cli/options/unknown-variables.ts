import { GLOBAL_VARIABLES } from './global-flags.js';
import { optionSpecs } from './specs.js';
import { suggest } from './suggest.js';

const PREFIX = /^GAN_?EVAL_/i;

/**
 * Says of variables that look like options of ganeval that nothing reads them.
 *
 * @param names of variables that are set, with the prefix of ours in any case
 * @returns a sentence for each
 */
export function describeUnknownVariables(names: readonly string[]): string[] {
  const known = [...optionSpecs().map(({ variable }) => variable), ...GLOBAL_VARIABLES];
  return names
    .filter((name) => !known.includes(name))
    .map((name) => `Nothing reads the environment variable ${name}${perhapsOneOf(known, name)}.`);
}

/** What all of them begin with would make any two of them alike. */
function perhapsOneOf(known: readonly string[], name: string): string {
  const rest = (text: string) => text.replace(PREFIX, '');
  const near = suggest(rest(name), known.map(rest));
  return near === undefined ? '' : `, perhaps GANEVAL_${near} is meant`;
}
